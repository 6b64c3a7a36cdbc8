"""Repeated contact (REP-1…REP-5): what was done before is seen before anything is done now."""

from activities.interfaces import RegisterActivities
from domain.actors import Actor, Role
from domain.appeal import RepeatWay, Status, Unit
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import AssessRepeat
from domain.deadlines import ClockName
from domain.notifications import Template
from workflows.case import Case, Stage
from workflows.journal import with_register
from workflows.procedures.consultation import answer_question


async def assess_repeat(case: Case) -> Stage:
    """An operator compares the message with the earlier contacts and decides how it goes on (REP-3, REP-4)."""
    await _show_comparison(case)
    case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
    case.begin_work("Оператор сравнивает обращение с предыдущим.")
    taken = await case.require(AssessRepeat, from_={Role.OPERATOR}, clock=ClockName.REACTION)
    case.clocks.stop(ClockName.REACTION)
    _record_assessment(case, taken.decision, taken.actor)
    return answer_question if taken.decision.way is not RepeatWay.SOLVE else _own_procedure()


async def _show_comparison(case: Case) -> None:
    """Put the earlier contacts beside the new message, once."""
    view = case.journal.view
    if view.facts.relations.previous is None or view.facts.relations.comparison is not None:
        return
    contacts = await with_register(RegisterActivities.read_contacts, view.facts.relations.previous.number)
    comparison = events.RepeatComparison(says_now=view.details.description or "", contacts=contacts)
    case.journal.record(events.RepeatCompared(numbers=[each.number for each in contacts], personal=comparison))


def _record_assessment(case: Case, assessed: AssessRepeat, actor: Actor) -> None:
    """Put the decision on record and tell the citizen what comes next (REP-4)."""
    case.journal.record(events.RepeatAssessed(**assessed.model_dump(exclude={"type"})), actor)
    if assessed.way is RepeatWay.ESCALATE:
        previous = case.journal.view.unit
        handed = events.HandedOver(unit=Unit.SECOND_LINE, previous=previous, reason=assessed.reason)
        case.journal.record(handed, actor)
    case.set_status(Status.IN_PROGRESS, _STATUS_REASONS[assessed.way])
    case.tell(Template.REPEAT_ASSESSED, reason=assessed.reason, steps="\n".join(assessed.next_steps))


_STATUS_REASONS = {
    RepeatWay.CONFIRM: "Оператор готовит ответ о том, что уже сделано.",
    RepeatWay.SOLVE: "Вопрос решается заново с учётом уже сделанного.",
    RepeatWay.ESCALATE: "Обращение передано старшему специалисту.",
}


def _own_procedure() -> Stage:
    # Here, since the table of all procedures names this one.
    from workflows.procedures import begin

    return begin
