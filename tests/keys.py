"""A key ring for tests of the register alone: real keys, in a file of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infra.keyring import WrappedKeyring, keyring_of
from infra.settings import Settings
from store.keys import KeyStore, open_keys, prepare_keys


@asynccontextmanager
async def key_ring(folder: Path) -> AsyncIterator[WrappedKeyring]:
    """The key ring of this folder."""
    settings = Settings(data_dir=folder)
    engine = open_keys(settings.keys_database)
    await prepare_keys(engine)
    yield keyring_of(settings, KeyStore(engine))
    await engine.dispose()
