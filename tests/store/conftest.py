"""The register on both databases: a SQLite file, and a real PostgreSQL that lives as long as the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import Keyring
from store.database import open_database
from store.migrate import migrate
from store.register import Register
from tests.keys import key_ring
from tests.postgres import new_database

INDEX_KEY = b"for tests"


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database of its own for each test, without any table."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'register.db'}"
    else:
        url = await new_database(request.getfixturevalue("postgres"))
    engine = open_database(url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def database(empty: AsyncEngine) -> AsyncEngine:
    await migrate(empty)
    return empty


@pytest.fixture
async def keyring(tmp_path: Path) -> AsyncIterator[Keyring]:
    async with key_ring(tmp_path) as ring:
        yield ring


@pytest.fixture
def register(database: AsyncEngine, keyring: Keyring) -> Register:
    return Register(database, INDEX_KEY, keyring)
