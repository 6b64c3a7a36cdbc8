"""What a procedure can do with its case: await decisions, keep clocks, tell people, call on systems."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError

from domain.actors import Actor, Role
from domain.appeal import Status, Unit
from domain.contracts import events
from domain.contracts.appeal import Policy
from domain.contracts.commands import RetryRegistry
from domain.contracts.contract import Contract
from domain.contracts.expectation import Expectation
from domain.contracts.state import CaseState
from domain.deadlines import ClockName
from domain.notifications import Template
from domain.units import role_of
from domain.urgency import Urgency, urgency_of
from workflows.alarm import Alarm
from workflows.clocks import CaseClocks, due_in_words
from workflows.history import has_outgrown_its_run
from workflows.journal import Journal

SYSTEM_TRY = timedelta(seconds=20)
SYSTEM_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))

D = TypeVar("D", bound=Contract)
T = TypeVar("T")


class Stage(Protocol):
    """One step of a procedure. It returns the next one, or None at the end.

    A stage may be entered again after continue-as-new, so what comes before its first wait must not hurt twice.
    """

    __name__: str

    def __call__(self, case: "Case") -> "Awaitable[Stage | None]": ...


@dataclass(frozen=True)
class Taken(Generic[D]):
    """A decision that was awaited, and who took it."""

    decision: D
    actor: Actor


@dataclass(frozen=True)
class Nudge:
    """It is time for the n-th reminder, counted from 1; the expectation stays open."""

    number: int


@dataclass(frozen=True)
class Lapsed:
    """The clock of the expectation ran out; nobody is waited for any more."""


class Left(Exception):
    """The stage is left where it waits for a person."""


class RollOver(Left):
    """The history is long: the run ends here and the next one enters the same stage again."""


class Diverted(Left):
    """A standing decision has sent the case to another stage."""


class Case:
    """The running case as its procedure sees it."""

    def __init__(self, state: CaseState, at_once: bool = True) -> None:
        self.state = state
        self.alarm = Alarm()
        self.journal = Journal(state, at_once)
        self.clocks = CaseClocks(self)
        self._calls = 0
        self._attempts = 0
        self._is_long = False
        self._measured_at = 0

    @property
    def policy(self) -> Policy:
        return self.state.policy

    @property
    def calendar_version(self) -> str:
        """The production calendar that the case's terms follow; recorded when it was adopted (ESC-4)."""
        return self.journal.view.calendar_version

    # ---- people -------------------------------------------------------------------------------------------

    async def expect(
        self,
        command: type[D],
        from_: Collection[Role],
        clock: ClockName | None = None,
        lapses: bool = False,
        nudges_minutes: Sequence[int] = (),
        repeats: bool = False,
        subject: str | None = None,
        transferable: bool = False,
    ) -> Taken[D] | Nudge | Lapsed:
        """Wait durably for one decision, or with `repeats` for the next one of many.

        It is shown in the register as a task of the roles `from_`; a `transferable` one follows the case to the
        unit that it is handed over to. With `lapses`, the wait ends when `clock` has run out; otherwise the
        decision is then the supervisor's too. After each of `nudges_minutes`, in minutes since the wait began, a
        `Nudge` is returned once; call again to wait on. `subject` tells apart waits for decisions of one kind.

        Raises `Left` when the case has to go on elsewhere.
        """
        expectation = self._found(command, subject)
        if expectation is None:
            await self.leave_if_diverted()
            expectation = self._opened(
                Expectation(
                    id=f"{command.__name__}-{self.state.expectations_opened + 1}",
                    command=command.__name__,
                    roles=self._roles(from_, clock, transferable),
                    since=workflow.now(),
                    clock=clock,
                    repeats=repeats,
                    subject=subject,
                    transferable=transferable,
                )
            )
        while True:
            if self.state.decisions.get(expectation.id):
                return self._take(expectation, command)
            await self.leave_if_diverted()
            if lapses and clock and self.clocks.is_breached(clock):
                self.journal.record(events.ExpectationClosed(expectation_id=expectation.id))
                return Lapsed()
            nudge_at = self._nudge_at(expectation, nudges_minutes)
            if nudge_at and workflow.now() >= nudge_at:
                return self._nudge(expectation)
            if self.must_roll_over():
                raise RollOver
            await self.alarm.wait(lambda: self._is_due(expectation, clock if lapses else None), until=nudge_at)

    async def require(
        self,
        command: type[D],
        from_: Collection[Role],
        clock: ClockName | None = None,
        subject: str | None = None,
        transferable: bool = False,
    ) -> Taken[D]:
        """Wait for a decision that must come; when `clock` runs out, the supervisor may take it too."""
        outcome = await self.expect(command, from_, clock, subject=subject, transferable=transferable)
        if not isinstance(outcome, Taken):
            raise TypeError(f"{command.__name__} neither lapses nor nudges")
        return outcome

    def _roles(self, from_: Collection[Role], clock: ClockName | None, transferable: bool) -> list[Role]:
        unit = self.journal.view.unit
        roles = {role_of(unit)} if unit and transferable else set(from_)
        return sorted({*roles, Role.SUPERVISOR} if clock and self.clocks.is_overdue(clock) else roles)

    def _found(self, command: type[D], subject: str | None) -> Expectation | None:
        """The expectation that is open already: for a reminder, a further report, or since the last run."""
        wanted = (command.__name__, subject)
        return next(
            (open_ for open_ in self.journal.view.expectations if (open_.command, open_.subject) == wanted), None
        )

    def _opened(self, expectation: Expectation) -> Expectation:
        self.state.expectations_opened += 1
        self.journal.record(events.DecisionExpected(expectation=expectation))
        return expectation

    def hand_over(self, unit: Unit, reason: str, actor: Actor) -> None:
        """Let a unit's people decide what is awaited now, and whatever else can be handed over (CLS-2).

        A decision that is overdue stays the supervisor's too.
        """
        view = self.journal.view
        self.journal.record(events.HandedOver(unit=unit, previous=view.unit, reason=reason), actor)
        self.set_status(view.status, f"Вопрос передан дальше: {unit.russian}.")
        for open_ in view.expectations:
            if open_.transferable:
                clock = ClockName(open_.clock) if open_.clock else None
                moved = open_.model_copy(update={"roles": self._roles((), clock, transferable=True)})
                self.journal.record(events.DecisionReassigned(expectation=moved), actor)

    def _take(self, expectation: Expectation, command: type[D]) -> Taken[D]:
        taken, *later = self.state.decisions.pop(expectation.id)
        if expectation.repeats and later:
            self.state.decisions[expectation.id] = later
        if not expectation.repeats:
            self.state.nudges.pop(expectation.id, None)
        self.journal.record(
            events.DecisionTaken(expectation_id=expectation.id, command=expectation.command, command_id=taken.id),
            taken.actor,
        )
        if not isinstance(taken.decision, command):
            raise TypeError(f"{expectation.id} was answered by {taken.decision.type}")
        return Taken(taken.decision, taken.actor)

    def _nudge_at(self, expectation: Expectation, nudges_minutes: Sequence[int]) -> datetime | None:
        given = self.state.nudges.get(expectation.id, 0)
        if given >= len(nudges_minutes):
            return None
        return expectation.since + timedelta(minutes=nudges_minutes[given])

    def _nudge(self, expectation: Expectation) -> Nudge:
        number = self.state.nudges.get(expectation.id, 0) + 1
        self.state.nudges[expectation.id] = number
        return Nudge(number)

    def _is_due(self, expectation: Expectation, lapsing_clock: ClockName | None) -> bool:
        return (
            expectation.id in self.state.decisions
            or self.is_diverted
            or self.must_roll_over()
            or (lapsing_clock is not None and self.clocks.is_breached(lapsing_clock))
        )

    # ---- elsewhere ----------------------------------------------------------------------------------------

    @property
    def is_diverted(self) -> bool:
        return bool(self.state.diverted_to)

    def divert(self, stage: Stage) -> None:
        """Send the case to another stage, from where its present one waits for a person.

        What the present stage has waited for is closed at once, so that no decision is acknowledged and lost; one
        that is already there is still acted on.
        """
        self.state.diverted_to = stage.__name__
        for expectation in self.journal.view.expectations:
            if expectation.id not in self.state.decisions:
                self.journal.record(events.ExpectationClosed(expectation_id=expectation.id))

    def taken_diversion(self) -> str:
        """The stage to go on with, which is from now on the case's own; nothing is left of the one before."""
        stage = self.state.diverted_to
        self._wait_for_nobody()
        return stage

    def _wait_for_nobody(self) -> None:
        for expectation in self.journal.view.expectations:
            self.journal.record(events.ExpectationClosed(expectation_id=expectation.id))
        self.state.decisions, self.state.nudges, self.state.diverted_to = {}, {}, ""

    async def wait_to_be_diverted(self) -> NoReturn:
        """Wait for nobody in particular, until a standing decision sends the case on; always raises `Left`."""
        await self.leave_if_diverted()
        await workflow.wait_condition(lambda: self.is_diverted or self.must_roll_over())
        await self.leave_if_diverted()
        raise RollOver

    async def leave_if_diverted(self) -> None:
        """Raise `Diverted` where a standing decision has sent the case elsewhere, such as during a call."""
        if self.is_diverted:
            # A system that is being asked to change something must have answered: nothing is left half-done.
            await workflow.wait_condition(lambda: not self._attempts)
            raise Diverted

    def must_roll_over(self) -> bool:
        """Whether to continue as new now: not while a system is being asked, since its answer would be lost.

        The history is measured once after each fact. Whoever waits asks this with every step, and with decisions that
        are refused, too, which no replay knows of: they may not be what rolls a case over.
        """
        recorded = self.journal.view.last_sequence
        if recorded != self._measured_at:
            self._measured_at, self._is_long = recorded, has_outgrown_its_run(self.policy.history_events)
        return self._is_long and not self._calls

    # ---- systems ------------------------------------------------------------------------------------------

    async def call(self, operation: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Call on an outside system until it answers; when its retry policy is exhausted, a person is asked.

        A case that has to go on elsewhere asks nothing new: a withdrawn appeal changes no account any more.
        Calls of different operations may run side by side; each is asked again by a decision of its own (MSV-3).
        """
        self._calls += 1
        try:
            while True:
                await self.leave_if_diverted()
                try:
                    return await self._attempt(attempt)
                except ActivityError as failure:
                    reason = str(failure.cause or failure)
                self.journal.record(events.RegistryUnavailable(operation=operation, reason=reason))
                await self.require(RetryRegistry, from_={Role.OPERATOR, Role.SPECIALIST}, subject=operation)
        finally:
            self._calls -= 1

    async def _attempt(self, attempt: Callable[[], Awaitable[T]]) -> T:
        self._attempts += 1
        try:
            return await attempt()
        finally:
            self._attempts -= 1

    @asynccontextmanager
    async def meanwhile(self, work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
        """Work that goes on beside the body, and is over when the body is left, by whatever way."""
        task = asyncio.create_task(work)
        try:
            yield
        except (Exception, asyncio.CancelledError):  # not a case that is put out of memory: it awaits nothing more
            task.cancel()
            # It may be leaving for the same reason.
            with suppress(asyncio.CancelledError, Left):
                await task
            raise
        await task

    def asking(self) -> workflow.ActivityConfig:
        """How a system is asked: short tries, further and further apart, for as long as the policy has patience.

        The urgency is that of the case as it is now: a person may have found out since it was opened.
        """
        urgency = urgency_of(self.journal.view)
        patience = self.policy.registry_patience_seconds
        if urgency is Urgency.CRITICAL:
            patience = min(patience, self.policy.critical_patience_seconds)
        return workflow.ActivityConfig(
            start_to_close_timeout=SYSTEM_TRY,
            schedule_to_close_timeout=timedelta(seconds=patience),
            retry_policy=SYSTEM_RETRY,
            priority=Priority(priority_key=urgency),
        )

    # ---- what the citizen sees ----------------------------------------------------------------------------

    def set_status(self, status: Status, reason: str) -> None:
        """Change the status with the short reason the citizen reads (STS-1)."""
        self.journal.record(events.StatusChanged(status=status, reason=reason))

    def begin_work(self, reason: str) -> None:
        """Say that the case is being worked on, unless the citizen knows that already."""
        if self.journal.view.status is Status.RECEIVED:
            self.set_status(Status.IN_PROGRESS, reason)

    def tell(self, template: Template, credential: str | None = None, **context: str) -> None:
        """Queue one moment's messages; they leave when the register holds the moment."""
        entry = self.journal.record(events.MessageQueued(template=template, recipient=template.recipient))
        self.journal.queue(entry, template, context, credential)

    def tell_status(self) -> None:
        """Tell the citizen how the appeal stands, why, and until when (STS-1)."""
        view = self.journal.view
        reason = view.statuses[-1].reason if view.statuses else ""
        self.tell(Template.STATUS_REPORT, status=view.status.russian, reason=reason, **due_in_words(view))

    def close(self, status: Status, reason: str) -> None:
        """End the case: no clock runs, nobody is waited for any more, and no decision can send it elsewhere."""
        self._wait_for_nobody()
        self.clocks.stop_all()
        self.set_status(status, reason)

    def complete(self, reason: str, result: str, steps: Sequence[str] = ()) -> None:
        """End the case with a result that the citizen reads in the cabinet, and tell them so (RES-1, RES-2)."""
        self.journal.record(events.ResultPublished(summary=result, steps=list(steps)))
        self.close(Status.COMPLETED, reason)
        self.tell(Template.APPEAL_COMPLETED, result=result)

    def reject(self, reason: str) -> None:
        """End the case without what the citizen asked for, and tell them why."""
        self.journal.record(events.ResultPublished(summary=reason, steps=[]))
        self.close(Status.REJECTED, reason)
        self.tell(Template.APPEAL_REJECTED, reason=reason)
