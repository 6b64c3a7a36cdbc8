"""Repeated contact: found, put beside what was done before, and led on by an operator's decision."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.problems import ProblemError
from domain.actors import Role
from domain.appeal import Category, RepeatWay, Status, Unit
from domain.case import CaseView
from domain.contracts.commands import AnswerQuestion, AssessRepeat, Classify, ConfirmSolution
from domain.contracts.events import DecisionEscalated, PreviousFound, RepeatAssessed, RepeatCompared, StatusChanged
from domain.number import format_number
from tests.examples import about_application, appeal
from tests.house import PORTAL, House

ANSWER = AnswerQuestion(summary="Форма ждёт индекс.", steps=["Укажите индекс.", "Отправьте заявление."])
OTHER_ANSWER = AnswerQuestion(summary="Индекс не принят: он чужого города.", steps=["Укажите индекс города."])
QUESTION = "Не отправляется заявление."
AGAIN = "Индекс указан, а заявление всё равно не отправляется."
STRANGER = {
    "full_name": "Фёдоров Павел Андреевич",
    "login": "fedorov.pa",
    "snils": "104-938-275 62",
    "phone": "+7 900 000-10-07",
    "email": "pavel.fedorov@example.org",
    "description": "Не отправляется заявление.",
}


def assessed(way: RepeatWay, *steps: str) -> AssessRepeat:
    return AssessRepeat(way=way, reason="Индекс проверен.", next_steps=list(steps) or ["Мы ответим в течение суток."])


async def answered(home: House, **request: Any) -> str:
    """A first appeal that is over: answered, and the citizen agreed."""
    number = await home.open(about_application(**request))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True, comment="Спасибо, попробую."))
    await home.closed(number)
    return number


async def compared(home: House, **request: Any) -> tuple[str, CaseView]:
    number = await home.open(about_application(AGAIN, **request))
    return number, await home.expecting(number, "AssessRepeat")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.requirement("REP-1", "REP-2", "REP-3")
async def test_a_repeat_is_an_appeal_of_its_own_shown_beside_what_was_done(home: House, named: bool) -> None:
    first = await answered(home)
    number, view = await compared(home, **({"related_number": first} if named else {}))

    assert number != first
    (found,) = await home.journalled(number, PreviousFound)
    assert found.event == PreviousFound(relation="repeat", found_by="number" if named else "citizen", number=first)
    comparison = view.facts.relations.comparison
    assert comparison is not None
    assert comparison.says_now == AGAIN
    (contact,) = comparison.contacts
    assert (contact.number, contact.status) == (first, Status.COMPLETED)
    assert contact.closed_at is not None
    assert contact.registered_at < contact.closed_at
    assert contact.answer is not None
    assert contact.answer.steps == ANSWER.steps
    assert contact.done == ["Ответ на ваш вопрос дан."]
    assert contact.said == [QUESTION, "Спасибо, попробую."]
    (entry,) = await home.journalled(number, RepeatCompared)
    assert entry.public_event() == {"type": "RepeatCompared", "numbers": [first]}, "what was said is personal"
    assert view.plan[0].startswith("Посмотреть связанные обращения: ")


@pytest.mark.requirement("REP-1")
async def test_of_two_sent_at_once_the_one_registered_first_is_no_repeat_of_the_other(home: House) -> None:
    """Whichever of them the register shows first: here it is the one that was registered later."""
    later = await home.open_at(about_application(AGAIN), datetime.now(UTC) + timedelta(minutes=1))
    await home.expecting(later, "AnswerQuestion")
    view = await home.expecting(await home.open(about_application()), "AnswerQuestion")
    assert (view.related_numbers, view.facts.relations.previous) == ([later], None)


@pytest.mark.requirement("REP-4", "CLS-2")
async def test_an_escalated_repeat_is_answered_by_a_senior_specialist(home: House) -> None:
    await answered(home)
    number, _ = await compared(home)
    way = assessed(RepeatWay.ESCALATE, "Обращение изучит старший специалист.", "Он ответит в течение суток.")
    await home.decide(number, Role.OPERATOR, way)
    view = await home.expecting(number, "AnswerQuestion")

    assert view.unit is Unit.SECOND_LINE
    assert view.statuses[-1].reason == "Обращение передано старшему специалисту."
    assert await home.refused(number, Role.OPERATOR, OTHER_ANSWER) == "role_not_allowed"
    await home.delivered(number)
    (told,) = [mail for mail in await home.mail(number) if mail["subject"].endswith("что будет дальше")]
    assert "1. Обращение изучит старший специалист.\n2. Он ответит в течение суток." in told["text"]
    assert "Индекс проверен." in told["text"]
    await home.decide(number, Role.SPECIALIST, OTHER_ANSWER)
    await home.expecting(number, "ConfirmSolution")
    await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("REP-3")
async def test_the_answer_of_before_is_refused_word_for_word(home: House) -> None:
    first = await answered(home)
    number, _ = await compared(home)
    await home.decide(number, Role.OPERATOR, assessed(RepeatWay.ESCALATE))
    await home.expecting(number, "AnswerQuestion")
    same = AnswerQuestion(summary="форма  ждёт индекс.", steps=ANSWER.steps)
    assert await home.refused(number, Role.SPECIALIST, same) == "contradiction"
    with pytest.raises(ProblemError) as refusal:
        await home.decide(number, Role.SPECIALIST, same)
    assert format_number(first) in refusal.value.problem.detail
    await home.decide(number, Role.SPECIALIST, OTHER_ANSWER)


@pytest.mark.requirement("REP-2", "REP-4")
async def test_what_was_done_can_be_confirmed_in_the_words_of_before(home: House) -> None:
    await answered(home)
    number, _ = await compared(home)
    await home.decide(number, Role.OPERATOR, assessed(RepeatWay.CONFIRM))
    await home.expecting(number, "AnswerQuestion")
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")


@pytest.mark.requirement("REP-4")
async def test_a_repeat_to_be_solved_goes_the_way_of_its_category(home: House) -> None:
    first = await home.open(appeal())
    await home.expecting(first, "RecordRequest")
    number = await home.open(appeal(login=None) | {"relation": "repeat"})
    await home.expecting(number, "AssessRepeat")
    await home.decide(number, Role.OPERATOR, assessed(RepeatWay.SOLVE))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["login"], "its own procedure asks for what it needs"
    assert view.statuses[-1].reason == "Вопрос решается заново с учётом уже сделанного."


@pytest.mark.requirement("REP-1", "REP-3")
async def test_a_repeat_while_the_first_is_open_and_a_repeat_of_that(home: House) -> None:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    second, view = await compared(home)
    assert view.facts.relations.comparison is not None
    (open_one,) = view.facts.relations.comparison.contacts
    assert (open_one.status, open_one.closed_at, open_one.answer) == (Status.IN_PROGRESS, None, None)

    third, view = await compared(home, related_number=second)
    assert view.facts.relations.comparison is not None
    assert [contact.number for contact in view.facts.relations.comparison.contacts] == [second, first]
    assert (await home.expecting(first, "AnswerQuestion")).status is Status.IN_PROGRESS
    assert third not in (first, second)


@pytest.mark.parametrize("strangers", [True, False])
@pytest.mark.requirement("REP-1")
async def test_a_number_that_is_not_the_citizens_links_nothing(home: House, strangers: bool) -> None:
    foreign = await answered(home, details=STRANGER) if strangers else "4821093755612044"
    number = await home.open(about_application(related_number=foreign, relation="repeat"))
    view = await home.expecting(number, "AnswerQuestion")
    assert view.facts.relations.previous is None
    assert foreign not in view.related_numbers
    assert view.plan[0] == "Уточнить номер предыдущего обращения: названного нет среди обращений заявителя"

    again, view = await compared(home, related_number=foreign, relation="repeat")
    (found,) = await home.journalled(again, PreviousFound)
    assert (found.event.number, found.event.found_by) == (number, "citizen")  # type: ignore[union-attr]
    assert view.plan[0].startswith("Уточнить номер предыдущего обращения")


@pytest.mark.requirement("REP-1")
async def test_a_repeat_without_a_category_follows_the_latest_appeal(home: House) -> None:
    first = await answered(home)
    number, view = await compared(home, category=None, relation="repeat")
    assert view.facts.relations.previous is not None
    assert view.facts.relations.previous.number == first
    await home.decide(number, Role.OPERATOR, assessed(RepeatWay.SOLVE))
    await home.expecting(number, "Classify")
    await home.decide(number, Role.OPERATOR, Classify(category=Category.APPLICATIONS, reason="Вопрос о заявлении."))
    await home.expecting(number, "AnswerQuestion")


@pytest.mark.requirement("REP-4", "TEC-4")
async def test_an_overdue_assessment_is_the_supervisors_too(home: House) -> None:
    await answered(home)
    number, _ = await compared(home)
    assert await home.refused(number, Role.SUPERVISOR, assessed(RepeatWay.SOLVE)) == "role_not_allowed"
    await home.forward(number, timedelta(hours=2))
    await home.journalled(number, DecisionEscalated)
    await home.decide(number, Role.SUPERVISOR, assessed(RepeatWay.SOLVE))
    await home.expecting(number, "AnswerQuestion")


@pytest.mark.requirement("REP-4")
async def test_an_assessment_is_refused_where_none_is_awaited(home: House) -> None:
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    assert await home.refused(number, Role.OPERATOR, assessed(RepeatWay.CONFIRM)) == "not_expected"
    repeat, _ = await compared(home)
    for role in (Role.CITIZEN, Role.SPECIALIST):
        assert await home.refused(repeat, role, assessed(RepeatWay.CONFIRM)) == "role_not_allowed"
    assert "RepeatAssessed" not in await home.events(repeat)


@pytest.mark.requirement("REP-3", "REP-4")
async def test_an_assessment_survives_continue_as_new(home_with: Callable[..., Awaitable[House]]) -> None:
    home = await home_with(history_events=40)
    await answered(home)
    number, _ = await compared(home)
    await home.continue_as_new(number)
    await home.decide(number, Role.OPERATOR, assessed(RepeatWay.CONFIRM))
    await home.expecting(number, "AnswerQuestion")
    for event in (RepeatCompared, RepeatAssessed):
        assert len(await home.journalled(number, event)) == 1
    assert len(await home.journalled(number, StatusChanged)) == 3
    assert (await home.refolded(number)).portal == PORTAL
