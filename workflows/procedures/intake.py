"""Intake: the appeal is registered, related ones are found, what is missing is asked for (INT-2…INT-5)."""

from datetime import timedelta

from temporalio import workflow

from activities.interfaces import RegisterActivities
from domain.actors import Role
from domain.appeal import Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import SupplyDetails
from domain.contracts.registries import RelatedSearch
from domain.deadlines import ClockName
from domain.intake import draft_plan, item_name, missing_items
from domain.notifications import Template
from workflows.case import Case, Lapsed, Nudge, Taken
from workflows.journal import with_register

SUPPLIERS = {Role.CITIZEN, Role.PORTAL, Role.OPERATOR}


async def register_appeal(case: Case) -> None:
    """Put the appeal on record, with related ones and a plan, and confirm it in writing. Once per case."""
    appeal = case.state.appeal
    related = await with_register(
        RegisterActivities.find_related,
        RelatedSearch(number=appeal.number, related_number=appeal.related_number, details=appeal.details),
    )
    missing = missing_items(appeal.category, appeal.details)
    plan = draft_plan(appeal.category, missing, related)
    case.journal.record(events.PlanDrafted(steps=plan, related_numbers=related))
    case.set_status(Status.RECEIVED, "Обращение зарегистрировано.")
    case.tell(Template.APPEAL_REGISTERED, registered_at=workflow.now().isoformat())


async def complete_details(case: Case) -> bool:
    """Ask, remind and wait until the appeal is whole; False when the time for it has run out (INT-3)."""
    while missing := missing_items(case.state.appeal.category, case.journal.view.details):
        if not await obtain(case, missing):
            case.reject("Нужные данные не получены в срок.")
            return False
    case.clocks.stop(ClockName.DETAILS)
    return True


async def obtain(case: Case, items: list[str], reason: str = "") -> bool:
    """Ask the citizen for the items with one message that names each, and take what arrives (INT-3).

    False when the time for it has run out.
    """
    wanted = "\n".join(item_name(item) for item in items)
    if case.journal.view.requested_items != items:
        case.clocks.start(ClockName.DETAILS, Budget(minutes=case.policy.details_minutes))
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


def _deadline(case: Case) -> str:
    due = case.journal.view.clocks[ClockName.DETAILS].due_at()
    return (due or workflow.now() + timedelta(minutes=case.policy.details_minutes)).isoformat()
