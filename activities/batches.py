"""Carrying a batch out: each case is sent its decision, and what it answers is put on record at once."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity

from activities.interfaces import BatchActivities
from domain.contracts.batches import BatchEnd, BatchItem, BatchOrder, BatchPiece, ItemOutcome
from infra.batches import BatchSender, Sent
from store.batches import Batches
from store.register import Register

AT_ONCE = 10
"""So many cases of one batch are at work at the same time: whoever else decides is not held up."""


@dataclass(frozen=True)
class BatchKeeper(BatchActivities):
    """The body of `BatchActivities`."""

    batches: Batches
    case_register: Register
    sender: BatchSender

    @activity.defn
    async def begin_batch(self, order: BatchOrder) -> None:
        await self.batches.begin(order)

    @activity.defn
    async def decide_piece(self, piece: BatchPiece) -> None:
        done = next(iter(activity.info().heartbeat_details), 0)  # by an attempt that was cut off
        while numbers := piece.numbers[done : done + AT_ONCE]:
            sent = await asyncio.gather(*(self._sent(piece, number) for number in numbers))
            now = datetime.now(UTC)
            await self.batches.settle(
                piece.batch_id,
                [
                    BatchItem(position=place, number=number, at=now, **vars(each))
                    for place, (number, each) in enumerate(
                        zip(numbers, sent, strict=True), start=piece.first + done + 1
                    )
                ],
            )
            done += len(numbers)
            activity.heartbeat(done)

    @activity.defn
    async def end_batch(self, end: BatchEnd) -> None:
        await self.batches.end(end)

    async def _sent(self, piece: BatchPiece, number: str) -> Sent:
        if await self.case_register.portal_of(number) is None:
            return Sent(ItemOutcome.REFUSED, "unknown_appeal", "Обращение не найдено.")
        return await self.sender.send(piece, number)
