"""Batches as the register keeps them: who ordered what for how many appeals, and what became of each (ADR 21)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import SYSTEM
from domain.appeal import Category, Channel, Status, Unit
from domain.contracts.batches import BatchEnd, BatchItem, BatchOrder, ItemOutcome
from domain.contracts.contract import AwareDatetime, Contract
from store.database import writing
from store.tables import appeal, batch, batch_item


class BatchFilter(Contract):
    """Which open appeals are meant: all that is named here has to fit."""

    status: Status | None = None
    category: Category | None = None
    service: str | None = None
    channel: Channel | None = None
    unit: Unit | None = None
    is_breached: bool | None = None
    portal: str | None = None
    registered_from: AwareDatetime | None = None
    registered_before: AwareDatetime | None = None


class BatchRecord(Contract):
    """One batch and how far it is; `counts` are of its appeals by outcome."""

    id: str
    command: str
    ordered_by: str
    ordered_at: AwareDatetime
    total: int
    ended_at: AwareDatetime | None = None
    cancelled_by: str | None = None
    counts: dict[ItemOutcome, int] = {}


@dataclass(frozen=True)
class Batches:
    """The batches of all people."""

    engine: AsyncEngine

    async def begin(self, order: BatchOrder) -> None:
        """Put an order on record, with all its appeals waiting; done again it changes nothing."""
        row = {
            "id": order.id,
            "command": order.decision.type,
            "ordered_by": order.actor.subject,
            "ordered_at": order.ordered_at,
            "total": len(order.numbers),
        }
        items = [
            {"batch_id": order.id, "position": place, "number": number, "outcome": ItemOutcome.WAITING.value}
            for place, number in enumerate(order.numbers, start=1)
        ]
        with suppress(IntegrityError):
            async with writing(self.engine) as connection:
                await connection.execute(insert(batch).values(row))
                await connection.execute(insert(batch_item), items)

    async def settle(self, batch_id: str, items: Sequence[BatchItem]) -> None:
        """Put on record what became of these appeals."""
        place = (batch_item.c.batch_id == batch_id) & (batch_item.c.position == bindparam("place"))
        rows = [
            each.model_dump(mode="python", include={"outcome", "code", "reason", "at"})
            | {"place": each.position, "outcome": each.outcome.value, "code": each.code, "reason": each.reason}
            for each in items
        ]
        async with writing(self.engine) as connection:
            await connection.execute(update(batch_item).where(place), rows)

    async def end(self, end: BatchEnd) -> None:
        """Put the end on record; done again it changes nothing."""
        running = (batch.c.id == end.batch_id) & batch.c.ended_at.is_(None)
        waiting = (batch_item.c.batch_id == end.batch_id) & (batch_item.c.outcome == ItemOutcome.WAITING.value)
        async with writing(self.engine) as connection:
            await connection.execute(
                update(batch).where(running).values(ended_at=end.at, cancelled_by=end.cancelled_by)
            )
            await connection.execute(update(batch_item).where(waiting).values(outcome=ItemOutcome.CANCELLED.value))

    async def legible(self, ended_before: datetime) -> list[str]:
        """Batches that ended before an instant, and what they said can still be read: the key is not destroyed."""
        query = select(batch.c.id).where(batch.c.ended_at < ended_before, batch.c.forgotten_at.is_(None))
        async with self._reading.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def forget(self, batch_id: str, at: datetime) -> None:
        """Put on record that the key of what a batch said is destroyed."""
        async with writing(self.engine) as connection:
            await connection.execute(update(batch).where(batch.c.id == batch_id).values(forgotten_at=at))

    async def find(self, batch_id: str) -> BatchRecord | None:
        """One batch with its progress, if it is on record."""
        counting = (
            select(batch_item.c.outcome, func.count().label("count"))
            .where(batch_item.c.batch_id == batch_id)
            .group_by(batch_item.c.outcome)
        )
        async with self._reading.connect() as connection:
            row = (await connection.execute(select(batch).where(batch.c.id == batch_id))).mappings().first()
            counts = {found.outcome: found.count for found in await connection.execute(counting)}
        return BatchRecord.model_validate({**row, "counts": counts}) if row else None

    async def items(
        self, batch_id: str, after: int, limit: int, outcome: ItemOutcome | None = None
    ) -> list[BatchItem]:
        """Appeals of a batch after a place, in its order; of one outcome if it is named."""
        query = select(batch_item).where(batch_item.c.batch_id == batch_id, batch_item.c.position > after)
        if outcome:
            query = query.where(batch_item.c.outcome == outcome.value)
        async with self._reading.connect() as connection:
            rows = (await connection.execute(query.order_by(batch_item.c.position).limit(limit))).mappings().all()
        return [BatchItem.model_validate(dict(row)) for row in rows]

    async def matching(self, wanted: BatchFilter, limit: int) -> list[str]:
        """The open appeals that fit, oldest first; incidents are none."""
        query = select(appeal.c.number).where(*fitting(wanted))
        async with self._reading.connect() as connection:
            found = await connection.execute(query.order_by(appeal.c.registered_at, appeal.c.number).limit(limit))
            return list(found.scalars())

    @property
    def _reading(self) -> AsyncEngine:
        return self.engine.execution_options(reads=True)


def fitting(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    """What is true of the open appeals that are meant."""
    is_appeal = or_(appeal.c.channel != Channel.INTERNAL.value, appeal.c.portal != SYSTEM.subject)
    found: list[ColumnElement[bool]] = [appeal.c.closed_at.is_(None), appeal.c.erased_at.is_(None), is_appeal]
    for name in ("status", "category", "service", "channel", "unit", "is_breached", "portal"):
        if (value := getattr(wanted, name)) is not None:
            found.append(appeal.c[name] == value)
    if wanted.registered_from:
        found.append(appeal.c.registered_at >= wanted.registered_from)
    if wanted.registered_before:
        found.append(appeal.c.registered_at < wanted.registered_before)
    return found
