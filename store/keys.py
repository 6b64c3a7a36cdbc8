"""Data keys, wrapped: a database of their own, so that no backup of the register ever holds one (ADR 13)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.database import empty_log, open_database, writing
from store.gathering import Gathering
from store.tables import UtcDateTime

metadata = MetaData()

data_key = Table(
    "data_key",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("wrapped", LargeBinary, comment="empty once the key is destroyed; the row stays, so that none follows it"),
    Column("wrapping_key_id", String(200), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("destroyed_at", UtcDateTime),
)

_KEPT = select(data_key.c.name, data_key.c.wrapped, data_key.c.wrapping_key_id)
_BY_NAME = _KEPT.where(data_key.c.name.in_(bindparam("names", expanding=True)))


class NotScrubbed(Exception):
    """The key is destroyed, but readers kept its old bytes in the write-ahead log: destroy it again."""


@dataclass(frozen=True)
class KeptKey:
    """A wrapped data key; its content is None once it is destroyed."""

    name: str
    wrapped: bytes | None
    wrapping_key_id: str | None


def open_keys(url: str, pool_size: int = 10) -> AsyncEngine:
    """The keys' database."""
    return open_database(url, pool_size)


async def prepare_keys(engine: AsyncEngine) -> None:
    """Make the table where there is none."""
    async with engine.connect() as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            await connection.run_sync(metadata.create_all)


class KeyStore:
    """Wrapped data keys by name; this module never sees one open. What is asked at once is done together (ADR 24)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._finding = Gathering[str, KeptKey | None](self._found)
        self._keeping = Gathering[KeptKey, KeptKey](self._kept)
        adding = sqlite_insert if engine.dialect.name == "sqlite" else postgresql_insert
        self._adding = adding(data_key).on_conflict_do_nothing()

    async def find(self, name: str) -> KeptKey | None:
        """The key of this name, or None where none was ever made or destroyed."""
        return await self._finding.ask(name)

    async def keep(self, name: str, wrapped: bytes, wrapping_key_id: str) -> KeptKey:
        """Keep a new key, unless there is or was one of this name; the one that counts."""
        return await self._keeping.ask(KeptKey(name, wrapped, wrapping_key_id))

    async def settled(self) -> None:
        """Return when nothing is being read or kept: before the database is let go."""
        await self._finding.settled()
        await self._keeping.settled()

    async def destroy(self, name: str) -> None:
        """Forget the key, also in the files of the database; a name that had none gets none from now on.

        Raises `NotScrubbed`. PostgreSQL keeps the old bytes until its vacuum and its log's recycling (ADR 13).
        """
        try:
            await self._insert(name, destroyed_at=datetime.now(UTC))
        except IntegrityError:
            there = update(data_key).where(data_key.c.name == name, data_key.c.wrapped.is_not(None))
            gone = {"wrapped": None, "wrapping_key_id": None, "destroyed_at": datetime.now(UTC)}
            async with self.engine.begin() as connection:
                await connection.execute(there.values(**gone))
        await self._scrub()

    async def wrapped_otherwise(self, wrapping_key_id: str, at_most: int) -> Sequence[KeptKey]:
        """Some of the keys that another wrapping key than this one wraps."""
        others = _KEPT.where(data_key.c.wrapped.is_not(None), data_key.c.wrapping_key_id != wrapping_key_id)
        async with self._reading.connect() as connection:
            return [KeptKey(*row) for row in await connection.execute(others.order_by("name").limit(at_most))]

    async def rewrap(self, old: KeptKey, wrapped: bytes, wrapping_key_id: str) -> None:
        """Put the key into another wrapping, unless it was destroyed or wrapped anew meanwhile."""
        same = update(data_key).where(data_key.c.name == old.name, data_key.c.wrapped == old.wrapped)
        async with self.engine.begin() as connection:
            await connection.execute(same.values(wrapped=wrapped, wrapping_key_id=wrapping_key_id))

    async def count(self, wrapping_key_id: str) -> int:
        """How many keys this wrapping key wraps."""
        query = select(func.count()).where(data_key.c.wrapping_key_id == wrapping_key_id)
        async with self._reading.connect() as connection:
            return (await connection.execute(query)).scalar_one()

    async def _found(self, names: Sequence[str]) -> list[KeptKey | None]:
        async with self._reading.connect() as connection:
            known = await self._by_name(connection, names)
        return [known.get(name) for name in names]

    async def _kept(self, new: Sequence[KeptKey]) -> list[KeptKey]:
        rows = [{**asdict(key), "created_at": datetime.now(UTC)} for key in new]
        async with writing(self.engine, one_statement=len(rows) == 1) as connection:
            done = await connection.execute(self._adding, rows)
            if done.rowcount == len(rows):  # PostgreSQL's driver does not count
                return list(new)
            known = await self._by_name(connection, [key.name for key in new])
        return [known[key.name] for key in new]

    async def _by_name(self, connection: AsyncConnection, names: Sequence[str]) -> dict[str, KeptKey]:
        rows = await connection.execute(_BY_NAME, {"names": list(names)})
        return {row.name: KeptKey(*row) for row in rows}

    @property
    def _reading(self) -> AsyncEngine:
        return self.engine.execution_options(reads=True)

    async def _insert(self, name: str, **values: Any) -> None:
        row = {"name": name, "created_at": datetime.now(UTC), **values}
        async with self.engine.begin() as connection:
            await connection.execute(insert(data_key).values(row))

    async def _scrub(self) -> None:
        if self.engine.dialect.name == "sqlite":
            if not await empty_log(self.engine):
                raise NotScrubbed
            return
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM data_key"))
