"""Decisions that a case takes at any time, at each kind of wait: nothing is lost, evaded or left half-done."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from api.views import appeal_out
from domain.actors import Actor, Role
from domain.appeal import Category, DocumentKind, Status, Unit
from domain.case import CaseView
from domain.contracts import commands, events
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import (
    AddDetails,
    AdoptCalendar,
    AskStatus,
    Classify,
    Decision,
    HandOver,
    RejectAppeal,
    RetryRegistry,
    SupplyDetails,
    Withdraw,
)
from tests.examples import ANSWER, LEGAL_ANSWER, MATCHED, RECORDED, appeal
from tests.house import House
from tests.walks import answered, asked_again, with_password, with_question

HomeWith = Callable[..., Awaitable[House]]
TO_LAW = Classify(category=Category.LEGAL_QUESTION, reason="Спрашивают о законе.")
TO_PASSWORD = Classify(category=Category.PASSWORD_RECOVERY, reason="Всё-таки о пароле.")
REJECTED = RejectAppeal(reason="Это не обращение, а реклама.")
TO_SECOND_LINE = HandOver(unit=Unit.SECOND_LINE, reason="Сложный вопрос.")


async def for_details(home: House) -> str:
    number = await home.open(appeal(phone=None))
    await home.expecting(number, "SupplyDetails")
    return number


async def for_a_person(home: House) -> str:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    return number


async def for_current_details(home: House) -> str:
    return await asked_again(home)


async def for_a_registry_that_is_down(home: House) -> str:
    await home.fault("accounts", "unavailable")
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    return number


async def for_a_call_in_flight(home: House) -> str:
    await home.fault("accounts", "slow", delay_s=3)
    number = await for_a_person(home)
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.until(number, lambda view: not view.expectations)
    await home.mended()
    return number


WAITS = [for_details, for_a_person, for_current_details, answered, for_a_registry_that_is_down, for_a_call_in_flight]
Wait = Callable[[House], Awaitable[str]]
PATIENCE: dict[Wait, int] = {for_a_registry_that_is_down: 1}
at_each_wait = pytest.mark.parametrize("wait", WAITS)


async def at(wait: Wait, home_with: HomeWith) -> tuple[House, str]:
    home = await home_with(registry_patience_seconds=PATIENCE.get(wait, 900))
    return home, await wait(home)


def running(view: CaseView) -> list[str]:
    return [name for name, clock in view.clocks.items() if clock.is_running]


def awaited(view: CaseView) -> list[str]:
    return [open_.command for open_ in view.expectations]


@at_each_wait
@pytest.mark.parametrize(
    ("role", "decision", "status"),
    [(Role.CITIZEN, Withdraw(reason="Вспомнила."), Status.COMPLETED), (Role.SUPERVISOR, REJECTED, Status.REJECTED)],
)
@pytest.mark.requirement("STS-1", "CLS-2")
async def test_a_case_that_is_ended_has_nothing_left_open(
    home_with: HomeWith, wait: Wait, role: Role, decision: Decision, status: Status
) -> None:
    home, number = await at(wait, home_with)
    first = await home.decide(number, role, decision, key="the end")
    assert await home.decide(number, role, decision, key="the end") == first
    assert await home.refused(number, Role.OPERATOR, TO_LAW) == "closed", "even while a system has yet to answer"
    assert await home.refused(number, Role.CITIZEN, Withdraw()) == "closed"
    view = await home.closed(number)
    assert view.status is status
    assert awaited(view) == ["RateSatisfaction"]
    assert running(view) == ["satisfaction"]
    assert (await home.events(number)).count("ResultPublished") == 1
    if decision is REJECTED:
        await home.delivered(number)
        assert any("реклама" in mail["text"] for mail in await home.mail(number))


@at_each_wait
@pytest.mark.requirement("CLS-3", "CLS-2")
async def test_a_case_goes_to_another_procedure_and_back(home_with: HomeWith, wait: Wait) -> None:
    home, number = await at(wait, home_with)
    there = await home.decide(number, Role.OPERATOR, TO_LAW, key="to law")
    assert await home.decide(number, Role.OPERATOR, TO_LAW, key="to law") == there
    assert await home.refused(number, Role.OPERATOR, TO_LAW) == "contradiction"
    await home.mended()
    if wait is for_details:  # a lawyer has to reach the citizen too
        assert awaited(await home.expecting(number, "SupplyDetails")) == ["SupplyDetails"]
        await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(phone="+79000001001")))
    view = await home.until(number, lambda view: awaited(view) == ["AnswerQuestion"])
    assert view.expectations[0].roles == [Role.LEGAL]
    assert view.requested_items == []
    (moved,) = await home.journalled(number, events.AppealClassified)
    assert moved.event.model_dump()["reason"] == TO_LAW.reason

    if wait is not answered:
        await home.decide(number, Role.SUPERVISOR, TO_PASSWORD)
        view = await home.until(number, lambda view: awaited(view) == ["RecordRequest"])
        await home.decide(number, Role.OPERATOR, RECORDED)
        await home.expecting(number, "CheckDocuments")
        assert (await home.refolded(number)).category is Category.PASSWORD_RECOVERY


@at_each_wait
@pytest.mark.requirement("CLS-2")
async def test_only_what_another_unit_can_decide_is_handed_over(home_with: HomeWith, wait: Wait) -> None:
    home, number = await at(wait, home_with)
    assert await home.refused(number, Role.OPERATOR, TO_SECOND_LINE) == "contradiction"
    assert await home.refused(number, Role.CITIZEN, TO_SECOND_LINE) == "role_not_allowed"


@at_each_wait
@pytest.mark.requirement("REP-2")
async def test_a_later_word_never_changes_who_the_citizen_is(home_with: HomeWith, wait: Wait) -> None:
    home, number = await at(wait, home_with)
    scan = DocumentScan(kind=DocumentKind.SCREENSHOT, reference="portal:scan:77")
    added = AddDetails(text="Мой телефон теперь +7 900 999-99-99, почта thief@example.org", scans=[scan])
    if wait in (for_details, for_current_details):
        assert await home.refused(number, Role.CITIZEN, added) == "contradiction", "it is asked for by SupplyDetails"
        return
    before = await home.until(number, lambda _: True)
    first = await home.decide(number, Role.CITIZEN, added, key="one more word")
    assert await home.decide(number, Role.CITIZEN, added, key="one more word") == first
    view = await home.until(number, lambda view: bool(view.facts.dialogue.remarks))
    assert view.details == before.details.model_copy(update={"scans": [*before.details.scans, scan]})
    assert len(await home.journalled(number, events.DetailsAdded)) == 1
    assert awaited(view) == awaited(before)


@at_each_wait
@pytest.mark.requirement("REC-6", "STS-1")
async def test_the_citizen_is_told_status_reason_and_terms(home_with: HomeWith, wait: Wait) -> None:
    home, number = await at(wait, home_with)
    first = await home.decide(number, Role.CITIZEN, AskStatus(question="Как дела?"), key="how is it")
    assert await home.decide(number, Role.CITIZEN, AskStatus(question="Как дела?"), key="how is it") == first
    view = await home.until(number, lambda view: view.facts.dialogue.status_reports == 1)
    await home.delivered(number)
    (report,) = [mail for mail in await home.mail(number) if "Что будет дальше" in mail["text"] and _is(mail, view)]
    assert view.statuses[-1].reason.rstrip(".") in report["text"]
    for name in running(view):
        assert view.clocks[name].explain().sentence.rstrip(".") in " ".join(report["text"].split())


def _is(mail: dict[str, str], view: CaseView) -> bool:
    return mail["subject"].endswith(f"«{view.status.russian}»")


@pytest.mark.requirement("REC-6", "REP-2")
async def test_questions_and_additions_are_bounded_per_case(home_with: HomeWith) -> None:
    home = await home_with(status_reports=2, additions=1)
    number = await with_question(home)
    for _ in range(2):
        await home.decide(number, Role.CITIZEN, AskStatus())
    assert await home.refused(number, Role.CITIZEN, AskStatus()) == "too_often"
    await home.decide(number, Role.CITIZEN, AddDetails(text="Ещё одно."))
    assert await home.refused(number, Role.CITIZEN, AddDetails(text="И ещё.")) == "too_often"
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")


@at_each_wait
@pytest.mark.requirement("ESC-4")
async def test_an_unknown_calendar_is_not_adopted(home_with: HomeWith, wait: Wait) -> None:
    home, number = await at(wait, home_with)
    unknown = AdoptCalendar(version="2099-01-01", reason="Утверждён новый календарь.")
    assert await home.refused(number, Role.SUPERVISOR, unknown) == "contradiction"
    known = AdoptCalendar(version="2026-11-22", reason="Утверждён новый календарь.")
    assert await home.refused(number, Role.OPERATOR, known) == "role_not_allowed"
    first = await home.decide(number, Role.SUPERVISOR, known, key="calendar")
    assert await home.decide(number, Role.SUPERVISOR, known, key="calendar") == first
    (adopted,) = await home.journalled(number, events.CalendarAdopted)
    assert adopted.public_event()["moved"] == []


@pytest.mark.requirement("STS-1")
async def test_an_answer_right_before_a_withdrawal_still_reaches_the_citizen(home: House) -> None:
    number = await with_question(home)
    await home.decide_in_one_step(number, (Role.OPERATOR, ANSWER), (Role.CITIZEN, Withdraw()))
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Обращение отозвано заявителем."
    assert view.facts.dialogue.answer is not None
    assert "DecisionTaken" in await home.events(number)


@pytest.mark.requirement("REC-4", "STS-1")
async def test_a_match_right_before_a_withdrawal_is_on_record_and_sets_no_password(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide_in_one_step(number, (Role.SPECIALIST, MATCHED), (Role.CITIZEN, Withdraw()))
    await home.closed(number)
    names = await home.events(number)
    assert "DocumentsMatched" in names
    assert "PasswordIssued" not in names


@pytest.mark.requirement("REC-5", "STS-1")
async def test_every_report_right_before_a_withdrawal_is_on_record(home: House) -> None:
    number = await with_password(home)
    now = await home.now(number)
    await home.decide_in_one_step(
        number,
        (Role.REGISTRY, commands.ReportAccountSecurity(signed_in_at=now)),
        (Role.REGISTRY, commands.ReportAccountSecurity(password_changed_at=now)),
        (Role.CITIZEN, Withdraw()),
    )
    view = await home.closed(number)
    assert view.security.remaining_steps() == ["Включить двухфакторную аутентификацию"]
    assert awaited(view) == ["RateSatisfaction"]


@pytest.mark.requirement("STS-1", "CLS-3")
async def test_after_a_withdrawal_nothing_sends_the_case_elsewhere(home: House) -> None:
    number = await with_question(home)
    await home.decide_in_one_step(
        number, (Role.CITIZEN, Withdraw()), (Role.OPERATOR, TO_LAW), (Role.SUPERVISOR, REJECTED)
    )
    view = await home.closed(number)
    assert (view.status, view.category) == (Status.COMPLETED, Category.PAYMENTS)
    assert len(await home.journalled(number, events.DecisionRefused, times=3)) == 3, "the noise, and these two"


@pytest.mark.requirement("CLS-1", "CLS-3")
async def test_of_two_classifications_in_one_step_the_first_stands(home: House) -> None:
    number = await home.open(appeal() | {"category": None})
    await home.expecting(number, "Classify")
    await home.decide_in_one_step(number, (Role.OPERATOR, TO_LAW), (Role.OPERATOR, TO_PASSWORD))
    view = await home.expecting(number, "AnswerQuestion")
    assert view.category is Category.LEGAL_QUESTION
    assert len(await home.journalled(number, events.AppealClassified)) == 1


@pytest.mark.requirement("CLS-3", "STS-1")
async def test_what_was_granted_is_not_taken_back(home: House) -> None:
    number = await with_password(home)
    assert await home.refused(number, Role.OPERATOR, TO_LAW) == "not_expected"
    assert await home.refused(number, Role.SUPERVISOR, REJECTED) == "not_expected"


@pytest.mark.requirement("CLS-3", "TEC-4")
async def test_no_deadline_is_evaded_by_moving_a_case_about(home: House) -> None:
    number = await asked_again(home)
    assert (await home.until(number, lambda view: view.clocks["processing"].is_paused)).clocks
    promised: dict[str, datetime | None] = {}
    for _ in range(3):
        await home.forward(number, timedelta(minutes=30))
        await home.decide(number, Role.OPERATOR, TO_LAW)
        view = await home.expecting(number, "AnswerQuestion")
        assert view.clocks["processing"].is_running, "no pause outlives the wait that it was for"
        dues = {name: view.clocks[name].due_at() for name in ("processing", "answer")}
        promised = promised or dues
        assert dues == promised
        await home.decide(number, Role.OPERATOR, TO_PASSWORD)
        await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, Classify(category=Category.PAYMENTS, reason="О платеже."))
    await home.expecting(number, "AnswerQuestion")
    for unit in (Unit.SECOND_LINE, Unit.DEVELOPMENT, Unit.FIRST_LINE, Unit.SECOND_LINE):
        await home.decide(number, Role.SUPERVISOR, HandOver(unit=unit, reason="Не наше."))
    view = await home.until(number, lambda view: view.unit is Unit.SECOND_LINE)
    assert view.clocks["answer"].due_at() == promised["answer"]
    await home.forward(number, timedelta(hours=24))
    view = await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    assert view.clocks["processing"].breached_at is not None

    await home.decide(number, Role.SPECIALIST, ANSWER)
    view = await home.expecting(number, "ConfirmSolution")
    assert running(view) == ["confirmation"], "the answer was all that had been promised"


@pytest.mark.requirement("CLS-3", "REC-3")
async def test_the_registries_are_asked_anew_about_what_has_changed_since(home: House) -> None:
    number = await home.open(appeal(snils="112-233-446 96"))
    await home.expecting(number, "RecordRequest")
    await home.at_rest(number)
    await home.decide(number, Role.OPERATOR, TO_LAW)
    await home.expecting(number, "AnswerQuestion")
    scan = DocumentScan(kind=DocumentKind.PASSPORT, reference="portal:scan:78")
    await home.decide(number, Role.CITIZEN, AddDetails(scans=[scan]))
    await home.decide(number, Role.OPERATOR, TO_PASSWORD)
    await home.expecting(number, "RecordRequest")
    await home.at_rest(number)
    asked = [
        event
        for event in (await home.history(number)).events
        if event.activity_task_scheduled_event_attributes.activity_type.name == "check_registries"
    ]
    assert len(asked) == 2


@pytest.mark.requirement("CLS-2", "LAW-1")
async def test_staff_sees_the_question_it_has_to_answer(home: House) -> None:
    number = await with_question(home, "legal_question")
    view = await home.expecting(number, "AnswerQuestion")
    lawyer, developer = (Actor(subject="one of us", role=role) for role in (Role.LEGAL, Role.DEVELOPER))
    assert appeal_out(view, lawyer).details == view.details
    assert appeal_out(view, developer).details is None
    await home.decide(number, Role.LEGAL, LEGAL_ANSWER)


@pytest.mark.requirement("REC-3")
async def test_a_registry_is_asked_again_after_a_detour(home_with: HomeWith) -> None:
    home, number = await at(for_a_registry_that_is_down, home_with)
    await home.decide_in_one_step(
        number, (Role.OPERATOR, RetryRegistry(reason="Попробуем ещё раз.")), (Role.OPERATOR, TO_LAW)
    )
    view = await home.expecting(number, "AnswerQuestion")
    assert awaited(view) == ["AnswerQuestion"]
