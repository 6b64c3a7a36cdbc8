"""The data keys of the cases: made when first asked for, unwrapped when used, remembered for a moment."""

import os
from collections import OrderedDict
from time import monotonic
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.sealing import DataKey, Erased, NoKey
from infra.settings import Settings
from infra.wrapping import KEY_BYTES, NONCE_BYTES, LocalKeyFile, Wrapping

REMEMBERED_AT_MOST = 10_000
# For so long another process may go on using a key that was destroyed; the destroyer's own forgets it at once.
REMEMBERED_SECONDS = 30.0


class Kept(Protocol):
    """A wrapped data key; without content once it is destroyed."""

    @property
    def wrapped(self) -> bytes | None: ...

    @property
    def wrapping_key_id(self) -> str | None: ...


class Shelf(Protocol):
    """Where wrapped data keys are kept: `store.keys.KeyStore`."""

    async def find(self, name: str) -> Kept | None: ...

    async def keep(self, name: str, wrapped: bytes, wrapping_key_id: str) -> Kept: ...

    async def destroy(self, name: str) -> None: ...


class AesKey:
    """AES-256-GCM with one data key; every content has a nonce of its own and is bound to its label."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, label: str, content: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, label.encode())

    def open(self, label: str, sealed: bytes) -> bytes:
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], label.encode())


class WrappedKeyring:
    """The body of `domain.sealing.Keyring`."""

    def __init__(self, shelf: Shelf, wrapping: Wrapping) -> None:
        self._shelf = shelf
        self._wrapping = wrapping
        self._known: OrderedDict[str, tuple[DataKey, float]] = OrderedDict()
        self._destroyed = 0

    async def key(self, name: str, may_make: bool = True) -> DataKey:
        if known := self._remembered(name):
            return known
        destroyed_before = self._destroyed
        if kept := await self._shelf.find(name):
            return await self._opened(name, kept, destroyed_before)
        if not may_make:
            raise NoKey(f"there is no key of {name}")
        return (await self._made(name))[0]

    async def make(self, name: str) -> bool:
        if self._remembered(name):
            return False
        return (await self._made(name))[1]

    async def _made(self, name: str) -> tuple[DataKey, bool]:
        """The key that counts, and whether it is the one that was made for this."""
        destroyed_before, made = self._destroyed, os.urandom(KEY_BYTES)
        wrapped, wrapping_key_id = await self._wrapping.wrap(name, made)
        kept = await self._shelf.keep(name, wrapped, wrapping_key_id)
        # Each wrapping has a nonce of its own: what is the same is ours.
        is_new = kept.wrapped == wrapped
        return await self._opened(name, kept, destroyed_before, made if is_new else None), is_new

    def forget(self, name: str) -> None:
        self._known.pop(name, None)

    async def destroy(self, name: str) -> None:
        try:
            await self._shelf.destroy(name)
        finally:
            self._destroyed += 1
            self._known.pop(name, None)

    async def _opened(self, name: str, kept: Kept, destroyed_before: int, made: bytes | None = None) -> DataKey:
        """The key that is kept; `made` where it is the one that was just made here."""
        if kept.wrapped is None or kept.wrapping_key_id is None:
            self._known.pop(name, None)
            raise Erased(f"the key of {name} was destroyed")
        key = AesKey(made or await self._wrapping.unwrap(name, kept.wrapped, kept.wrapping_key_id))
        if destroyed_before == self._destroyed:  # else it may be this one that was destroyed meanwhile
            self._remember(name, key)
        return key

    def _remembered(self, name: str) -> DataKey | None:
        known, until = self._known.get(name, (None, 0.0))
        if known is None or monotonic() >= until:
            return None
        self._known.move_to_end(name)
        return known

    def _remember(self, name: str, key: DataKey) -> None:
        self._known[name] = (key, monotonic() + REMEMBERED_SECONDS)
        self._known.move_to_end(name)
        if len(self._known) > REMEMBERED_AT_MOST:
            self._known.popitem(last=False)


def wrapping_of(settings: Settings) -> Wrapping:
    """The wrapping keys that the settings name: of a KMS, or in a file, which development makes where it is missing.

    Raises `WrappingKeyTrouble` where the file can't be used.
    """
    if settings.kms_key_id:
        from infra.kms import KmsKey  # loads all of botocore

        return KmsKey(settings.kms_key_id, settings.kms_region, settings.kms_url)
    file = LocalKeyFile(settings.wrapping_keys)
    if settings.env == "development":
        file.create()
    file.check()
    return file


def keyring_of(settings: Settings, shelf: Shelf) -> WrappedKeyring:
    """The keyring that the settings name, on this shelf of keys; raises what `wrapping_of` raises."""
    return WrappedKeyring(shelf, wrapping_of(settings))
