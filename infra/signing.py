"""The key that signs for the log: Ed25519, in a file that its owner alone can read."""

import base64
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from domain.checkpoint import Checkpoint, InvalidNote, LogKey


class UnusableKey(Exception):
    """The file of the signing key is missing, is no Ed25519 key, or can be read by others."""


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints in the name of a log."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> LogKey:
        """The public key, as verifiers are given it."""
        return LogKey(self.origin, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, text: str) -> str:
        """The text as a signed note."""
        return self.key.signed(text, self.private.sign(text.encode()))

    def checkpoint(self, size: int, root: bytes) -> str:
        """The signed checkpoint of this log at this size."""
        return self.sign(Checkpoint(self.origin, size, root).text)


def verified(note: str, key: LogKey) -> str:
    """The text of a signed note; `InvalidNote` unless it was signed with this key."""
    text, signature = key.signature_of(note)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature:
        raise InvalidNote("the signature is not of this text") from None
    return text


def public_pem(key: LogKey) -> str:
    """The public key for other tools, such as `openssl pkeyutl`."""
    public = Ed25519PublicKey.from_public_bytes(key.public)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def load_signer(origin: str, file: Path, make: bool) -> Signer:
    """The signer with the key in this file, which it may `make` with mode 600; `UnusableKey`."""
    if make:
        _make(file)
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        content = file.read_bytes()
    except OSError as fault:
        raise UnusableKey(f"the signing key can't be read from {file}: {fault.strerror}") from None
    if mode & 0o077:
        raise UnusableKey(f"others can read the signing key: chmod 600 {file}")
    try:
        private = load_pem_private_key(content, password=None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise UnusableKey(f"{file} holds no Ed25519 key in PEM; make one: openssl genpkey -algorithm ed25519")
    return Signer(origin, private)


def _make(file: Path) -> None:
    """Make a key unless there is one; of two processes that do it at once, one wins."""
    if file.exists():
        return
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f".{file.name}-{base64.b32encode(os.urandom(5)).decode()}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as output:
        output.write(pem)
        output.flush()
        os.fsync(handle)
    with suppress(FileExistsError):
        os.link(made, file)
    made.unlink()
