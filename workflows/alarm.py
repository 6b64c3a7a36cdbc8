"""One engine timer for all the waits of a case."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Alarm:
    """Wakes a case at the earliest instant anybody waits for.

    A timer per wait would be started and cancelled with every decision: two events and an action each. A timer
    that is already set for an earlier instant is left to ring; whoever still waits is then set a new one.

    Nobody goes on because of the time, but because the bell has rung, which is in the history. The time is also told
    to a decision that is refused and leaves nothing there: a case that saw by it that an instant had come would go
    another way than its replay.
    """

    def __init__(self) -> None:
        self._waiting: list[datetime] = []
        self._set_for: datetime | None = None
        self._rang_at: datetime | None = None
        self._bell: asyncio.Task[None] | None = None

    async def wait(self, condition: Callable[[], bool], until: datetime | None) -> None:
        """Return when `condition` holds or the instant `until` has come, whichever is first.

        `condition` may ask the case's state alone.
        """
        if until is None:
            await workflow.wait_condition(condition)
            return
        self._waiting.append(until)
        self._set()
        try:
            await workflow.wait_condition(lambda: condition() or self._has_rung(until))
        finally:
            if until in self._waiting:
                self._waiting.remove(until)

    def _set(self) -> None:
        earliest = min(self._waiting, default=None)
        if earliest is None or (self._set_for is not None and self._set_for <= earliest):
            return
        self._set_for = earliest
        self._bell = asyncio.create_task(self._ring_at(earliest))

    def _has_rung(self, instant: datetime) -> bool:
        return self._rang_at is not None and self._rang_at >= instant

    async def _ring_at(self, instant: datetime) -> None:
        await workflow.sleep(max(instant - workflow.now(), timedelta(0)))
        self._rang_at = workflow.now()
        if self._set_for == instant:
            self._set_for = None
            self._waiting = [wanted for wanted in self._waiting if wanted > workflow.now()]
            self._set()
