"""Questions of law: a lawyer answers, and cites the acts (LAW-1)."""

import pytest

from domain.actors import Role
from domain.appeal import Category, Unit
from domain.contracts.commands import Classify, HandOver
from domain.contracts.events import QuestionAnswered
from tests.examples import ANSWER, LEGAL_ANSWER
from tests.house import House
from tests.walks import with_question

TO_LAW = Classify(category=Category.LEGAL_QUESTION, reason="Вопрос о нормах закона.")


@pytest.mark.requirement("LAW-1", "CLS-2")
async def test_a_lawyer_answers_and_the_citizen_reads_the_acts(home: House) -> None:
    number = await with_question(home, "legal_question")
    await _only_a_lawyer_answers(home, number)
    await home.delivered(number)
    assert LEGAL_ANSWER.acts[0] in (await home.mail(number))[-1]["text"]


@pytest.mark.requirement("LAW-1", "CLS-3")
async def test_a_question_that_turns_out_to_be_of_law_is_a_lawyers_whoever_had_it(home: House) -> None:
    number = await with_question(home)
    await home.decide(number, Role.OPERATOR, HandOver(unit=Unit.SECOND_LINE, reason="Нужна сверка."))
    await home.decide(number, Role.SPECIALIST, TO_LAW)
    await home.until(number, lambda view: any(open_.roles == [Role.LEGAL] for open_ in view.expectations))
    await _only_a_lawyer_answers(home, number)


@pytest.mark.requirement("LAW-1")
async def test_a_question_of_law_can_not_be_handed_to_others(home: House) -> None:
    number = await with_question(home, "legal_question")
    for unit in Unit:
        handed = HandOver(unit=unit, reason="Ответьте вместо нас.")
        assert await home.refused(number, Role.LEGAL, handed) == "contradiction"
    await _only_a_lawyer_answers(home, number)


@pytest.mark.requirement("LAW-1", "CLS-2")
async def test_lawyers_who_are_handed_a_question_cite_their_acts_too(home: House) -> None:
    number = await with_question(home)
    await home.decide(number, Role.OPERATOR, HandOver(unit=Unit.LEGAL, reason="Спрашивают о льготе."))
    await _only_a_lawyer_answers(home, number)


async def _only_a_lawyer_answers(home: House, number: str) -> None:
    for role in (Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR, Role.CITIZEN):
        assert await home.refused(number, role, LEGAL_ANSWER) == "role_not_allowed"
    assert await home.refused(number, Role.LEGAL, ANSWER) == "contradiction"
    await home.decide(number, Role.LEGAL, LEGAL_ANSWER)
    await home.expecting(number, "ConfirmSolution")
    (given,) = await home.journalled(number, QuestionAnswered)
    assert given.event.model_dump()["acts"] == LEGAL_ANSWER.acts
