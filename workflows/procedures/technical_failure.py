"""Technical failures (TEC-1…TEC-4): logged at once, assessed, mended; the same one too often is an incident."""

from temporalio import workflow

from activities.interfaces import IncidentActivities
from domain.actors import Actor, Role
from domain.appeal import Status, Unit
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.appeal import Failure
from domain.contracts.commands import AssessFailure, JoinIncident, ReportFix, ResolveIncident
from domain.contracts.incident import FailureReport
from domain.deadlines import ClockName
from domain.failures import LEVELS, signature_of
from domain.intake import missing_items
from domain.notifications import Template
from domain.number import format_number
from domain.procedures import procedure_of
from domain.units import role_of
from workflows.case import Case, Nudge, Stage, Taken
from workflows.procedures.consultation import hear_confirmation
from workflows.procedures.intake import complete_details

ASSESSORS = {Role.OPERATOR, Role.SPECIALIST}
_TELL_LEVEL = {
    Unit.SECOND_LINE: Template.FAILURE_FOR_SECOND_LINE,
    Unit.DEVELOPMENT: Template.FAILURE_FOR_DEVELOPMENT,
}


async def assess_failure(case: Case) -> Stage | None:
    """The failure is logged and counted before anybody waits; then somebody reacts within 2 hours (TEC-2, TEC-4)."""
    _log(case)
    async with case.meanwhile(_report(case)):
        if not await _complete_details_off_the_clock(case):
            return None
        if case.journal.view.facts.failure.is_in_incident:
            return follow_incident
        taken = await _assessment(case)
        _act_on(case, taken.decision, taken.actor)
    return await_fix


async def await_fix(case: Case) -> Stage:
    """Whoever mends the failure says so (TEC-2)."""
    async with case.meanwhile(_report(case)):  # again, if the assessment has made another failure of it
        level = case.journal.view.unit or Unit.FIRST_LINE
        taken = await case.require(ReportFix, from_={role_of(level)}, clock=ClockName.PROCESSING, transferable=True)
        case.clocks.stop(ClockName.PROCESSING)
        case.journal.record(events.FailureFixed(summary=taken.decision.summary), taken.actor)
        _tell_of_fix(case, taken.decision.summary)
    return confirm_fix


async def confirm_fix(case: Case) -> Stage | None:
    """The citizen says whether it works again; if not, the failure is reported anew and somebody has to react."""
    if await hear_confirmation(case, done="Сбой устранён", result="Сбой устранён."):
        return None
    case.state.reported_signature = ""
    return assess_failure


async def follow_incident(case: Case) -> Stage | None:
    """The incident mends what the appeal is about; nobody works on the appeal by itself (TEC-3)."""
    if case.journal.view.is_closed:
        return None
    case.clocks.stop_all()
    await case.wait_to_be_diverted()


def join_incident(case: Case, joined: JoinIncident, actor: Actor) -> None:
    """Let an incident take the appeal over, and tell the citizen its number; details still asked for are awaited."""
    number, declared_at = joined.incident_number, joined.declared_at
    case.journal.record(events.IncidentJoined(incident_number=number, declared_at=declared_at), actor)
    reason = f"Это критический сбой {format_number(number)}, его устраняют в первую очередь."
    case.set_status(Status.IN_PROGRESS, reason)
    case.tell(Template.INCIDENT_JOINED, incident=number, declared_at=declared_at.isoformat())
    if not any(open_.command == "SupplyDetails" for open_ in case.journal.view.expectations):
        _divert(case, follow_incident)


def resolve_incident(case: Case, resolved: ResolveIncident, actor: Actor) -> None:
    """The failure is mended: whatever the appeal waits for, its citizen is asked whether it works again."""
    facts = events.IncidentResolved(incident_number=resolved.incident_number, summary=resolved.summary)
    case.journal.record(facts, actor)
    case.clocks.stop(ClockName.REACTION)
    _tell_of_fix(case, resolved.summary)
    _divert(case, confirm_fix)


def _divert(case: Case, stage: Stage) -> None:
    """Send the case on, unless a person has sent it elsewhere at the same moment: a withdrawal stays one."""
    if case.state.diverted_to in ("", follow_incident.__name__):
        case.divert(stage)


def _log(case: Case) -> None:
    """Put the failure in the log and tell the responsible level, as soon as its kind is known (TEC-2)."""
    view, log = case.journal.view, case.journal.view.facts.failure.log
    signature = _signature(case)
    if view.failure is None or (log and log.signature == signature):
        return
    level = LEVELS[view.failure.kind]
    case.journal.record(
        events.FailureLogged(
            kind=view.failure.kind,
            service=view.service,
            error_code=view.failure.error_code,
            signature=signature,
            level=level,
        )
    )
    if log is None or log.level is not level:
        _tell_level(case, level)


def _signature(case: Case) -> str:
    view = case.journal.view
    return signature_of(view.failure, view.service, case.policy.failure_signature) if view.failure else ""


async def _report(case: Case) -> None:
    """Let whatever watches over this failure count it; once for each failure that it is taken for (TEC-3)."""
    view, signature = case.journal.view, _signature(case)
    if view.failure is None or case.state.reported_signature == signature:
        return
    report = FailureReport(number=view.number, signature=signature, service=view.service, failure=view.failure)
    await case.call(
        "report_failure",
        lambda: workflow.execute_activity_method(IncidentActivities.report_failure, report, **case.asking()),
    )
    case.state.reported_signature = signature


async def _complete_details_off_the_clock(case: Case) -> bool:
    """Ask for what is missing; the 2 hours stand still meanwhile. False when the citizen's time has run out."""
    case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
    view = case.journal.view
    if missing_items(procedure_of(view), view.details):
        case.clocks.pause(ClockName.REACTION)
    is_whole = await complete_details(case)
    case.clocks.resume(ClockName.REACTION)
    return is_whole


async def _assessment(case: Case) -> Taken[AssessFailure]:
    """Somebody's reaction; the citizen is told the status also when 2 hours have passed without one (TEC-4)."""
    while True:
        outcome = await case.expect(
            AssessFailure,
            from_=ASSESSORS,
            clock=ClockName.REACTION,
            nudges_minutes=[case.policy.reaction_minutes],
        )
        match outcome:
            case Taken():
                return outcome
            case Nudge():
                _tell_status(case, "Мы ещё выясняем причину сбоя и уже передали обращение руководителю.")


def _act_on(case: Case, assessed: AssessFailure, actor: Actor) -> None:
    """Correct the log, pass the failure to whoever mends it, and tell the citizen how it stands."""
    case.clocks.stop(ClockName.REACTION)
    view = case.journal.view
    known = view.failure.model_dump() if view.failure else {}
    corrected = assessed.model_dump(include={"kind", "error_code"}, exclude_none=True)
    failure = Failure.model_validate(known | corrected)
    case.journal.record(
        events.FailureAssessed(failure=failure, level=assessed.level, status_text=assessed.status_text), actor
    )
    _log(case)
    if assessed.level is not (view.unit or Unit.FIRST_LINE):
        reason = "Так решено при разборе сбоя."
        case.journal.record(events.HandedOver(unit=assessed.level, previous=view.unit, reason=reason), actor)
    is_mended_anew = view.facts.dialogue.solved is False
    if is_mended_anew or assessed.level is not LEVELS[failure.kind]:
        _tell_level(case, assessed.level)
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.failure_fix_minutes))
    _tell_status(case, assessed.status_text)


def _tell_level(case: Case, level: Unit) -> None:
    view = case.journal.view
    if template := _TELL_LEVEL.get(level):
        failure = view.failure
        case.tell(
            template,
            kind=failure.kind if failure else "",
            service=view.service or "",
            error_code=(failure.error_code if failure else None) or "",
        )


def _tell_status(case: Case, reason: str) -> None:
    case.set_status(Status.IN_PROGRESS, reason)
    case.tell_status()


def _tell_of_fix(case: Case, summary: str) -> None:
    case.set_status(Status.IN_PROGRESS, "Сбой устранён. Проверьте, пожалуйста, что всё работает.")
    case.tell(Template.FAILURE_FIXED, fix=summary)
