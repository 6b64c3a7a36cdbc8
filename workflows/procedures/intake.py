"""Intake: the appeal is registered, related ones are found, what is missing is asked for (INT-2…INT-5)."""

from contextlib import suppress
from datetime import timedelta

from temporalio import workflow

from activities.interfaces import RegisterActivities
from domain.actors import Role
from domain.appeal import Relation, Status
from domain.case import CaseView
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import SupplyDetails
from domain.contracts.history import HistorySearch
from domain.deadlines import ClockName
from domain.intake import (
    FILES_COME_WITHIN,
    draft_plan,
    have_come,
    item_name,
    missing_items,
    registration,
    what_is_wrong,
)
from domain.notifications import Template
from domain.procedures import follows_previous, procedure_of
from workflows.case import Case, Lapsed, Nudge, Taken
from workflows.journal import with_register

SUPPLIERS = {Role.CITIZEN, Role.PORTAL, Role.OPERATOR}


def registered(case: Case) -> events.AppealRegistered:
    """The first fact of the case's journal."""
    return registration(case.state.appeal, case.policy.calendar_version)


async def register_appeal(case: Case) -> None:
    """Put the appeal on record, with related ones and a plan, and confirm it in writing. Once per case."""
    appeal = case.state.appeal
    history = await with_register(RegisterActivities.find_history, _search(case))
    relation = appeal.relation or Relation.REPEAT
    if history.previous and follows_previous(case.journal.view):
        case.journal.record(
            events.PreviousFound(relation=relation, found_by=history.found_by, number=history.previous)
        )
    procedure = procedure_of(case.journal.view)
    missing = missing_items(procedure, appeal.details, appeal.package)
    unknown = appeal.related_number is not None and appeal.related_number not in history.related
    plan = draft_plan(procedure, missing, history.related, unknown_previous=unknown)
    case.journal.record(events.PlanDrafted(steps=plan, related_numbers=history.related))
    case.set_status(Status.RECEIVED, "Обращение зарегистрировано.")
    case.tell(Template.APPEAL_REGISTERED, registered_at=workflow.now().isoformat())


async def receive_files(case: Case) -> None:
    """Wait for the documents announced with the appeal, some minutes, before anything is asked for (INT-3)."""
    announced = case.state.appeal.coming_scans or []
    if not have_come(announced, case.journal.view.details):
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: case.is_diverted or have_come(announced, case.journal.view.details), timeout=FILES_COME_WITHIN
            )


async def complete_details(case: Case) -> bool:
    """Ask, remind and wait until the appeal is whole; False when the time for it has run out (INT-3)."""
    while missing := _missing(case.journal.view):
        if not await obtain(case, missing, reason=_what_is_wrong(case.journal.view)):
            case.reject("Нужные данные не получены в срок.")
            return False
    case.clocks.stop(ClockName.DETAILS)
    return True


async def obtain(case: Case, items: list[str], reason: str = "", minutes: int | None = None) -> bool:
    """Ask the citizen for the items with one message that names each, and take what arrives (INT-3).

    False when the time for it, by default the policy's `details_minutes`, has run out.
    """
    wanted = "\n".join(item_name(item) for item in items)
    if case.journal.view.requested_items != items:
        case.clocks.start(ClockName.DETAILS, Budget(minutes=minutes or case.policy.details_minutes))
        case.journal.record(events.DetailsRequested(items=items))
        case.tell(Template.DETAILS_REQUESTED, items=wanted, reason=reason, deadline=_deadline(case))
    while True:
        outcome = await case.expect(
            SupplyDetails,
            from_=SUPPLIERS,
            clock=ClockName.DETAILS,
            lapses=True,
            nudges_minutes=case.policy.details_reminders_minutes,
        )
        match outcome:
            case Taken(decision=supplied, actor=actor):
                given = supplied.details
                case.journal.record(events.DetailsSupplied(items=given.supplied_items(), personal=given), actor)
                return True
            case Nudge():
                case.tell(Template.DETAILS_REMINDER, items=wanted, reason=reason, deadline=_deadline(case))
            case Lapsed():
                return False


async def find_own_appeal(case: Case, number: str) -> bool:
    """Whether this earlier appeal is the citizen's own (ESC-2).

    By what they told at first: whoever could name another person now would be shown that person's appeals.
    """
    search = _search(case).model_copy(update={"related_number": number})
    return (await with_register(RegisterActivities.find_history, search)).previous == number


def _missing(view: CaseView) -> list[str]:
    return missing_items(procedure_of(view), view.details, view.package)


def _what_is_wrong(view: CaseView) -> str:
    return what_is_wrong(procedure_of(view), view.details, view.package)


def _search(case: Case) -> HistorySearch:
    appeal = case.state.appeal
    return HistorySearch(
        number=appeal.number,
        details=appeal.details,
        citizen=appeal.citizen,
        portal=appeal.portal,
        related_number=appeal.related_number,
        relation=appeal.relation,
        category=appeal.category,
        service=appeal.service,
        since=workflow.now() - timedelta(days=case.policy.repeat_window_days),
        registered_at=case.journal.view.registered_at,
    )


def _deadline(case: Case) -> str:
    due = case.journal.view.clocks[ClockName.DETAILS].due_at()
    return (due or workflow.now() + timedelta(minutes=case.policy.details_minutes)).isoformat()
