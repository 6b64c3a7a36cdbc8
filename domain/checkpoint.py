"""What the log says of itself, signed: a C2SP tlog-checkpoint as a signed note (AUD-1).

https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note; signing itself is in `infra/signing.py`.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.merkle import EMPTY_ROOT

ED25519 = b"\x01"
KEY_ID_BYTES = 4


class InvalidNote(ValueError):
    """The text is no checkpoint or no signed note."""


@dataclass(frozen=True)
class Checkpoint:
    """The log named `origin` has `size` leaves under this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def of_note(cls, note: str) -> "Checkpoint":
        """The checkpoint of a signed note, whoever signed it; `InvalidNote`."""
        return cls.parse(note.rpartition("\n\n")[0] + "\n")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint of a note's text; `InvalidNote`. Extension lines are refused: nobody of ours writes any."""
        try:
            origin, size, root, end = text.split("\n")
            found = cls(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError as fault:
            raise InvalidNote("not a checkpoint") from fault
        if end or found.text != text or len(found.root) != len(EMPTY_ROOT) or found.size < 0 or not origin:
            raise InvalidNote("not a checkpoint")
        return found


class LogForked(Exception):
    """The log does not begin with what it once published: it was changed, or put back to an earlier day."""


@dataclass(frozen=True)
class LoggedCheckpoint:
    """A checkpoint as it was signed, and the RFC 3161 time stamp on its note where there is one."""

    size: int
    note: str
    at: datetime
    token: bytes | None = None


@dataclass(frozen=True)
class LogKey:
    """The public key that signs for a log, by its name and its 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(sign.isspace() for sign in self.name) or len(self.public) != 32:
            raise InvalidNote("a key has a name without blanks and plus signs, and 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as verifiers of signed notes are given it."""
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "LogKey":
        """The key of its text form; `InvalidNote`."""
        try:
            name, key_id, encoded = text.split("+", 2)
            content = base64.b64decode(encoded, validate=True)
        except ValueError as fault:
            raise InvalidNote("not a key") from fault
        found = cls(name, content[1:])
        if content[:1] != ED25519 or found.text != text or found.id.hex() != key_id:
            raise InvalidNote("not a key")
        return found

    def signed(self, text: str, signature: bytes) -> str:
        """The signed note of a text that was signed with this key."""
        return f"{text}\n\N{EM DASH} {self.name} {_base64(self.id + signature)}\n"

    def signature_of(self, note: str) -> tuple[str, bytes]:
        """The signed text of a note and this key's signature, yet to be verified; `InvalidNote` without one."""
        text, _, lines = note.rpartition("\n\n")
        for line in lines.splitlines():
            mark, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            if mark == "\N{EM DASH}" and name == self.name and (found := _decoded(encoded))[:KEY_ID_BYTES] == self.id:
                return text + "\n", found[KEY_ID_BYTES:]
        raise InvalidNote("no signature of this key")


def _decoded(encoded: str) -> bytes:
    try:
        found = base64.b64decode(encoded, validate=True)
    except binascii.Error as fault:
        raise InvalidNote("not a signature") from fault
    if _base64(found) != encoded:
        raise InvalidNote("a signature in an unusual spelling")
    return found


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
