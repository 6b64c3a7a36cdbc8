"""Group commit: what comes while the database is at work is done together, as the next piece of work (ADR 24)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

AT_ONCE_MAX = 100
WAITING_MAX = 2000
SECONDS_MAX = 10.0

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Work = Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]
"""Does it all in one transaction, and returns when that is kept: an answer for each, in their order."""


@dataclass(frozen=True)
class _Waiting(Generic[Asked, Answer]):
    asked: Asked
    answer: "asyncio.Future[Answer]"


class Gathering(Generic[Asked, Answer]):
    """Does for many callers in one transaction what each has asked for alone, without any wait of its own.

    Whoever comes first is served at once; those who come meanwhile are the next batch. Nobody is answered before
    the transaction is kept. A caller who gives up harms no other; what they asked for may be done all the same.
    """

    def __init__(
        self,
        work: Work[Asked, Answer],
        at_once_max: int = AT_ONCE_MAX,
        waiting_max: int = WAITING_MAX,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        self._work = work
        self._at_once_max = at_once_max
        self._waiting_max = waiting_max
        self._seconds_max = seconds_max
        self._waiting: deque[_Waiting[Asked, Answer]] = deque()
        self._at_work: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """What the work answers to this, or raises about it.

        Raises `sqlalchemy.exc.TimeoutError` when too many wait already, and `TimeoutError` after too long a wait:
        whether it was done nobody knows then.
        """
        if len(self._waiting) >= self._waiting_max:
            raise PoolExhausted("too many wait for the database")
        waiting = _Waiting[Asked, Answer](asked, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work_on())
        async with asyncio.timeout(self._seconds_max):
            return await waiting.answer

    async def settled(self) -> None:
        """Return when nothing is under way: before the database is let go."""
        while self._at_work is not None:
            await asyncio.wait({self._at_work})

    async def _work_on(self) -> None:
        try:
            while batch := self._next():
                await self._serve(batch)
        finally:
            self._at_work = None
            for each in self._waiting:  # only where this task itself was cancelled
                each.answer.cancel()

    def _next(self) -> list[_Waiting[Asked, Answer]]:
        batch: list[_Waiting[Asked, Answer]] = []
        while self._waiting and len(batch) < self._at_once_max:
            each = self._waiting.popleft()
            if not each.answer.done():  # its caller has not given up
                batch.append(each)
        return batch

    async def _serve(self, batch: list[_Waiting[Asked, Answer]]) -> None:
        try:
            answers = await self._work([each.asked for each in batch])
        except Exception as failure:
            await self._failed(batch, failure)
        except BaseException:
            for each in batch:
                each.answer.cancel()
            raise
        else:
            for each, answer in zip(batch, answers, strict=True):
                if not each.answer.done():
                    each.answer.set_result(answer)

    async def _failed(self, batch: list[_Waiting[Asked, Answer]], failure: Exception) -> None:
        if len(batch) > 1 and not _is_everybodys(failure):
            for each in batch:  # so that only those hear of it whose own it is
                await self._serve([each])
            return
        for each in batch:
            if not each.answer.done():
                each.answer.set_exception(failure)


def _is_everybodys(failure: Exception) -> bool:
    """Whether the database itself is in trouble, so that one by one would fare no better."""
    if isinstance(failure, DBAPIError) and failure.connection_invalidated:
        return True
    return isinstance(failure, OperationalError | InterfaceError | PoolExhausted | OSError | TimeoutError)
