"""The clocks of a running case: they warn once at each share, and a breach escalates, assigned or not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import workflow

from domain.actors import Role
from domain.case import CaseView
from domain.clocks import LONGEST_SPREAD, Budget, Clock, Ring
from domain.contracts import events
from domain.contracts.events.general import ClockChangeKind
from domain.deadlines import ClockName
from domain.notifications import Template

if TYPE_CHECKING:
    from workflows.case import Case

WARNING_SHARES = (0.5, 0.8)


class CaseClocks:
    """Starts, pauses and stops the clocks of one case and watches over them."""

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._changes = 0
        # Thousands of cases begun in one minute must not warn in the same second.
        self._spread = timedelta(seconds=int(case.state.appeal.number[-4:]) % LONGEST_SPREAD.seconds)

    def start(self, name: ClockName, budget: Budget, since: datetime | None = None) -> Clock:
        """Start a clock now, or `since` an earlier instant, unless it runs already."""
        running = self._all().get(name)
        if running and running.stopped_at is None:
            return running
        clock = Clock(
            name=name,
            budget=budget,
            started_at=since or workflow.now(),
            calendar_version=self._case.calendar_version,
            warning_shares=WARNING_SHARES if name.binds_staff else (),
            pausable=name.is_pausable,
        )
        return self._record("started", clock)

    def pause(self, name: ClockName) -> None:
        """Stop a clock's time until it is resumed; one that is paused or stopped stays so."""
        self._change(name, "paused", Clock.paused)

    def resume(self, name: ClockName) -> None:
        """Let a paused clock run on."""
        self._change(name, "resumed", Clock.resumed)

    def stop(self, name: ClockName) -> None:
        """End a clock for good, if there is one."""
        self._change(name, "stopped", Clock.stopped)

    def pause_promised(self) -> None:
        """Stop the time of all that was promised to the citizen, while the citizen is waited for."""
        for name in self._promised():
            self.pause(name)

    def resume_promised(self) -> None:
        """Let what was promised to the citizen run on, by whatever stage it was promised or paused."""
        for name in self._promised():
            self.resume(name)

    def stop_promised(self) -> None:
        """End the clocks that bind the staff: what was promised to the citizen is done."""
        for name in self._promised():
            self.stop(name)

    def return_to_staff(self) -> None:
        """End the clocks that give the citizen time; what was promised to the citizen runs on (CLS-3)."""
        for name in map(ClockName, self._all()):
            if not name.binds_staff:
                self.stop(name)
        self.resume_promised()

    def stop_all(self) -> None:
        for name in self._all():
            self.stop(ClockName(name))

    def adopt(self, version: str) -> list[ClockName]:
        """Let the terms in working days follow another calendar; the names of those it moves (ESC-4)."""
        moved = []
        for clock in self._all().values():
            if clock.stopped_at or not clock.budget.working_days:
                continue
            changed = clock.with_calendar(version)
            self._record("recomputed", changed)
            if changed.due_at() != clock.due_at():
                moved.append(ClockName(clock.name))
        return moved

    def is_breached(self, name: ClockName) -> bool:
        return self._all()[name].breached_at is not None

    def is_overdue(self, name: ClockName) -> bool:
        """Whether a clock that binds the staff has run out."""
        return name.binds_staff and name in self._all() and self.is_breached(name)

    async def watch(self) -> None:
        """Ring whatever is due, for as long as the case runs."""
        while True:
            for clock in self._all().values():
                self._ring(clock)
            seen = self._changes
            rings = [clock.next_ring(self._spread) for clock in self._all().values()]
            next_at = min((ring.at for ring in rings if ring), default=None)
            await self._case.alarm.wait(lambda: self._changes != seen, until=next_at)  # noqa: B023 - awaited here

    def _ring(self, clock: Clock) -> None:
        rung, rings = clock.rung(workflow.now(), self._spread)
        for ring in rings:
            self._case.journal.record(events.ClockRang(share=ring.share, breached=ring.is_breach, clock=rung))
            if ring.is_breach and ClockName(clock.name).binds_staff:
                self._escalate(rung, ring)

    def _escalate(self, clock: Clock, ring: Ring) -> None:
        journal = self._case.journal
        for expectation in journal.view.expectations:
            if expectation.clock == clock.name and Role.SUPERVISOR not in expectation.roles:
                wider = expectation.model_copy(update={"roles": [*expectation.roles, Role.SUPERVISOR]})
                journal.record(events.DecisionEscalated(expectation=wider))
        self._case.tell(
            Template.DEADLINE_BREACHED,
            clock_name=ClockName(clock.name).russian,
            due_at=ring.at.isoformat(),
            category=journal.view.category or "",
        )
        if clock.name == ClockName.ESCALATION:
            self._case.tell(Template.ESCALATION_BREACHED, due_at=ring.at.isoformat())

    def _promised(self) -> list[ClockName]:
        return [name for name in map(ClockName, self._all()) if name.binds_staff]

    def _all(self) -> dict[str, Clock]:
        return self._case.journal.view.clocks

    def _change(
        self,
        name: ClockName,
        change: ClockChangeKind,
        apply: Callable[[Clock, datetime], Clock],
    ) -> None:
        existing = self._all().get(name)
        changed = apply(existing, workflow.now()) if existing else None
        if changed and changed != existing:
            self._record(change, changed)

    def _record(self, change: ClockChangeKind, clock: Clock) -> Clock:
        self._changes += 1
        self._case.journal.record(events.ClockChanged(change=change, clock=clock))
        return clock


def due_at(clock: Clock) -> datetime:
    """The instant a running clock is due."""
    due = clock.due_at()
    if due is None:
        raise LookupError(f"the clock {clock.name} does not run")
    return due


def term_of(clock: Clock) -> dict[str, str]:
    """When a running clock is due, and how that was counted, for a message."""
    return {"due_at": due_at(clock).isoformat(), "due_explained": clock.explain().sentence}


def due_in_words(view: CaseView) -> dict[str, str]:
    """Until when everybody has time now, each running clock in a line of its own, and the instants beside it."""
    running = [clock for clock in view.clocks.values() if clock.is_running]
    return {
        "terms": "\n".join(f"{ClockName(clock.name).russian}: {clock.explain().sentence}" for clock in running),
        "dues": "\n".join(due_at(clock).isoformat() for clock in running),
    }
