"""What portals are told, delivery by delivery: made from the feed, handed over, settled, and kept for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.feed import FeedEntry
from domain.webhooks import LEDGER_KEPT, Delivery, DeliveryState, Endpoint, Fault, deliveries_of
from store.database import writing
from store.feed import Feed
from store.tables import appeal, feed_reader, webhook, webhook_delivery

BATCH = 500
_READER = "webhooks"


@dataclass(frozen=True)
class WebhookLedger:
    """The deliveries of all portals."""

    engine: AsyncEngine

    async def take_from_feed(self, at: datetime) -> int:
        """Queue what the next entries of the feed tell the portals; how many entries there were.

        How far the feed was read is kept in the same transaction, so each entry is queued once, whoever dies.
        """
        feed = Feed(self.engine)
        await feed.advance()
        if await feed.newest() <= await self._place():
            return 0
        async with writing(self.engine) as connection:
            query = select(feed_reader.c.place).where(feed_reader.c.name == _READER)
            place = (await connection.execute(query.with_for_update(skip_locked=True))).scalar()
            if place is None:
                return 0  # another worker is at it
            entries = await feed.after(place, BATCH, connection)
            if rows := [_row(each) for each in await _made_of(connection, entries, at)]:
                await connection.execute(insert(webhook_delivery), rows)
            if entries:
                read = update(feed_reader).where(feed_reader.c.name == _READER)
                await connection.execute(read.values(place=entries[-1].place))
        return len(entries)

    async def not_handed_over(self, limit: int, lost_since: datetime) -> list[str]:
        """Deliveries that nobody was told to make yet, or so long ago that the engine has given them up."""
        handed_at = webhook_delivery.c.handed_at
        is_lost = (handed_at < lost_since) & (webhook_delivery.c.state == DeliveryState.QUEUED.value)
        query = select(webhook_delivery.c.id).where(or_(handed_at.is_(None), is_lost)).limit(limit)
        async with self._reading.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def note_handed_over(self, ids: Sequence[str], at: datetime) -> None:
        async with writing(self.engine) as connection:
            these = webhook_delivery.c.id.in_(ids)
            await connection.execute(update(webhook_delivery).where(these).values(handed_at=at))

    async def find(self, delivery_id: str) -> Delivery | None:
        query = select(webhook_delivery).where(webhook_delivery.c.id == delivery_id)
        async with self._reading.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return Delivery.model_validate(dict(row)) if row else None

    async def of(self, portal: str, after: str | None, limit: int, state: DeliveryState | None) -> list[Delivery]:
        """A portal's deliveries, the newest first, behind the one with the id `after`; `LookupError`."""
        of_portal = webhook_delivery.c.portal == portal
        made_at, id_ = webhook_delivery.c.made_at, webhook_delivery.c.id
        query = select(webhook_delivery).where(of_portal).order_by(made_at.desc(), id_.desc()).limit(limit)
        if state:
            query = query.where(webhook_delivery.c.state == state.value)
        async with self._reading.connect() as connection:
            if after:
                place = (await connection.execute(select(made_at).where(of_portal, id_ == after))).scalar()
                if place is None:
                    raise LookupError(after)
                query = query.where((made_at < place) | ((made_at == place) & (id_ < after)))
            return [Delivery.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def queue_again(self, delivery_id: str, at: datetime) -> None:
        """Have it made once more, with the same id and for as long as a new one."""
        values = {"state": DeliveryState.QUEUED.value, "queued_at": at, "changed_at": at, "handed_at": None}
        async with writing(self.engine) as connection:
            await connection.execute(
                update(webhook_delivery).where(webhook_delivery.c.id == delivery_id).values(values)
            )

    async def note_attempt(
        self, made: Delivery, state: DeliveryState, at: datetime, answered: int | None, fault: Fault | None
    ) -> None:
        """How an attempt ended: `queued` where there will be another one."""
        values = {
            "state": state.value,
            "attempts": made.attempts + 1,
            "answered": answered,
            "fault": fault.value if fault else None,
            "changed_at": at,
        }
        async with writing(self.engine) as connection:
            await connection.execute(update(webhook_delivery).where(webhook_delivery.c.id == made.id).values(values))
            if state is DeliveryState.DELIVERED:
                its = webhook.c.id == made.endpoint_id
                await connection.execute(update(webhook).where(its).values(last_delivered_at=at))

    async def forget_old(self, now: datetime) -> None:
        """Take settled deliveries off the ledger when they have been there long enough."""
        settled = webhook_delivery.c.state != DeliveryState.QUEUED.value
        old = webhook_delivery.c.made_at < now - LEDGER_KEPT
        async with writing(self.engine) as connection:
            await connection.execute(delete(webhook_delivery).where(settled, old))

    async def _place(self) -> int:
        query = select(feed_reader.c.place).where(feed_reader.c.name == _READER)
        async with self._reading.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    @property
    def _reading(self) -> AsyncEngine:
        return self.engine.execution_options(reads=True)


async def _made_of(connection: AsyncConnection, entries: Sequence[FeedEntry], at: datetime) -> list[Delivery]:
    portals = {each.portal for each in entries}
    query = select(webhook).where(webhook.c.portal.in_(portals), webhook.c.enabled.is_(True))
    endpoints = [Endpoint.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
    told = [each for each in entries if each.portal in {endpoint.portal for endpoint in endpoints}]
    query_of_status = select(appeal.c.number, appeal.c.status).where(appeal.c.number.in_({e.number for e in told}))
    statuses = {row.number: row.status for row in await connection.execute(query_of_status)} if told else {}
    return [made for entry in told for made in deliveries_of(entry, statuses[entry.number], endpoints, at)]


def _row(made: Delivery) -> dict[str, Any]:
    times = {"made_at": made.made_at, "queued_at": made.queued_at, "changed_at": made.changed_at}
    return made.model_dump(mode="json") | times
