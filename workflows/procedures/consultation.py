"""Consultations (KBA-2, KBA-3, KBA-5, LAW-1): a question, its answer on record, and the citizen's word on it."""

from collections.abc import Sequence

from domain.actors import Role
from domain.appeal import Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import AnswerQuestion, ConfirmSolution
from domain.contracts.events import Answer
from domain.deadlines import ClockName
from domain.procedures import is_legal_question
from domain.replies import REPLIES, reply_context
from workflows.case import Case, Lapsed, Nudge, Stage, Taken

_CONFIRMERS = {Role.CITIZEN, Role.PORTAL, Role.OPERATOR}


async def answer_question(case: Case) -> Stage:
    """An operator answers, or whoever the question is handed over to; questions of law are the lawyers' (LAW-1)."""
    law = is_legal_question(case.journal.view)
    case.clocks.start(ClockName.ANSWER, Budget(minutes=case.policy.answer_minutes))
    case.begin_work("Юрист готовит ответ." if law else "Оператор готовит ответ.")
    taken = await case.require(
        AnswerQuestion, from_={Role.LEGAL if law else Role.OPERATOR}, clock=ClockName.ANSWER, transferable=not law
    )
    given = taken.decision
    case.clocks.stop_promised()
    answer = Answer(summary=given.summary, steps=given.steps)
    case.journal.record(
        events.QuestionAnswered(knowledge=given.knowledge, acts=given.acts, personal=answer), taken.actor
    )
    case.tell(REPLIES[given.type], **reply_context(given))
    return await_confirmation


async def await_confirmation(case: Case) -> Stage | None:
    """The citizen says whether that has solved it."""
    return None if await hear_confirmation(case, done="Ответ дан", result=RESULT) else answer_question


async def hear_confirmation(case: Case, done: str, result: str, steps: Sequence[str] = ()) -> bool:
    """Whether that has solved it, which closes the case; silence counts as consent, and a repeat stays possible.

    `done` says in two words what was done, `result` what the citizen has got, and `steps` how.
    """
    case.clocks.start(ClockName.CONFIRMATION, Budget(minutes=case.policy.confirmation_minutes))
    outcome = await case.expect(ConfirmSolution, from_=_CONFIRMERS, clock=ClockName.CONFIRMATION, lapses=True)
    case.clocks.stop(ClockName.CONFIRMATION)
    match outcome:
        case Taken(decision=ConfirmSolution(solved=False, comment=comment), actor=actor):
            case.journal.record(events.SolutionDenied(personal=comment), actor)
            case.set_status(Status.IN_PROGRESS, "Заявитель сообщил, что вопрос не решён.")
            return False
        case Taken(decision=confirmed, actor=actor):
            case.journal.record(events.SolutionConfirmed(personal=confirmed.comment), actor)
            case.complete("Заявитель подтвердил, что вопрос решён.", result=result, steps=steps)
        case Lapsed() | Nudge():
            case.complete(f"{done}, возражений в срок не поступило.", result=result, steps=steps)
    return True


RESULT = "Ответ на ваш вопрос дан."
