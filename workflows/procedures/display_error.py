"""Display errors (KBA-4): the checklist step by step, each result on record, and a page that is confirmed right."""

from domain.actors import SYSTEM, Role
from domain.appeal import Status, Unit
from domain.checklist import CheckItem
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import RecordCheck
from domain.deadlines import ClockName
from domain.notifications import Template
from workflows.case import Case, Stage
from workflows.procedures.consultation import answer_question, hear_confirmation

CHECKERS = {Role.OPERATOR, Role.SPECIALIST}


async def begin_checklist(case: Case) -> Stage:
    """Each round begins with the first item; the time for all rounds is one promise."""
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.display_minutes))
    case.clocks.resume_promised()
    case.journal.record(events.ChecklistBegun(round=case.journal.view.facts.checklist.round + 1))
    case.set_status(Status.IN_PROGRESS, "Проверяем, почему страница отображается неправильно.")
    return work_off_checklist


async def work_off_checklist(case: Case) -> Stage:
    """The items are checked in their order; each result is recorded before the next one is awaited."""
    for item in list(CheckItem)[len(case.journal.view.facts.checklist.checks) :]:
        taken = await case.require(RecordCheck, from_=CHECKERS, clock=ClockName.PROCESSING, subject=item)
        found = taken.decision.model_dump(exclude={"type", "finding"})
        case.journal.record(events.CheckRecorded(personal=taken.decision.finding, **found), taken.actor)
    case.clocks.pause_promised()
    done = [check.russian for check in case.journal.view.facts.checklist.checks]
    case.set_status(Status.IN_PROGRESS, "Проверки закончены, ждём вашего подтверждения.")
    case.tell(Template.CHECKS_DONE, done="\n".join(done))
    return await_right_page


async def await_right_page(case: Case) -> Stage | None:
    """The citizen says whether the page is right; silence counts as consent, and a repeat stays possible."""
    done = [check.outcome for check in case.journal.view.facts.checklist.checks]
    if await hear_confirmation(case, done="Проверки проведены", result=RESULT, steps=done):
        return None
    if case.journal.view.facts.checklist.round < case.policy.checklist_rounds:
        return begin_checklist
    case.clocks.resume_promised()
    case.hand_over(Unit.SECOND_LINE, "Проверки не помогли: страница отображается неправильно.", SYSTEM)
    return answer_question


RESULT = "Страница проверена и отображается правильно."
