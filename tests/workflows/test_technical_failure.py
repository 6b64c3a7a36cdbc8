"""Technical failures: logged at once, told to whom it concerns, assessed within 2 hours, mended and confirmed."""

from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import FailureKind, Status, Unit
from domain.contracts.commands import AssessFailure, ConfirmSolution, HandOver, ReportFix
from domain.contracts.events import ClockRang, FailureLogged, HandedOver, MessageQueued
from domain.notifications import Template
from tests.failures import FIXED, TO_DEVELOPMENT, TO_SECOND_LINE, failure, fixed, service
from tests.house import House

SOLVED, NOT_SOLVED = ConfirmSolution(solved=True), ConfirmSolution(solved=False, comment="Ошибка осталась.")


async def told(home: House, number: str) -> list[str]:
    """The moments at which somebody was told something, in order."""
    return [str(entry.public_event()["template"]) for entry in await home.journalled(number, MessageQueued)]


@pytest.mark.requirement("TEC-1", "TEC-2")
@pytest.mark.parametrize(
    ("kind", "level", "address"),
    [
        ("authentication", Unit.SECOND_LINE, "second_line_email"),
        ("access", Unit.DEVELOPMENT, "development_email"),
        ("compatibility", Unit.SECOND_LINE, "second_line_email"),
        ("data_entry", Unit.SECOND_LINE, "second_line_email"),
    ],
)
async def test_each_kind_is_logged_and_told_to_its_level(home: House, kind: str, level: Unit, address: str) -> None:
    number = await home.open(failure(home, kind=kind, error_code="413"))
    view = await home.expecting(number, "AssessFailure")
    (logged,) = await home.journalled(number, FailureLogged)
    assert logged.event == FailureLogged(
        kind=FailureKind(kind),
        service=service(home),
        error_code="413",
        signature=f"service={service(home).lower()}; kind={kind}; error_code=413",
        level=level,
    )
    assert view.clocks["reaction"].budget.minutes == 120
    await home.delivered(number)
    (letter,) = [mail for mail in await home.mail(number) if mail["to"] == getattr(home.settings, address)]
    assert f"Услуга: {service(home)}. Код ошибки: 413." in letter["text"]
    assert "Смирнова" not in letter["text"], "the staff's mail tells nothing of the citizen"


@pytest.mark.requirement("TEC-2", "TEC-4", "KBA-2")
async def test_a_failure_is_assessed_handed_over_mended_and_confirmed(home: House) -> None:
    number = await fixed(home)
    (handed,) = await home.journalled(number, HandedOver)
    assert handed.public_event()["unit"] == "development"
    await home.decide(number, Role.CITIZEN, SOLVED)
    view = await home.closed(number)

    assert view.status is Status.COMPLETED
    reasons = [change.reason for change in view.statuses]
    assert "Разработчики уже ищут причину." in reasons
    assert reasons[-1] == "Заявитель подтвердил, что вопрос решён."
    assert await told(home, number) == [
        "appeal_registered",
        "failure_for_development",
        "status_report",
        "failure_fixed",
        "appeal_completed",
    ]
    assert await home.refolded(number) == view
    await home.delivered(number)
    letters = [mail["text"] for mail in await home.mail(number) if mail["to"] == "anna.smirnova@example.org"]
    assert any("Разработчики уже ищут причину." in text for text in letters)
    assert any("Сервис снова принимает заявления." in text for text in letters)


@pytest.mark.requirement("TEC-2")
async def test_the_second_line_mends_what_it_can_and_hands_over_what_it_can_not(home: House) -> None:
    number = await home.open(failure(home, kind="authentication"))
    await home.expecting(number, "AssessFailure")
    await home.decide(number, Role.SPECIALIST, TO_SECOND_LINE)
    await home.expecting(number, "ReportFix")
    assert await home.refused(number, Role.DEVELOPER, FIXED) == "role_not_allowed"
    await home.decide(number, Role.SPECIALIST, HandOver(unit=Unit.DEVELOPMENT, reason="Нужна правка кода."))
    await home.until(number, lambda view: view.expectations[0].roles == [Role.DEVELOPER])
    await home.decide(number, Role.DEVELOPER, FIXED)
    await home.expecting(number, "ConfirmSolution")


@pytest.mark.requirement("TEC-2", "REP-2")
async def test_what_is_not_solved_begins_again(home: House) -> None:
    number = await fixed(home)
    await home.decide(number, Role.CITIZEN, NOT_SOLVED)
    view = await home.expecting(number, "AssessFailure")
    assert view.clocks["reaction"].is_running
    await home.decide(number, Role.OPERATOR, TO_DEVELOPMENT)
    await home.expecting(number, "ReportFix")
    await home.decide(number, Role.DEVELOPER, FIXED)
    await home.expecting(number, "ConfirmSolution")
    await home.forward(number, timedelta(days=3))
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Сбой устранён, возражений в срок не поступило."
    assert (await told(home, number)).count("failure_for_development") == 2
    assert len(await home.journalled(number, FailureLogged)) == 1, "it is still the same failure"


@pytest.mark.requirement("TEC-4")
async def test_after_two_hours_without_a_reaction_the_citizen_is_told_so_once(home: House) -> None:
    number = await home.open(failure(home))
    await home.expecting(number, "AssessFailure")
    for rings, minutes in enumerate([60, 36, 24], start=1):
        await home.forward(number, timedelta(minutes=minutes))
        await home.journalled(number, ClockRang, times=rings)
    view = await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    assert view.clocks["reaction"].breached_at is not None
    await home.journalled(number, MessageQueued, template=Template.STATUS_REPORT)
    await home.forward(number, timedelta(days=1))
    await home.decide(number, Role.SUPERVISOR, TO_DEVELOPMENT)
    await home.expecting(number, "ReportFix")
    reports = await home.journalled(number, MessageQueued, template=Template.STATUS_REPORT)
    assert len(reports) == 2, "at the end of the 2 hours, and on the reaction"
    view = await home.until(number, lambda view: bool(view.expectations))
    assert reports[0].at - view.clocks["reaction"].started_at >= timedelta(hours=2)
    await home.forward(number, timedelta(days=1))
    await home.until(number, lambda view: view.clocks["processing"].breached_at is not None)
    await home.decide(number, Role.SUPERVISOR, FIXED)


@pytest.mark.requirement("TEC-2", "TEC-4")
async def test_a_failure_of_unknown_kind_is_logged_when_somebody_has_named_it(home: House) -> None:
    number = await home.open(failure(home, kind=None))
    await home.expecting(number, "AssessFailure")
    assert await home.refused(number, Role.OPERATOR, TO_DEVELOPMENT) == "contradiction"
    assert "FailureLogged" not in await home.events(number)
    named = AssessFailure(level=Unit.SECOND_LINE, status_text="Проверяем.", kind=FailureKind.DATA_ENTRY)
    await home.decide(number, Role.OPERATOR, named)
    view = await home.expecting(number, "ReportFix")
    assert view.facts.failure.log is not None
    assert view.facts.failure.log.signature.endswith("kind=data_entry; error_code=")


@pytest.mark.requirement("TEC-2")
async def test_an_assessment_by_the_wrong_role_or_for_the_wrong_level_leaves_no_trace(home: House) -> None:
    number = await home.open(failure(home))
    await home.expecting(number, "AssessFailure")
    before = await home.events(number)
    legal = AssessFailure(level=Unit.LEGAL, status_text="Проверяем.")
    assert await home.refused(number, Role.CITIZEN, TO_DEVELOPMENT) == "role_not_allowed"
    assert await home.refused(number, Role.OPERATOR, legal) == "contradiction"
    assert await home.refused(number, Role.DEVELOPER, ReportFix(summary="Уже.")) == "not_expected"
    assert await home.events(number) == before


@pytest.mark.requirement("TEC-4", "INT-3")
async def test_while_details_are_missing_the_failure_is_logged_and_the_clock_stands_still(home: House) -> None:
    number = await home.open(failure(home, email=None))
    view = await home.expecting(number, "SupplyDetails")
    assert view.facts.failure.log is not None
    assert view.clocks["reaction"].is_paused
