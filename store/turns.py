"""SQLite's driver, asked once for each statement: its thread is woken once instead of four times (ADR 24)."""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import immutabledict


class _TurnCursor(AsyncAdapt_aiosqlite_cursor):
    """Executes a statement and fetches all that it finds in the same turn."""

    __slots__ = ()

    def __init__(self, adapt_connection: AsyncAdapt_dbapi_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized = immutabledict()
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        def execute(driver: sqlite3.Connection) -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = driver.execute(operation, parameters or ())
            return cursor, cursor.fetchall()

        self._cursor, rows = await self._in_one_turn(execute)
        self._rows = deque(rows)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        self._cursor = await self._in_one_turn(lambda driver: driver.executemany(operation, seq_of_parameters))

    async def _in_one_turn(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        driver: Any = self._connection
        async with self._adapt_connection._execute_mutex:
            return await driver._execute(lambda: work(driver._conn))

    async def _async_soft_close(self) -> None:
        """Nothing is left to be closed: what was found is fetched."""

    def close(self) -> None:
        self._rows.clear()


class TurnConnection(AsyncAdapt_aiosqlite_connection):
    """A connection of SQLAlchemy's own making, whose statements each take one turn of the driver's thread.

    Nothing is rolled back or committed where no transaction is open: the driver would do nothing either, in a turn of
    its own. Where a caller gives up while the driver is at it, SQLAlchemy lends the connection to nobody any more.
    """

    __slots__ = ()
    _cursor_cls = _TurnCursor

    def rollback(self) -> None:
        if self._has_begun():
            super().rollback()

    def commit(self) -> None:
        if self._has_begun():
            super().commit()

    def _has_begun(self) -> bool:
        driver: Any = self._connection
        return driver._connection is not None and driver.in_transaction


def connected_by_turns(dialect: Any, _record: object, arguments: Any, parameters: Any) -> TurnConnection:
    """The connection that SQLAlchemy would make, as one by turns: for its event `do_connect`."""
    plain = dialect.connect(*arguments, **parameters)
    return TurnConnection(plain.dbapi, plain.driver_connection)
