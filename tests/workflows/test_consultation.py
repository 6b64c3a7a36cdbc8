"""Consultations: a question, its answer on record, and the citizen's word on it."""

from datetime import timedelta

import pytest

from api.views import result_out
from domain.actors import Role
from domain.appeal import Status, Unit
from domain.contracts.commands import ConfirmSolution, HandOver
from domain.contracts.events import DecisionReassigned, HandedOver, MessageQueued, QuestionAnswered
from domain.notifications import Template
from tests.examples import ANSWER, question
from tests.house import House
from tests.walks import answered, with_question

SOLVED = ConfirmSolution(solved=True)
NOT_SOLVED = ConfirmSolution(solved=False, comment="Платежа всё ещё нет.")
TO_SECOND_LINE = HandOver(unit=Unit.SECOND_LINE, reason="Нужна сверка с банком.")


@pytest.mark.parametrize("category", ["payments", "forms_and_documents", "applications"])
@pytest.mark.requirement("KBA-2", "KBA-3", "RPL-1", "CLS-2")
async def test_the_answer_reaches_the_citizen_in_all_its_parts_and_in_writing(home: House, category: str) -> None:
    number = await answered(home, category)
    await home.delivered(number)
    (mail,) = [mail for mail in await home.mail(number) if mail["subject"].startswith("Ответ на обращение")]
    text = mail["text"]
    assert text.startswith("Здравствуйте, Анна Петровна!")
    assert "Суть вашего обращения: «Почему платёж не отражается в личном кабинете?»." in text
    assert ANSWER.summary in text
    assert "1. Подождите один рабочий день." in text
    assert "2. Обновите страницу «Платежи»." in text
    assert "Если понадобится помощь" in text

    await home.decide(number, Role.CITIZEN, SOLVED)
    view = await home.closed(number)
    assert [change.status for change in view.statuses] == [Status.RECEIVED, Status.IN_PROGRESS, Status.COMPLETED]
    written = result_out(view)
    assert written.ready
    assert written.answer is not None
    assert (written.answer.summary, written.answer.steps) == (ANSWER.summary, ANSWER.steps)


@pytest.mark.requirement("KBA-2")
async def test_answer_and_knowledge_are_on_record_and_what_is_personal_is_told_apart(home: House) -> None:
    number = await answered(home)
    (entry,) = await home.journalled(number, QuestionAnswered)
    assert entry.public_event() == {"type": "QuestionAnswered"}, "what was answered is sealed"
    assert entry.actor.role is Role.OPERATOR
    assert (await home.refolded(number)).facts.dialogue.answer == (
        await home.expecting(number, "ConfirmSolution")
    ).facts.dialogue.answer


@pytest.mark.requirement("KBA-5")
async def test_the_error_code_of_an_upload_stays_with_the_question(home: House) -> None:
    sent = {"kind": "data_entry", "error_code": "413"}
    number = await home.open(question("forms_and_documents") | {"failure": sent})
    view = await home.expecting(number, "AnswerQuestion")
    assert view.failure is not None
    assert view.failure.error_code == "413"
    await home.decide(number, Role.OPERATOR, TO_SECOND_LINE)
    view = await home.until(number, lambda view: view.unit is Unit.SECOND_LINE)
    assert view.failure is not None
    assert view.failure.error_code == "413", "passed on with the question"


@pytest.mark.requirement("KBA-2", "CLS-2")
async def test_a_hard_question_goes_to_a_higher_level_by_the_same_appeal(home: House) -> None:
    number = await with_question(home)
    await home.decide(number, Role.OPERATOR, TO_SECOND_LINE)
    view = await home.until(number, lambda view: view.unit is Unit.SECOND_LINE)
    (task,) = view.expectations
    assert task.roles == [Role.SPECIALIST]
    assert view.statuses[-1].reason == "Вопрос передан дальше: вторая линия."
    assert await home.refused(number, Role.OPERATOR, ANSWER) == "role_not_allowed"
    assert await home.refused(number, Role.SPECIALIST, TO_SECOND_LINE) == "contradiction"
    await home.decide(number, Role.SPECIALIST, ANSWER)
    await home.expecting(number, "ConfirmSolution")

    await home.decide(number, Role.CITIZEN, NOT_SOLVED)
    (task,) = (await home.expecting(number, "AnswerQuestion")).expectations
    assert task.roles == [Role.SPECIALIST], "tracked to the end by the unit that has it"
    (handed,) = await home.journalled(number, HandedOver)
    assert handed.event.model_dump()["reason"] == TO_SECOND_LINE.reason


@pytest.mark.requirement("CLS-2")
async def test_nothing_is_handed_over_to_those_who_have_it(home: House) -> None:
    number = await with_question(home)
    to_itself = HandOver(unit=Unit.FIRST_LINE, reason="Оставим у себя.")
    assert await home.refused(number, Role.OPERATOR, to_itself) == "contradiction"


@pytest.mark.requirement("KBA-2")
async def test_an_answer_that_did_not_help_is_followed_by_another(home: House) -> None:
    number = await answered(home)
    await home.decide(number, Role.CITIZEN, NOT_SOLVED)
    view = await home.expecting(number, "AnswerQuestion")
    assert view.facts.dialogue.solved is False
    assert view.facts.dialogue.remarks[-1].text == NOT_SOLVED.comment
    assert [name for name, clock in view.clocks.items() if clock.is_running] == ["answer"]
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.PORTAL, SOLVED, subject="test-portal")
    assert (await home.closed(number)).status is Status.COMPLETED
    assert len(await home.journalled(number, MessageQueued, template=Template.ANSWER_GIVEN)) == 2


@pytest.mark.requirement("KBA-2")
async def test_a_citizen_who_stays_silent_has_their_answer(home: House) -> None:
    number = await answered(home)
    await home.forward(number, timedelta(days=3))
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Ответ дан, возражений в срок не поступило."
    assert view.facts.dialogue.solved is None


@pytest.mark.requirement("KBA-2")
async def test_a_late_answer_warns_and_becomes_the_supervisors_too(home: House) -> None:
    number = await with_question(home)
    await home.forward(number, timedelta(hours=24))
    view = await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    assert view.clocks["answer"].warned == (0.5, 0.8)
    assert len(await home.journalled(number, MessageQueued, template=Template.DEADLINE_BREACHED)) == 1

    await home.decide(number, Role.OPERATOR, TO_SECOND_LINE)
    (moved,) = await home.journalled(number, DecisionReassigned)
    roles = moved.public_event()["expectation"]["roles"]
    assert roles == [Role.SPECIALIST, Role.SUPERVISOR], "what is overdue stays the supervisor's"
    await home.decide(number, Role.SUPERVISOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
