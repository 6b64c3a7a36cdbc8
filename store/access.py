"""The access log: each look at personal data, written before they are given, and never changed (AUD-3)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Access
from store.database import writing
from store.gathering import Gathering
from store.log import enqueue
from store.tables import access


class AccessTampered(Exception):
    """A row of the access log does not say what its hash says."""


class AccessLog:
    """Writes accesses down; those of requests that come together share a transaction (ADR 24)."""

    def __init__(self, database: AsyncEngine) -> None:
        self._database = database
        self._gathering = Gathering[Sequence[Access], None](self._write)

    async def record(self, accesses: Sequence[Access]) -> None:
        """Write the accesses, all or none; raises what the database raises, and then nothing may be given.
        They are queued for the signed log, like the entries of the journal.
        """
        if accesses:
            await self._gathering.ask(accesses)

    async def settled(self) -> None:
        """Return when nothing is being written: before the database is let go."""
        await self._gathering.settled()

    async def _write(self, asked: Sequence[Sequence[Access]]) -> list[None]:
        rows = [_row(each) for accesses in asked for each in accesses]
        async with writing(self._database) as connection:
            await connection.execute(insert(access), rows)
            await enqueue(connection, [row["hash"] for row in rows])
        return [None] * len(asked)


async def of_case(database: AsyncEngine, number: str, after: str = "", limit: int = 200) -> list[Access]:
    """The accesses to one case in the order of time, after the one with the id `after`.

    `AccessTampered` when a row was changed; `LookupError` when `after` is none of this case's.
    """
    query = select(access).where(access.c.number == number).order_by(access.c.at, access.c.id).limit(limit)
    async with database.execution_options(reads=True).connect() as connection:
        if after:
            place = select(access.c.at, access.c.id).where(access.c.number == number, access.c.id == after)
            if (row := (await connection.execute(place)).first()) is None:
                raise LookupError(after)
            later = (access.c.at > row.at) | ((access.c.at == row.at) & (access.c.id > row.id))
            query = query.where(later)
        return [_access(row) for row in (await connection.execute(query)).mappings()]


async def first_changed(database: AsyncEngine) -> tuple[str, str] | None:
    """Number and id of the first access that does not say what its hash says, if there is one."""
    query = select(access).order_by(access.c.at, access.c.id)
    async with database.execution_options(reads=True).connect() as connection:
        async for row in (await connection.stream(query)).mappings():
            try:
                _access(row)
            except (AccessTampered, ValueError):
                return row["number"], row["id"]
    return None


def _row(entry: Access) -> dict[str, Any]:
    return entry.model_dump(mode="json") | {"at": entry.at, "hash": entry.hash}


def _access(row: Any) -> Access:
    entry = Access.model_validate(dict(row))
    if entry.hash != row["hash"]:
        raise AccessTampered(entry.id)
    return entry
