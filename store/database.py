"""The connection to the register's database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

DATABASE_TROUBLE = (SQLAlchemyError, OSError, TimeoutError)
"""What a database that is away or overloaded raises; a driver's own connection errors are among them."""

TURN_WITHIN_SECONDS = 10
BUSY_MILLISECONDS = 5000
TRUNCATIONS_AT_MOST = 50
TRUNCATED_AGAIN_AFTER_SECONDS = 0.1
_TURN = "turn"


def open_database(url: str, pool_size: int = 10) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`; bounded pool, bounded waits.

    Its errors do not quote what was to be written: that is personal data.
    """
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={"factory": _ClosingItsCursors},
            execution_options={_TURN: asyncio.Lock()},
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": 5, "command_timeout": 15},
    )


@asynccontextmanager
async def writing(engine: AsyncEngine, one_statement: bool = False) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes: on SQLite it waits for its turn before it reads anything.

    Where it writes with `one_statement`, SQLite is not told where it begins: each statement is one by itself.
    """
    async with _turn(engine), engine.connect() as connection:
        await connection.execution_options(reads=one_statement, writes=not one_statement)
        async with connection.begin():
            yield connection


async def empty_log(engine: AsyncEngine) -> bool:
    """Take out of SQLite's write-ahead log what was overwritten since; False while readers or writers hold it up."""
    for _ in range(TRUNCATIONS_AT_MOST):
        async with engine.execution_options(reads=True).connect() as connection:
            # While it waited for readers, nobody could write: it comes again instead.
            await connection.execute(text("PRAGMA busy_timeout=0"))
            try:
                is_busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()[0]
            except DBAPIError:  # a writer of this process holds the table
                is_busy = True
            finally:
                await connection.execute(text(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}"))
        if not is_busy:
            return True
        await asyncio.sleep(TRUNCATED_AGAIN_AFTER_SECONDS)
    return False


class _ClosingItsCursors(sqlite3.Connection):
    """A connection that takes its cursors along when it is closed.

    Whoever is cancelled between a query and its rows leaves an open cursor, which the exception's traceback may keep
    for a minute. SQLite closes a connection only with its last statement: until then its transaction would keep the
    right to write from everybody.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        opened = super().cursor(*args, **kwargs)
        self._cursors.add(opened)
        return opened

    def close(self) -> None:
        for opened in list(self._cursors):
            opened.close()
        super().close()


@asynccontextmanager
async def _turn(engine: AsyncEngine) -> AsyncIterator[None]:
    """The writers of a process come one by one, as they asked: SQLite has one at a time, and takes any that waits."""
    turn: asyncio.Lock | None = engine.get_execution_options().get(_TURN)
    if turn is None:
        yield
        return
    async with asyncio.timeout(TURN_WITHIN_SECONDS):
        await turn.acquire()
    try:
        yield
    finally:
        turn.release()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction control begins late and would let two writers read the same row.
    connection.isolation_level = None
    cursor = connection.cursor()
    # What is deleted is overwritten: an erasure takes digests of a person away, not only their rows.
    # Debian's SQLite does so by itself, others do not.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("reads", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
