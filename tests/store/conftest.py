"""The register on both databases: a SQLite file, and a real PostgreSQL that lives as long as the tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import Keyring
from store.database import open_database
from store.migrate import migrate
from store.register import Register
from tests.keys import key_ring
from tests.postgres import PostgresProcess

INDEX_KEY = b"for tests"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, over a socket in its folder; `{}` stands for the database."""
    server = PostgresProcess()
    yield server.url("{}")
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database of its own for each test, without any table."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'register.db'}"
    else:
        server, name = request.getfixturevalue("postgres"), f"test_{uuid4().hex}"
        await _create(server.format("postgres"), name)
        url = server.format(name)
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


async def _create(server: str, name: str) -> None:
    engine = open_database(server)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
