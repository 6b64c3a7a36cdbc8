"""Escalation (ESC-1…ESC-5): a written request, its package, and an official decision within 10 working days."""

from activities.interfaces import RegisterActivities
from domain.actors import Actor, Role
from domain.appeal import ESCALATION_PACKAGE, Relation, Status, Unit
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import DecideEscalation
from domain.deadlines import ClockName
from domain.intake import missing_of_package
from domain.notifications import Template
from workflows.case import Case, Stage
from workflows.clocks import term_of
from workflows.journal import with_register
from workflows.procedures.intake import find_own_appeal, obtain


async def collect_package(case: Case) -> Stage:
    """What is missing is named and asked for, while the term runs from the day of registration (ESC-3, ESC-4)."""
    _start_term(case)
    while True:
        reason = "" if await _look_up_first_appeal(case) else NOT_YOURS
        missing = _missing(case)
        if not missing or not await obtain(case, missing, reason, minutes=case.policy.escalation_details_minutes):
            break
    case.clocks.stop(ClockName.DETAILS)
    await _compose_request(case)
    return decide_escalation


async def decide_escalation(case: Case) -> None:
    """Quality control decides on what there is; overdue, the supervisor may too (ESC-5)."""
    if case.journal.view.unit is not Unit.QUALITY_CONTROL:
        _hand_to_quality_control(case)
    taken = await case.require(DecideEscalation, from_={Role.QUALITY_CONTROL}, clock=ClockName.ESCALATION)
    _publish(case, taken.decision, taken.actor)


NOT_YOURS = "Обращения с таким номером нет среди ваших обращений."
_GRANTED = "Официальное решение: запрос удовлетворён."
_NOT_GRANTED = "Официальное решение: в удовлетворении запроса отказано."


def _start_term(case: Case) -> None:
    if ClockName.ESCALATION in case.journal.view.clocks:
        return
    budget = Budget(working_days=case.policy.escalation_working_days)
    clock = case.clocks.start(ClockName.ESCALATION, budget, since=case.journal.view.registered_at)
    case.tell(Template.ESCALATION_ARRIVED, **term_of(clock))


def _missing(case: Case) -> list[str]:
    view = case.journal.view
    return missing_of_package(view.details, first_appeal_is_known=view.facts.relations.previous is not None)


async def _look_up_first_appeal(case: Case) -> bool:
    """Put on record which appeal the citizen has named since; False if it is none of theirs."""
    given = case.journal.view.details.first_appeal
    if case.journal.view.facts.relations.previous is not None or given is None:
        return True
    if not await find_own_appeal(case, given):
        return False
    case.journal.record(events.PreviousFound(relation=Relation.ESCALATION, found_by="number", number=given))
    return True


async def _compose_request(case: Case) -> None:
    """The written request names the first appeal, its date and the problem (ESC-2); without a first, none."""
    view = case.journal.view
    if view.facts.relations.previous is None or view.facts.escalation.request is not None:
        return
    first, *_ = await with_register(RegisterActivities.read_contacts, view.facts.relations.previous.number)
    ground = view.escalation_reason.russian if view.escalation_reason else ""
    scanned = {scan.kind for scan in view.details.scans}
    case.journal.record(
        events.WrittenRequestComposed(
            first_number=first.number,
            first_at=first.registered_at,
            documents=[kind for kind in ESCALATION_PACKAGE if kind in scanned],
            missing=_missing(case),
            personal=f"{ground} {view.details.description or ''}".strip(),
        )
    )


def _hand_to_quality_control(case: Case) -> None:
    missing = _missing(case)
    reason = "Пакет собран не полностью, срок для дополнений истёк." if missing else "Пакет полон."
    view = case.journal.view
    case.journal.record(events.HandedOver(unit=Unit.QUALITY_CONTROL, previous=view.unit, reason=reason))
    clock = view.clocks[ClockName.ESCALATION]
    case.set_status(Status.IN_PROGRESS, "Запрос передан в отдел контроля качества.")
    case.tell(Template.PROCESSING_STARTED, **term_of(clock))


def _publish(case: Case, decided: DecideEscalation, actor: Actor) -> None:
    """The official decision closes the case and can be read in the citizen's cabinet (ESC-5)."""
    official = events.OfficialDecision(decision=decided.decision, grounds=decided.grounds)
    case.journal.record(
        events.EscalationDecided(granted=decided.granted, decided_by=actor.role, personal=official), actor
    )
    outcome = _GRANTED if decided.granted else _NOT_GRANTED
    case.journal.record(events.ResultPublished(summary=outcome, steps=[]))
    case.close(Status.COMPLETED if decided.granted else Status.REJECTED, outcome)
    case.tell(Template.ESCALATION_DECIDED, outcome=outcome, decision=decided.decision)
