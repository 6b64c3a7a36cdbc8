"""The end of a case: what a closed one still takes, and until when (STS-1, ANA-1)."""

import asyncio
from datetime import timedelta

import pytest

from api.problems import ProblemError
from domain.actors import Role
from domain.appeal import Category, Unit
from domain.contracts import commands
from domain.contracts.commands import ConfirmSolution, Decision, RateSatisfaction, Withdraw
from domain.contracts.events import AppealWithdrawn, SatisfactionRated
from tests.examples import ANSWER
from tests.house import House
from tests.walks import answered, with_question

RATED = RateSatisfaction(score=2, comment="Долго ждали.")
TOO_LATE: list[tuple[Role, Decision]] = [
    (Role.CITIZEN, commands.AddDetails(text="Ещё одно.")),
    (Role.CITIZEN, commands.AskStatus()),
    (Role.CITIZEN, Withdraw()),
    (Role.CITIZEN, ConfirmSolution(solved=False)),
    (Role.OPERATOR, ANSWER),
    (Role.SUPERVISOR, commands.RejectAppeal(reason="Поздно.")),
    (Role.OPERATOR, commands.Classify(category=Category.LEGAL_QUESTION, reason="Поздно.")),
    (Role.OPERATOR, commands.HandOver(unit=Unit.SECOND_LINE, reason="Поздно.")),
    (Role.SUPERVISOR, commands.AdoptCalendar(version="2026-11-22", reason="Поздно.")),
]


async def withdrawn(home: House) -> str:
    number = await with_question(home)
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.closed(number)
    return number


@pytest.mark.requirement("STS-1")
async def test_a_closed_case_takes_no_more_decisions_and_says_what_is_possible(home: House) -> None:
    number = await withdrawn(home)
    before = await home.events(number)
    for role, decision in TOO_LATE:
        with pytest.raises(ProblemError) as refusal:
            await home.decide(number, role, decision)
        problem = refusal.value.problem
        assert (problem.status, problem.code) == (409, "closed")
        assert problem.detail is not None
        assert "оценить, обратиться повторно или в вышестоящую инстанцию" in problem.detail
    assert await home.events(number) == before


@pytest.mark.requirement("ANA-1")
async def test_one_rating_with_a_comment_ends_the_process(home: House) -> None:
    number = await withdrawn(home)
    for role in (Role.SPECIALIST, Role.LEGAL, Role.SUPERVISOR, Role.REGISTRY):
        assert await home.refused(number, role, RATED) == "role_not_allowed"
    first = await home.decide(number, Role.CITIZEN, RATED, key="rating")
    async with asyncio.timeout(20):
        await home.handle(number).result()
    view = await home.until(number, lambda view: not view.expectations)
    assert view.facts.dialogue.satisfaction == 2
    assert view.facts.dialogue.remarks[-1].text == "Долго ждали."
    assert not any(clock.is_running for clock in view.clocks.values())
    (rated,) = await home.journalled(number, SatisfactionRated)
    assert rated.public_event() == {"type": "SatisfactionRated", "score": 2}
    assert await home.refused(number, Role.CITIZEN, RateSatisfaction(score=5)) == "closed", "once is enough"
    assert await home.decide(number, Role.CITIZEN, RATED, key="rating") == first


@pytest.mark.requirement("ANA-1", "RES-2")
async def test_the_closing_message_asks_for_the_rating(home: House) -> None:
    number = await withdrawn(home)
    await home.delivered(number)
    assert "оцените" in (await home.mail(number))[-1]["text"].lower()


@pytest.mark.requirement("ANA-1")
async def test_nobody_rates_for_ever(home: House) -> None:
    number = await withdrawn(home)
    await home.forward(number, timedelta(days=14))
    async with asyncio.timeout(20):
        await home.handle(number).result()
    view = await home.until(number, lambda view: not view.expectations)
    assert view.facts.dialogue.satisfaction is None
    assert await home.refused(number, Role.CITIZEN, RATED) == "closed"


@pytest.mark.requirement("STS-1")
async def test_two_ends_in_one_step_are_one_end(home: House) -> None:
    number = await answered(home)
    await home.decide_in_one_step(
        number, (Role.CITIZEN, ConfirmSolution(solved=True)), (Role.CITIZEN, Withdraw(reason="Не нужно."))
    )
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Заявитель подтвердил, что вопрос решён."
    assert len(await home.journalled(number, AppealWithdrawn)) == 1
    names = await home.events(number)
    assert names.count("ResultPublished") == 1
    await home.ended(number)
