"""The journal of a running case: facts are recorded at once and written to the register in batches."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError

from activities.interfaces import RegisterActivities
from domain.actors import SYSTEM, Actor
from domain.case import CaseView, fold
from domain.contracts.events import Event
from domain.contracts.journal import JournalEntry, Message, Transition
from domain.contracts.state import CaseState
from domain.notifications import Template

P = TypeVar("P")
R = TypeVar("R")

# First beside the workflow task, which costs one event; a register that is slow or down must not hold up the other
# decisions of the case, so after one try the engine takes over and tries until it is up again.
AT_ONCE = workflow.LocalActivityConfig(
    schedule_to_start_timeout=timedelta(seconds=1),
    start_to_close_timeout=timedelta(seconds=2),
    retry_policy=RetryPolicy(maximum_attempts=1),
)
LONGER_THAN_A_TRY = timedelta(minutes=1)
DURABLY = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=3)),
)


async def with_register(operation: Callable[[RegisterActivities, P], Awaitable[R]], argument: P) -> R:
    """Call on the register: at once where it answers, and durably where it does not."""
    try:
        with _time_kept():
            return await workflow.execute_local_activity_method(operation, argument, **AT_ONCE)
    except FailureError:
        return await workflow.execute_activity_method(operation, argument, **DURABLY)


@contextmanager
def _time_kept() -> Iterator[None]:
    """Let a replay tell the time that the case was told, however long a try takes.

    A task that is prolonged without a command is left out of a replay, and its time with it: the next task's time
    would be in the journal's entries. A timer is such a command; one that ends in the task it began in costs nothing.
    """
    timer = asyncio.create_task(workflow.sleep(LONGER_THAN_A_TRY))
    try:
        yield
    finally:
        timer.cancel()


class Journal:
    """Records facts in the state and keeps the register up with them (AUD-1)."""

    def __init__(self, state: CaseState, at_once: bool = True) -> None:
        """`at_once` writes beside the workflow task; not where so many messages come that no task may take long."""
        self._state = state
        self._at_once = at_once
        self._is_writing = False
        self._is_stopped = False

    @property
    def view(self) -> CaseView:
        """The case as its journal tells it."""
        if self._state.view is None:
            raise LookupError("the journal has no entry yet")
        return self._state.view

    def record(self, event: Event, actor: Actor = SYSTEM) -> JournalEntry:
        """Add a fact now; it reaches the register with the next batch."""
        view = self._state.view
        entry = JournalEntry(
            number=self._state.appeal.number,
            sequence=view.last_sequence + 1 if view else 1,
            at=workflow.now(),
            actor=actor,
            event=event,
        )
        if entry.personal():
            entry = entry.model_copy(update={"salt": workflow.uuid4().hex})
        self._state.view = fold(view, entry)
        self._state.unrecorded.append(entry)
        return entry

    def queue(self, entry: JournalEntry, template: Template, context: dict[str, str], credential: str | None) -> None:
        """Queue the messages of one moment, one per channel the moment has a text for."""
        occurrence = self._state.told[template] = self._state.told.get(template, 0) + 1
        for channel in template.channels:
            self._state.unsent.append(
                Message(
                    key=f"{entry.number}:{template}:{occurrence}:{template.recipient}:{channel}",
                    sequence=entry.sequence,
                    template=template,
                    occurrence=occurrence,
                    recipient=template.recipient,
                    channel=channel,
                    context=context,
                    credential_id=credential,
                )
            )

    async def keep(self) -> None:
        """Write whatever gets recorded, in order, for as long as the case runs."""
        while True:
            await workflow.wait_condition(lambda: bool(self._state.unrecorded) and not self._is_stopped)
            await self._write()

    async def stopped(self) -> None:
        """Return when nothing is being written any more; what gets recorded is left to the next run."""
        self._is_stopped = True
        await workflow.wait_condition(lambda: not self._is_writing)

    async def written(self) -> None:
        """Return when the register holds everything recorded so far."""
        await workflow.wait_condition(lambda: not self._state.unrecorded)

    async def _write(self) -> None:
        state = self._state
        transition = Transition(
            number=state.appeal.number, entries=list(state.unrecorded), messages=list(state.unsent)
        )
        self._is_writing = True
        if self._at_once:
            await with_register(RegisterActivities.record_transition, transition)
        else:
            await workflow.execute_activity_method(RegisterActivities.record_transition, transition, **DURABLY)
        self._is_writing = False
        del state.unrecorded[: len(transition.entries)]
        del state.unsent[: len(transition.messages)]
