"""Triage: an appeal without a category is read by an operator, and then goes its way (CLS-1, CLS-3)."""

from domain.actors import Actor, Role
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import Classify
from domain.deadlines import ClockName
from domain.intake import draft_plan, missing_items
from domain.procedures import procedure_of
from workflows.case import Case


async def triage(case: Case) -> None:
    """An operator says what the appeal is about."""
    case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
    taken = await case.require(Classify, from_={Role.OPERATOR}, clock=ClockName.REACTION)
    record_category(case, taken.decision, taken.actor)


def record_category(case: Case, classified: Classify, actor: Actor) -> None:
    """Put on record what the appeal is about, and the plan that follows from it (INT-4)."""
    previous = case.journal.view.category
    if previous is None:
        case.clocks.stop(ClockName.REACTION)
    facts = classified.model_dump(exclude={"type"})
    case.journal.record(events.AppealClassified(previous=previous, **facts), actor)
    view = case.journal.view
    procedure = procedure_of(view)
    plan = draft_plan(procedure, missing_items(procedure, view.details, view.package), view.related_numbers)
    case.journal.record(events.PlanDrafted(steps=plan, related_numbers=view.related_numbers))
