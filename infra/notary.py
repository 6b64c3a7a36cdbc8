"""The notary: moves what the register has queued into the log, signs it, and publishes the checkpoint (AUD-1)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from domain.checkpoint import Checkpoint, InvalidNote, LogForked, LoggedCheckpoint
from infra.published import PublishedCheckpoints
from infra.signing import Signer
from infra.time_stamps import NotStamped, TimeStampAuthority

log = structlog.get_logger()


class SequencedLog(Protocol):
    """What the notary needs of the log's store."""

    async def announce(self, key: str, at: datetime) -> None: ...

    async def queued(self) -> int: ...

    async def sequence(
        self, sign: Callable[[int, bytes], str], at: datetime, published: Checkpoint | None = None
    ) -> LoggedCheckpoint | None: ...

    async def newest(self) -> LoggedCheckpoint | None: ...

    async def stamp(self, size: int, token: bytes, at: datetime) -> None: ...


@dataclass(frozen=True)
class Notary:
    """Signs the log every so often; several may do it at once, and each may die at any moment."""

    sequenced: SequencedLog
    signer: Signer
    published: PublishedCheckpoints
    every: timedelta
    troubles: tuple[type[Exception], ...]
    authority: TimeStampAuthority | None = None
    stamp_every: timedelta = timedelta(minutes=1)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Work while this lasts, and once more at its end, so that nothing is left in the queue."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._repeat(self.sign, self.every, stop))
            if self.authority:
                tasks.create_task(self._repeat(self.stamp, self.stamp_every, stop))
            try:
                yield
            finally:
                stop.set()
        await self._attempt(self.sign)

    async def sign(self) -> None:
        """Log and sign all that is queued, and publish the newest checkpoint.

        A checkpoint is published after it is kept: of two that do it at once, or one that dies in between, the next
        round publishes what is missing. Raises `LogForked` where the log does not follow what was published.
        """
        published = await asyncio.to_thread(self.published.newest)
        while await self.sequenced.queued():
            await self.sequenced.announce(self.signer.key.text, datetime.now(UTC))
            await self.sequenced.sequence(self.signer.checkpoint, datetime.now(UTC), published)
        newest = await self.sequenced.newest()
        if newest and (published is None or newest.size > published.size):
            await asyncio.to_thread(self.published.put, newest)

    async def stamp(self) -> None:
        """Have the newest checkpoint stamped; those before it are proved to be older by the log itself."""
        newest = await self.sequenced.newest()
        if self.authority and newest and newest.token is None:
            token = await self.authority.stamp(newest.note.encode())
            await self.sequenced.stamp(newest.size, token, datetime.now(UTC))

    async def _repeat(self, work: Callable[[], Awaitable[None]], every: timedelta, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._attempt(work)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every.total_seconds())

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (LogForked, InvalidNote) as forked:
            log.error("the log is not signed: it does not follow its published checkpoint", reason=str(forked))
        except NotStamped as failure:
            log.warning("no time stamp, trying again later", reason=str(failure))
        except self.troubles as failure:
            log.warning("the log waits for its database or folder", error=type(failure).__name__)
