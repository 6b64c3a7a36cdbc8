"""SQLite's driver takes a turn for each statement; what was given up is never lent half done (ADR 24)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiosqlite import Connection
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from store.database import open_database, writing
from store.keys import KeyStore, open_keys, prepare_keys

pytestmark = pytest.mark.requirement("AUD-1")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """One connection alone, so that whoever comes next is lent the one that was given back."""
    engine = open_database(f"sqlite+aiosqlite:///{tmp_path / 'turns.db'}", pool_size=1)
    async with writing(engine) as connection:
        await connection.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY)"))
    yield engine
    await engine.dispose()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The turns that drivers' threads take from now on."""
    taken: list[str] = []
    take: Callable[..., Awaitable[object]] = Connection._execute

    async def counted(self: Connection, work: object, *said: object, **named: object) -> object:
        taken.append(getattr(work, "__name__", ""))
        return await take(self, work, *said, **named)

    monkeypatch.setattr(Connection, "_execute", counted)
    return taken


async def names(engine: AsyncEngine) -> list[str]:
    async with engine.execution_options(reads=True).connect() as connection:
        return list((await connection.execute(text("SELECT name FROM kept ORDER BY name"))).scalars())


async def test_a_read_takes_one_turn_and_a_transaction_one_for_each_statement(
    database: AsyncEngine, turns: list[str]
) -> None:
    assert await names(database) == []
    assert len(turns) == 1
    turns.clear()
    async with writing(database) as connection:
        await connection.execute(text("INSERT INTO kept VALUES ('one')"))
    assert len(turns) == 3, "it begins, inserts and commits"
    turns.clear()
    async with writing(database, one_statement=True) as connection:
        await connection.execute(text("INSERT INTO kept VALUES ('two')"))
    assert len(turns) == 1, "the statement is its own transaction"
    assert await names(database) == ["one", "two"]


async def test_what_fails_is_rolled_back_before_the_connection_is_lent_again(database: AsyncEngine) -> None:
    async def write_twice() -> None:
        async with writing(database) as connection:
            for _ in range(2):
                await connection.execute(text("INSERT INTO kept VALUES ('lost')"))

    with pytest.raises(IntegrityError):
        await write_twice()
    assert await names(database) == []


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO kept VALUES ('given up')"])
async def test_who_gives_up_while_the_driver_is_at_it_leaves_no_transaction_open(
    database: AsyncEngine, tmp_path: Path, statement: str
) -> None:
    other = open_database(f"sqlite+aiosqlite:///{tmp_path / 'turns.db'}")
    begun = asyncio.Event()

    async def give_up() -> None:
        async with database.execution_options(reads=True).connect() as connection:
            if not statement.startswith("BEGIN"):
                await connection.exec_driver_sql("BEGIN")
            begun.set()
            await connection.exec_driver_sql(statement)

    async with writing(other):  # until this is over the statement waits in the driver
        giving_up = asyncio.create_task(give_up())
        await begun.wait()
        await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.wait({giving_up}, timeout=0)
    with pytest.raises(asyncio.CancelledError):
        await giving_up
    async with writing(database) as connection:
        await connection.execute(text("INSERT INTO kept VALUES ('next')"))
    async with writing(other) as connection:
        await connection.execute(text("INSERT INTO kept VALUES ('of another process')"))
    assert await names(database) == ["next", "of another process"]
    await other.dispose()


@pytest.mark.requirement("DAT-2")
async def test_a_key_alone_is_kept_in_one_turn_that_waits_for_whoever_writes(
    tmp_path: Path, turns: list[str]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'keys.db'}"
    engine, other = open_keys(url), open_keys(url)
    await prepare_keys(engine)
    shelf = KeyStore(engine)
    async with writing(other):
        keeping = asyncio.create_task(shelf.keep("1", b"wrapped", "w"))
        done, _ = await asyncio.wait({keeping}, timeout=0.2)
        assert not done
    assert (await keeping).wrapped == b"wrapped"
    turns.clear()
    await shelf.keep("2", b"wrapped", "w")
    assert len(turns) == 1
    again = KeyStore(other)
    assert (await again.keep("2", b"another", "w")).wrapped == b"wrapped", "the first one counts"
    for each in (engine, other):
        await each.dispose()
