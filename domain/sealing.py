"""Sealing what tells of a person: every case has a key of its own, and destroying it erases the person."""

from typing import Protocol

SYSTEM_KEY = "system"
"""Names the key of what belongs to no case."""


class Erased(LookupError):
    """The key was destroyed: nobody can read this any more."""


class NoKey(LookupError):
    """There never was a key of this name here: what names it was sealed elsewhere, or the keys are lost."""


class DataKey(Protocol):
    """The key of one case."""

    def seal(self, label: str, content: bytes) -> bytes:
        """The sealed content; it opens under the same label only."""

    def open(self, label: str, sealed: bytes) -> bytes:
        """The content; `cryptography.exceptions.InvalidTag` where label, key or content are not the sealed ones."""


class Keyring(Protocol):
    """All data keys by name: an appeal's number, or the engine's id of another process."""

    async def key(self, name: str, may_make: bool = True) -> DataKey:
        """The key of this name; `Erased` once it is destroyed.

        It is made when first asked for, unless it may not be: whoever only opens gets `NoKey` then.
        """

    async def make(self, name: str) -> bool:
        """Make a key for a name that most likely has none, without looking first; whether it is the name's first.

        Where it is, nothing was ever sealed under this name. Else the one that is there counts, for no name ever gets
        a second key; `Erased` where it was destroyed.
        """

    def forget(self, name: str) -> None:
        """Ask anew for this key when it is wanted next: it may have been destroyed elsewhere a moment ago."""

    async def destroy(self, name: str) -> None:
        """Destroy the key of this name for good; no other is ever made under it. Can be repeated."""
