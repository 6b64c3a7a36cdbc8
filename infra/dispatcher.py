"""The dispatcher: queues what the feed tells portals, and hands it over to the engine (ADR 22)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from temporalio.service import RPCError

from infra.webhooks import GRACE, WebhookDeliveries

AT_ONCE = 200
FORGETS_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class DeliveryQueue(Protocol):
    """What the dispatcher needs of the ledger's store."""

    async def take_from_feed(self, at: datetime) -> int: ...

    async def not_handed_over(self, limit: int, lost_since: datetime) -> list[str]: ...

    async def note_handed_over(self, ids: Sequence[str], at: datetime) -> None: ...

    async def forget_old(self, now: datetime) -> None: ...


@dataclass(frozen=True)
class Dispatcher:
    """Looks every so often; several may at once, and each may die at any moment."""

    queue: DeliveryQueue
    deliveries: WebhookDeliveries
    every_seconds: float
    troubles: tuple[type[Exception], ...]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._repeat(stop))
            try:
                yield
            finally:
                stop.set()

    async def dispatch(self) -> None:
        """Queue and hand over all there is.

        Noted after the engine has it: whoever dies in between has it handed over again, and it is the same.
        """
        while await self.queue.take_from_feed(datetime.now(UTC)):
            pass
        lost_since = datetime.now(UTC) - self.deliveries.patience - GRACE
        while waiting := await self.queue.not_handed_over(AT_ONCE, lost_since):
            for delivery_id in waiting:
                await self.deliveries.hand_over(delivery_id)
            await self.queue.note_handed_over(waiting, datetime.now(UTC))

    async def _repeat(self, stop: asyncio.Event) -> None:
        forgets_at = datetime.now(UTC)
        while not stop.is_set():
            try:
                await self.dispatch()
                if datetime.now(UTC) >= forgets_at:
                    await self.queue.forget_old(datetime.now(UTC))
                    forgets_at = datetime.now(UTC) + FORGETS_EVERY
            except self.troubles as trouble:
                log.warning("webhooks wait for the register", error=type(trouble).__name__)
            except RPCError as trouble:
                log.warning("webhooks wait for the engine", error=trouble.status.name)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.every_seconds)
