"""A new wrapping key for all data keys: what they have sealed is not touched."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from infra.keyring import Kept
from infra.wrapping import Wrapping, WrappingKeyTrouble

BATCH = 200


class NamedKey(Kept, Protocol):
    """A wrapped data key and its name."""

    @property
    def name(self) -> str: ...


Key = TypeVar("Key", bound=NamedKey)


class RotatedShelf(Protocol, Generic[Key]):
    """Where wrapped data keys are put into another wrapping: `store.keys.KeyStore`."""

    async def wrapped_otherwise(self, wrapping_key_id: str, at_most: int) -> Sequence[Key]: ...

    async def rewrap(self, old: Key, wrapped: bytes, wrapping_key_id: str) -> None: ...

    async def count(self, wrapping_key_id: str) -> int: ...


async def rewrap_all(shelf: RotatedShelf[Key], wrapping: Wrapping) -> int:
    """Wrap every data key with the current wrapping key; how many that were.

    It may be broken off at any place and run again: it goes on with what is wrapped otherwise.
    """
    rewrapped = 0
    while batch := await shelf.wrapped_otherwise(await wrapping.current(), BATCH):
        for kept in batch:
            if kept.wrapped is None or kept.wrapping_key_id is None:
                continue
            key = await wrapping.unwrap(kept.name, kept.wrapped, kept.wrapping_key_id)
            wrapped, wrapping_key_id = await wrapping.wrap(kept.name, key)
            await shelf.rewrap(kept, wrapped, wrapping_key_id)
            rewrapped += 1
    return rewrapped


async def retire(shelf: RotatedShelf[Key], wrapping: Wrapping, wrapping_key_id: str) -> None:
    """Give up a wrapping key; `WrappingKeyTrouble` while it is the current one or wraps something."""
    if wrapped := await shelf.count(wrapping_key_id):
        raise WrappingKeyTrouble(f"{wrapped} keys are wrapped by {wrapping_key_id}: run `hotline keys rotate` first.")
    await wrapping.retire(wrapping_key_id)
