"""Wrapping keys: they protect the data keys, and lie where no data lie."""

import base64
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
_PRIVATE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class WrappingKeyTrouble(Exception):
    """No data key can be wrapped or unwrapped; the message says why and what to do."""


class Wrapping(Protocol):
    """Wraps data keys under the current wrapping key, each bound to its name."""

    async def current(self) -> str:
        """The id of the wrapping key that wraps from now on."""

    async def wrap(self, name: str, key: bytes) -> tuple[bytes, str]:
        """The wrapped key, and the id of the wrapping key."""

    async def unwrap(self, name: str, wrapped: bytes, wrapping_key_id: str) -> bytes:
        """The key that was wrapped under this name; `WrappingKeyTrouble` where it is another one's."""

    async def rotate(self) -> str:
        """Make a new wrapping key the current one; its id."""

    async def retire(self, wrapping_key_id: str) -> None:
        """Give up a wrapping key that wraps nothing any more."""


@dataclass(frozen=True)
class _Keys:
    current: str
    keys: dict[str, bytes]


@dataclass(frozen=True)
class LocalKeyFile:
    """Wrapping keys in a JSON file that nobody but its owner may read: `{"current": id, "keys": {id: base64}}`.

    It is read for every use, so every process follows a rotation at once. Any method but `create` raises
    `WrappingKeyTrouble` where the file is missing, broken, or open to others.
    """

    path: Path

    def create(self) -> None:
        """Make the file with a first key, unless there is one: of two processes, the first one's counts."""
        if self.path.exists():
            return

        def put(new: Path) -> None:
            with suppress(FileExistsError):
                os.link(new, self.path)

        self._write(_grown({}), put)

    def check(self) -> None:
        """Refuse a file that can't be used, before anything depends on it."""
        self._read()

    async def current(self) -> str:
        return self._read().current

    async def wrap(self, name: str, key: bytes) -> tuple[bytes, str]:
        kept, nonce = self._read(), os.urandom(NONCE_BYTES)
        return nonce + AESGCM(kept.keys[kept.current]).encrypt(nonce, key, name.encode()), kept.current

    async def unwrap(self, name: str, wrapped: bytes, wrapping_key_id: str) -> bytes:
        if (key := self._read().keys.get(wrapping_key_id)) is None:
            raise WrappingKeyTrouble(f"The wrapping key {wrapping_key_id} is not in {self.path}: put it back.")
        try:
            return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise WrappingKeyTrouble(f"What is kept as the key of {name} was not wrapped as it.") from None

    async def rotate(self) -> str:
        with self._locked():
            grown = _grown(self._read().keys)
            self._write(grown, lambda new: new.replace(self.path))
        return grown.current

    async def retire(self, wrapping_key_id: str) -> None:
        with self._locked():
            kept = self._read()
            if wrapping_key_id == kept.current:
                raise WrappingKeyTrouble(f"The wrapping key {wrapping_key_id} is the current one: rotate first.")
            if wrapping_key_id not in kept.keys:
                raise WrappingKeyTrouble(f"There is no wrapping key {wrapping_key_id} in {self.path}.")
            left = {each: key for each, key in kept.keys.items() if each != wrapping_key_id}
            self._write(_Keys(kept.current, left), lambda new: new.replace(self.path))

    def _read(self) -> _Keys:
        try:
            if stat.S_IMODE(self.path.stat().st_mode) & _OTHERS:
                raise WrappingKeyTrouble(f"Others may read the key file {self.path}: chmod 600 {self.path}")
            content = json.loads(self.path.read_text())
            keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in content["keys"].items()}
            if content["current"] not in keys or {len(key) for key in keys.values()} != {KEY_BYTES}:
                raise ValueError
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise WrappingKeyTrouble(f"The key file {self.path} can't be used ({type(fault).__name__}).") from None
        return _Keys(content["current"], keys)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Of two changes at once the second waits: else it would lose the first one's new key, and all under it."""
        with self.path.with_name(f".{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, kept: _Keys, put: Callable[[Path], object]) -> None:
        """Write a file of its own first: a reader sees the old keys or the new ones, never half of them."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f".{self.path.name}.{uuid4().hex}")
        encoded = {key_id: base64.b64encode(key).decode() for key_id, key in kept.keys.items()}
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
                json.dump({"current": kept.current, "keys": encoded}, file)
                file.flush()
                os.fsync(file.fileno())
            put(new)
            _sync_folder(self.path.parent)
        finally:
            new.unlink(missing_ok=True)


def _grown(keys: dict[str, bytes]) -> _Keys:
    key_id = f"local-{uuid4().hex[:12]}"
    return _Keys(key_id, {**keys, key_id: os.urandom(KEY_BYTES)})


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
