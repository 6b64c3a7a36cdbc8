"""One failure that many appeals report: watched, and from the threshold on a case of its own (TEC-3)."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ApplicationError

from activities.interfaces import IncidentActivities
from domain.actors import Role
from domain.appeal import Category, Channel, Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.appeal import Appeal, Details
from domain.contracts.commands import Command, JoinIncident, Receipt, ReportFix, ResolveIncident
from domain.contracts.incident import IncidentStart, IncidentState, Telling, WatchedReport
from domain.contracts.state import CaseState
from domain.deadlines import ClockName
from domain.facts import Incident
from domain.failures import within_window
from domain.notifications import Template
from domain.urgency import Urgency
from workflows.case import Case, RollOver
from workflows.desk import Desk
from workflows.history import has_outgrown_its_run
from workflows.procedures.intake import registered

BATCH = 100
"""Appeals told by one activity."""

TELLING = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=5),
    heartbeat_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)),
    priority=Priority(priority_key=Urgency.CRITICAL),
)


@workflow.defn
class IncidentWorkflow:
    """Watches over one failure's signature; at most one incident of it is open at a time."""

    @workflow.init
    def __init__(self, start: IncidentStart) -> None:
        # Reports and decisions can arrive before `run`: the state takes them from here on.
        self._state = start.state
        self._case = _case(start.state.case) if start.state.case else None
        self._is_long = False

    @workflow.run
    async def run(self, start: IncidentStart) -> str:
        if self._case is None:
            if not await self._is_repeated():
                return "quiet"
            self._case = self._opened()
        case = self._case
        keepers = [asyncio.create_task(case.journal.keep()), asyncio.create_task(case.clocks.watch())]
        with suppress(RollOver):
            await self._mend(case)
        if case.journal.view.is_closed:
            await case.journal.written()
        await case.journal.stopped()
        await workflow.wait_condition(workflow.all_handlers_finished)
        for keeper in keepers:
            keeper.cancel()
        if case.state.unrecorded or not case.journal.view.is_closed:
            workflow.continue_as_new(IncidentStart(state=self._state))
        if reports := self._state.reports:
            # They came after the fix: the same failure may be back, and is watched anew.
            fresh = IncidentState(signature=self._state.signature, policy=self._state.policy, reports=reports)
            workflow.continue_as_new(IncidentStart(state=fresh))
        return case.journal.view.status

    @workflow.signal
    def report(self, report: WatchedReport) -> None:
        """An appeal reports the failure; one that has reported it before is counted once."""
        known = {each.number for each in self._state.reports}
        if self._case and not self._incident.fixed_at:
            self._join(self._case, report.number)
        elif report.number not in known:
            self._state.reports.append(report.model_copy(update={"at": workflow.now()}))
        self._is_long = has_outgrown_its_run(self._state.policy.history_events)

    @workflow.update(name="decide")
    def decide_now(self, command: Command) -> Receipt:
        """Take a decision on the open incident."""
        return Desk(self._open_case()).take(command)

    @decide_now.validator
    def _refuse_unless_expected(self, command: Command) -> None:
        Desk(self._open_case()).refuse_unless_expected(command)

    @workflow.signal(name="decide")
    def decide_later(self, payload: Any = None) -> None:
        """Take a report on a message; between two incidents there is none whose journal could hold it."""
        if self._case:
            Desk(self._case).take_or_journal(payload)

    @property
    def _incident(self) -> Incident:
        if self._case is None or self._case.journal.view.facts.incident is None:
            raise LookupError("no incident is open")
        return self._case.journal.view.facts.incident

    def _open_case(self) -> Case:
        if self._case is None:
            raise ApplicationError("Обращение закрыто.", [], type="closed")
        return self._case

    async def _is_repeated(self) -> bool:
        """Whether enough appeals report the failure within the window; False when the last has left it."""
        state, window = self._state, timedelta(minutes=self._state.policy.failure_window_minutes)

        def enough() -> bool:
            return len(within_window(state.reports, workflow.now(), window)) >= state.policy.failure_threshold

        await workflow.wait_condition(lambda: bool(state.reports))  # the report that comes with the start
        while state.reports and not enough():
            oldest = min(report.at or workflow.now() for report in state.reports)
            try:
                await workflow.wait_condition(
                    lambda: enough() or self._is_long,
                    timeout=max(oldest + window - workflow.now(), timedelta(0)),
                )
            except TimeoutError:
                state.reports = within_window(state.reports, workflow.now(), window)
                continue
            if not enough():
                workflow.continue_as_new(IncidentStart(state=state))
        state.reports = within_window(state.reports, workflow.now(), window)
        return bool(state.reports)

    def _opened(self) -> Case:
        """The incident as a case, with its clock, its task and its first appeals."""
        state, first = self._state, self._state.reports[0]
        state.case = CaseState(
            appeal=Appeal(
                number=first.candidate,
                portal="hotline",
                channel=Channel.INTERNAL,
                category=Category.TECHNICAL_FAILURE,
                service=first.service,
                failure=first.failure,
                received_at=workflow.now(),
                details=Details(),
            ),
            policy=state.policy,
        )
        case = _case(state.case)
        case.journal.record(registered(case))
        case.journal.record(events.IncidentOpened(signature=state.signature, run_id=workflow.info().run_id))
        case.set_status(Status.IN_PROGRESS, "Критический сбой: об одной ошибке сообщили несколько заявителей.")
        due = case.clocks.start(ClockName.CRITICAL, Budget(minutes=case.policy.critical_minutes)).due_at()
        for report in state.reports:
            self._join(case, report.number)
        about = {
            "kind": first.failure.kind,
            "service": first.service or "",
            "error_code": first.failure.error_code or "",
            "due_at": due.isoformat() if due else "",
        }
        case.tell(Template.INCIDENT_FOR_SUPERVISOR, **about)
        case.tell(Template.INCIDENT_FOR_DEVELOPMENT, **about)
        state.reports = []
        return case

    def _join(self, case: Case, number: str) -> None:
        incident = case.journal.view.facts.incident
        if incident and number not in incident.numbers:
            case.journal.record(events.AppealJoined(appeal_number=number))

    async def _mend(self, case: Case) -> None:
        """Await the fix, tell every appeal of joining and of the fix, and close the incident."""
        if case.journal.view.is_closed:
            return
        if not self._incident.fixed_at:
            async with case.meanwhile(self._tell_of_joining(case)):
                taken = await case.require(
                    ReportFix, from_={Role.DEVELOPER, Role.SUPERVISOR}, clock=ClockName.CRITICAL
                )
                case.clocks.stop(ClockName.CRITICAL)
                case.journal.record(events.FailureFixed(summary=taken.decision.summary), taken.actor)
                case.journal.record(events.ResultPublished(summary=taken.decision.summary, steps=[]))
        await self._tell_of_fix(case)
        case.close(Status.COMPLETED, "Сбой устранён, всем заявителям сообщено.")

    async def _tell_of_joining(self, case: Case) -> None:
        """Tell whoever joins, in order, until the failure is mended or the run has to end."""

        def may_tell() -> bool:
            return bool(self._untold(self._state.told_joined)) and not case.must_roll_over()

        await case.journal.written()  # whoever hears of the incident can look it up
        while not self._incident.fixed_at:
            await workflow.wait_condition(lambda: may_tell() or self._incident.fixed_at is not None)
            if not self._incident.fixed_at:
                await self._tell_next_of_joining(case)

    async def _tell_of_fix(self, case: Case) -> None:
        """Tell all the appeals, first those that have not even heard of joining yet."""
        state = self._state
        while self._untold(state.told_fixed):
            if case.must_roll_over():
                raise RollOver
            if self._untold(state.told_joined):
                await self._tell_next_of_joining(case)
            else:
                view, numbers = case.journal.view, self._untold(state.told_fixed)
                summary = view.result.summary if view.result else ""
                await self._tell(case, numbers, ResolveIncident(incident_number=view.number, summary=summary))
                state.told_fixed += len(numbers)

    async def _tell_next_of_joining(self, case: Case) -> None:
        view, numbers = case.journal.view, self._untold(self._state.told_joined)
        joining = JoinIncident(
            incident_number=view.number, signature=self._state.signature, declared_at=view.registered_at
        )
        await self._tell(case, numbers, joining)
        self._state.told_joined += len(numbers)

    def _untold(self, told: int) -> list[str]:
        return self._incident.numbers[told : told + BATCH]

    async def _tell(self, case: Case, numbers: list[str], decision: JoinIncident | ResolveIncident) -> None:
        telling = Telling(numbers=numbers, decision=decision)
        await case.call(
            "tell_appeals",
            lambda: workflow.execute_activity_method(IncidentActivities.tell_appeals, telling, **TELLING),
        )


def _case(state: CaseState) -> Case:
    """An incident as a case.

    Its journal is written apart from its workflow tasks: when reports come by the hundred, the engine breaks a task
    off that takes long and has it done again.
    """
    return Case(state, at_once=False)
