"""The chain of appeals that follow one another, and its one journal (REP-5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.case import CaseView
from domain.contracts.journal import RecordedEntry
from store.register import Register
from store.sealed import recorded_entry
from store.tables import appeal, journal

CHAIN_AT_MOST = 100
BACK_AT_MOST = 5


@dataclass(frozen=True)
class Position:
    """An entry's place: in the journal of which appeal, and where there."""

    number: str
    position: int


@dataclass(frozen=True)
class Chains:
    """Reads chains; whoever asks decides which of their appeals the reader may see."""

    case_register: Register

    async def of(self, number: str) -> list[CaseView]:
        """All appeals that this one follows or that follow it, over any number of links, oldest first.

        Those that were erased are left out.
        """
        linked = select(appeal.c.number, appeal.c.previous).where(appeal.c.number == number).cte(recursive=True)
        # A union of distinct rows ends even if two appeals name each other.
        linked = linked.union(
            select(appeal.c.number, appeal.c.previous).join(
                linked, or_(appeal.c.number == linked.c.previous, appeal.c.previous == linked.c.number)
            )
        )
        query = (
            select(appeal.c.number)
            .where(appeal.c.number.in_(select(linked.c.number)))
            .order_by(appeal.c.registered_at, appeal.c.number)
            .limit(CHAIN_AT_MOST)
        )
        async with self._reading.connect() as connection:
            numbers = list((await connection.execute(query)).scalars())
        return await self.case_register.views(numbers)

    async def back_from(self, number: str) -> list[CaseView]:
        """This appeal, the one it follows, and so on, a few links back."""
        found: list[CaseView] = []
        following: str | None = number
        while following and len(found) < BACK_AT_MOST and following not in {view.number for view in found}:
            if not (earlier := await self.case_register.views([following])):
                break
            found += earlier
            previous = found[-1].facts.relations.previous
            following = previous.number if previous else None
        return found

    async def journal(
        self, numbers: Sequence[str], after: Position | None = None, limit: int = 200
    ) -> list[RecordedEntry]:
        """The entries of these appeals in the order of time, after a place; none after one that is not theirs."""
        if after and after.number not in numbers:
            return []
        query = select(journal).where(journal.c.number.in_(numbers))
        if after:
            at = (
                select(journal.c.at)
                .where(and_(journal.c.number == after.number, journal.c.position == after.position))
                .scalar_subquery()
            )
            within = and_(journal.c.number == after.number, journal.c.position > after.position)
            same_time = and_(journal.c.at == at, or_(journal.c.number > after.number, within))
            query = query.where(or_(journal.c.at > at, same_time))
        query = query.order_by(journal.c.at, journal.c.number, journal.c.position).limit(limit)
        keys = {number: await self.case_register.keyring.key(number, may_make=False) for number in numbers}
        async with self._reading.connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [recorded_entry(row, keys[row["number"]]) for row in rows]

    @property
    def _reading(self) -> AsyncEngine:
        return self.case_register.engine.execution_options(reads=True)
