"""The feed of all journals: what was recorded gets a place, and readers go on from the place they know (ADR 22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.contracts.journal import RecordedEntry
from domain.feed import FeedEntry
from store.database import writing
from store.tables import appeal, feed, feed_queue, journal

BATCH = 1000
# Any number that no other part of the database locks.
FEED_LOCK = 0xFEED


async def announce(connection: AsyncConnection, entries: Sequence[RecordedEntry]) -> None:
    """Have these entries fed; they are, once this transaction is kept and somebody has read the feed."""
    rows = [{"number": entry.number, "position": entry.position} for entry in entries]
    await connection.execute(insert(feed_queue), rows)


@dataclass(frozen=True)
class Feed:
    """Reads the feed, and gives places to what waits for one."""

    engine: AsyncEngine

    async def advance(self) -> None:
        """Give places to all that was recorded since. Whoever reads does it first; of several at once, one.

        A place is given after the entry was committed, so no reader can pass it by: an id that the database gives
        while a transaction is under way may be committed later than a higher one.
        """
        while await self._is_waiting():
            async with writing(self.engine) as connection:
                if not await _alone(connection):
                    return
                await _give_places(connection)

    async def newest(self) -> int:
        """The last place that was given, 0 before the first."""
        async with self._reading.connect() as connection:
            return await _newest(connection)

    async def after(self, place: int, limit: int, within: AsyncConnection | None = None) -> list[FeedEntry]:
        """The next entries after a place, `within` a transaction where there is one."""
        query = _ENTRIES.where(feed.c.place > place).order_by(feed.c.place).limit(limit)
        if within:
            return [FeedEntry(**row) for row in (await within.execute(query)).mappings()]
        async with self._reading.connect() as connection:
            return [FeedEntry(**row) for row in (await connection.execute(query)).mappings()]

    async def of_case(self, number: str, after: int, limit: int) -> list[FeedEntry]:
        """The next entries of one case, after a position of its journal; they need no place yet and have 0."""
        query = (
            _OF_CASE.where(journal.c.number == number, journal.c.position > after)
            .order_by(journal.c.position)
            .limit(limit)
        )
        async with self._reading.connect() as connection:
            return [FeedEntry(place=0, **row) for row in (await connection.execute(query)).mappings()]

    async def last_position(self, number: str) -> int:
        """The last position in the journal of one case, 0 where it has none."""
        query = select(func.max(journal.c.position)).where(journal.c.number == number)
        async with self._reading.connect() as connection:
            last: int | None = (await connection.execute(query)).scalar()
        return last or 0

    async def _is_waiting(self) -> bool:
        async with self._reading.connect() as connection:
            return (await connection.execute(select(feed_queue.c.id).limit(1))).first() is not None

    @property
    def _reading(self) -> AsyncEngine:
        return self.engine.execution_options(reads=True)


async def _alone(connection: AsyncConnection) -> bool:
    """Whether this transaction may give places; on SQLite there is one writer anyway."""
    if connection.dialect.name != "postgresql":
        return True
    locked = await connection.execute(text(f"SELECT pg_try_advisory_xact_lock({FEED_LOCK})"))
    return bool(locked.scalar())


async def _newest(connection: AsyncConnection) -> int:
    last: int | None = (await connection.execute(select(func.max(feed.c.place)))).scalar()
    return last or 0


async def _give_places(connection: AsyncConnection) -> None:
    # The entries of one case come in their order: each was queued under the lock of the case's row.
    waiting = (await connection.execute(select(feed_queue).order_by(feed_queue.c.id).limit(BATCH))).all()
    if not waiting:
        return
    last = await _newest(connection)
    rows = [
        {"place": place, "number": row.number, "position": row.position}
        for place, row in enumerate(waiting, start=last + 1)
    ]
    await connection.execute(insert(feed), rows)
    await connection.execute(delete(feed_queue).where(feed_queue.c.id.in_([row.id for row in waiting])))


_PUBLIC = (journal.c.number, journal.c.position, journal.c.at, journal.c.type, journal.c.event, appeal.c.portal)
_OF_CASE: Select[Any] = select(*_PUBLIC).select_from(journal.join(appeal, appeal.c.number == journal.c.number))
_ENTRIES: Select[Any] = select(feed.c.place, *_PUBLIC).select_from(
    feed.join(journal, (journal.c.number == feed.c.number) & (journal.c.position == feed.c.position)).join(
        appeal, appeal.c.number == feed.c.number
    )
)
