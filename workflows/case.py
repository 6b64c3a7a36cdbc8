"""What a procedure can do with its case: await decisions, keep clocks, tell people, call on systems."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.actors import Actor, Role
from domain.appeal import Status
from domain.contracts import events
from domain.contracts.appeal import Policy
from domain.contracts.commands import RetryRegistry
from domain.contracts.contract import Contract
from domain.contracts.expectation import Expectation
from domain.contracts.state import CaseState
from domain.deadlines import ClockName
from domain.notifications import Template
from workflows.alarm import Alarm
from workflows.clocks import CaseClocks
from workflows.journal import Journal

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


class RollOver(Exception):
    """The history is long: the run ends here and the next one enters the same stage again."""


class Case:
    """The running case as its procedure sees it."""

    def __init__(self, state: CaseState) -> None:
        self.state = state
        self.alarm = Alarm()
        self.journal = Journal(state)
        self.clocks = CaseClocks(self)
        self._calls_in_flight = 0

    @property
    def policy(self) -> Policy:
        return self.state.policy

    # ---- people -------------------------------------------------------------------------------------------

    async def expect(
        self,
        command: type[D],
        from_: Collection[Role],
        clock: ClockName | None = None,
        lapses: bool = False,
        nudges_minutes: Sequence[int] = (),
        repeats: bool = False,
    ) -> Taken[D] | Nudge | Lapsed:
        """Wait durably for one decision, or with `repeats` for the next one of many.

        It is shown in the register as a task of the roles `from_`. With `lapses`, the wait ends when `clock`
        has run out; otherwise the decision is then the supervisor's too. After each of `nudges_minutes`, in
        minutes since the wait began, a `Nudge` is returned once; call again to wait on.
        """
        expectation = self._opened(command.__name__, from_, clock, repeats)
        while True:
            if self.state.decisions.get(expectation.id):
                return self._take(expectation, command)
            if lapses and clock and self.clocks.is_breached(clock):
                self.journal.record(events.ExpectationClosed(expectation_id=expectation.id))
                return Lapsed()
            nudge_at = self._nudge_at(expectation, nudges_minutes)
            if nudge_at and workflow.now() >= nudge_at:
                return self._nudge(expectation)
            if self.must_roll_over():
                raise RollOver
            await self.alarm.wait(lambda: self._is_due(expectation, clock if lapses else None), until=nudge_at)

    async def require(self, command: type[D], from_: Collection[Role], clock: ClockName | None = None) -> Taken[D]:
        """Wait for a decision that must come; when `clock` runs out, the supervisor may take it too."""
        outcome = await self.expect(command, from_, clock)
        if not isinstance(outcome, Taken):
            raise TypeError(f"{command.__name__} neither lapses nor nudges")
        return outcome

    def _opened(self, command: str, roles: Collection[Role], clock: ClockName | None, repeats: bool) -> Expectation:
        for open_ in self.journal.view.expectations:
            if open_.command == command:
                return open_
        self.state.expectations_opened += 1
        expectation = Expectation(
            id=f"{command}-{self.state.expectations_opened}",
            command=command,
            roles=sorted({*roles, Role.SUPERVISOR} if clock and self.clocks.is_overdue(clock) else roles),
            since=workflow.now(),
            clock=clock,
            repeats=repeats,
        )
        self.journal.record(events.DecisionExpected(expectation=expectation))
        return expectation

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
            or self.must_roll_over()
            or (lapsing_clock is not None and self.clocks.is_breached(lapsing_clock))
        )

    # ---- systems ------------------------------------------------------------------------------------------

    async def call(self, operation: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Call on an outside system until it answers; when its retry policy is exhausted, a person is asked."""
        self._calls_in_flight += 1
        try:
            while True:
                try:
                    return await attempt()
                except ActivityError as failure:
                    reason = str(failure.cause or failure)
                self.journal.record(events.RegistryUnavailable(operation=operation, reason=reason))
                await self.require(RetryRegistry, from_={Role.OPERATOR, Role.SPECIALIST})
        finally:
            self._calls_in_flight -= 1

    def must_roll_over(self) -> bool:
        """Whether to continue as new now: not while a system is being asked, since its answer would be lost."""
        if self._calls_in_flight:
            return False
        limit = self.policy.history_events
        info = workflow.info()
        too_long = limit is not None and info.get_current_history_length() >= limit
        return too_long or info.is_continue_as_new_suggested()

    # ---- what the citizen sees ----------------------------------------------------------------------------

    def set_status(self, status: Status, reason: str) -> None:
        """Change the status with the short reason the citizen reads (STS-1)."""
        self.journal.record(events.StatusChanged(status=status, reason=reason))

    def tell(self, template: Template, credential: str | None = None, **context: str) -> None:
        """Queue one moment's messages; they leave when the register holds the moment."""
        entry = self.journal.record(events.MessageQueued(template=template, recipient=template.recipient))
        self.journal.queue(entry, template, context, credential)

    def close(self, status: Status, reason: str) -> None:
        """End the case: no clock runs and nobody is waited for any more."""
        for expectation in self.journal.view.expectations:
            self.journal.record(events.ExpectationClosed(expectation_id=expectation.id))
        self.clocks.stop_all()
        self.set_status(status, reason)

    def reject(self, reason: str) -> None:
        """End the case without what the citizen asked for, and tell them why."""
        self.journal.record(events.ResultPublished(summary=reason, steps=[]))
        self.close(Status.REJECTED, reason)
        self.tell(Template.APPEAL_REJECTED, reason=reason)
