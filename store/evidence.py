"""The register as it lies there: rows as they are, for whoever proves them. Nothing is read into models here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, not_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.log import unknown_to_the_log
from store.tables import appeal, desk, erasure, identifier, journal, message, task

Row = dict[str, Any]


@dataclass(frozen=True)
class CaseRows:
    """All rows of one case, of one moment; the journal's by position.

    `logged` are the hashes of its journal that are in the log or queued for it.
    """

    number: str
    appeal: Row | None
    journal: Sequence[Row]
    task: Sequence[Row]
    identifier: Sequence[Row]
    desk: Sequence[Row]
    message: Sequence[Row]
    logged: frozenset[str]
    erasure: Sequence[Row]

    @property
    def is_known(self) -> bool:
        """Whether the register has anything of such a case."""
        return self.appeal is not None or bool(self.journal)


async def case_numbers(engine: AsyncEngine) -> list[str]:
    """Every number that some table of the register names, in order."""
    every = union(select(appeal.c.number), select(journal.c.number), select(message.c.number))
    async with engine.execution_options(reads=True).connect() as connection:
        return sorted((await connection.execute(every)).scalars())


async def rows_of_case(engine: AsyncEngine, number: str) -> CaseRows:
    """The rows of one case, read in one transaction, so that they are of one moment."""
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        async with connection.begin():
            found = await _rows(connection, appeal, number)
            return CaseRows(
                number=number,
                appeal=found[0] if found else None,
                journal=await _rows(connection, journal, number),
                task=await _rows(connection, task, number),
                identifier=await _rows(connection, identifier, number),
                desk=await _rows(connection, desk, number),
                message=await _rows(connection, message, number),
                logged=await _logged(connection, number),
                erasure=await _rows(connection, erasure, number),
            )


async def _rows(connection: AsyncConnection, table: Table, number: str) -> list[Row]:
    query = select(table).where(table.c.number == number).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def _logged(connection: AsyncConnection, number: str) -> frozenset[str]:
    known = select(journal.c.hash).where(journal.c.number == number, not_(unknown_to_the_log(journal.c.hash)))
    return frozenset((await connection.execute(known)).scalars())
