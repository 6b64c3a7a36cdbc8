"""Erasing cases whose retention period is over, and finishing erasures that were cut off (ADR 18)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client

from activities.interfaces import RetentionActivities
from domain.contracts.retention import RetentionBatch, RetentionOrder
from domain.erasure import ErasureGround
from infra.batches import process_of
from infra.engine import has_ended, workflow_id
from store.answers import Answers
from store.batches import Batches
from store.erasures import Erasure, Erasures
from store.helps import Helps

BATCH = 50
BATCH_LEGIBLE = timedelta(days=30)
"""So long after its end what a batch of decisions said can be looked up in the engine."""


@dataclass(frozen=True)
class RetentionKeeper(RetentionActivities):
    """The body of `RetentionActivities`. The rule consents here: it was set by whoever runs the line."""

    client: Client
    erasures: Erasures
    period: timedelta
    answers: Answers
    batches: Batches
    helps: Helps

    @activity.defn
    async def erase_overdue(self, order: RetentionOrder) -> RetentionBatch:
        await self.answers.sweep(order.now)
        await self.helps.forget(order.now)
        await self._forget_batches(order.now - BATCH_LEGIBLE, order.now)
        for begun in await self.erasures.unfinished():
            await self.erasures.carry_out(begun, order.now)
        numbers = await self.erasures.overdue(order.now - self.period, order.after, BATCH)
        erased = 0
        for number in numbers:
            if await has_ended(self.client, workflow_id(number)):
                await self.erasures.carry_out(await self._ordered(number, order), order.now)
                erased += 1
        return RetentionBatch(erased=erased, last=numbers[-1] if numbers else None)

    async def _forget_batches(self, ended_before: datetime, now: datetime) -> None:
        """What a batch told its cases, each of them keeps under a key of its own; the copy must not outlive them."""
        for batch_id in await self.batches.legible(ended_before):
            await self.erasures.keyring.destroy(process_of(batch_id))
            await self.batches.forget(batch_id, now)

    async def _ordered(self, number: str, order: RetentionOrder) -> Erasure:
        asked = Erasure(number=number, ground=ErasureGround.RETENTION, requested_at=order.now, approved_at=order.now)
        await self.erasures.ask(asked)
        return asked
