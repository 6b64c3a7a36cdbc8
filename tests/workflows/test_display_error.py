"""Display errors: the checklist in its order, each result on record, and a page that is confirmed right (KBA-4)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Status, Unit
from domain.checklist import CheckItem
from domain.contracts.commands import ConfirmSolution, RecordCheck
from domain.contracts.events import CheckRecorded, HandedOver, MessageQueued
from domain.notifications import Template
from tests.examples import ANSWER, display_error
from tests.house import House
from tests.walks import CHECKS, checked, next_check

BROWSER, EXTENSIONS, NETWORK, CHANGES = CHECKS
RIGHT = ConfirmSolution(solved=True)
WRONG = ConfirmSolution(solved=False, comment="Кнопки всё ещё нет.")


async def with_checklist(home: House) -> str:
    number = await home.open(display_error())
    await next_check(home, number, CheckItem.BROWSER)
    return number


@pytest.mark.requirement("KBA-4")
async def test_each_item_is_recorded_in_its_order_and_the_citizen_confirms(home: House) -> None:
    number = await checked(home, await home.open(display_error()))
    recorded = [
        entry.event.model_dump(exclude={"personal"})
        for entry in await home.journalled(number, CheckRecorded, times=4)
    ]
    assert [each["item"] for each in recorded] == ["browser", "extensions_and_cache", "network", "change_log"]
    assert (recorded[2]["packet_loss_percent"], recorded[2]["latency_ms"]) == (2.5, 180)
    assert recorded[3]["rolled_back"] == "оформление раздела «Платежи»"
    assert not any("finding" in each or "personal" in each for each in recorded)

    await home.delivered(number)
    text = (await home.mail(number))[-1]["text"]
    assert "Совместимость браузера: замечаний нет. Браузер поддерживается" in text
    assert "потери пакетов 2.5 %, задержка 180 мс" in text
    assert "возвращена прежняя версия: оформление раздела «Платежи»" in text

    waiting = await home.expecting(number, "ConfirmSolution")
    assert waiting.clocks["processing"].is_paused
    await home.decide(number, Role.CITIZEN, RIGHT)
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert len(view.result.steps) == 4
    assert not any("поддерживается" in step for step in view.result.steps), "findings are personal"
    assert await home.refolded(number) == view


@pytest.mark.requirement("KBA-4")
async def test_items_out_of_order_wrong_roles_and_missing_measurements_are_refused(home: House) -> None:
    number = await with_checklist(home)
    for item in (EXTENSIONS, NETWORK, CHANGES):
        assert await home.refused(number, Role.OPERATOR, item) == "not_expected"
    for role in (Role.CITIZEN, Role.LEGAL, Role.SUPERVISOR):
        assert await home.refused(number, role, BROWSER) == "role_not_allowed"
    for change in ({"latency_ms": 20.0}, {"packet_loss_percent": 0.0}, {"rolled_back": "оформление"}):
        assert await home.refused(number, Role.OPERATOR, BROWSER.model_copy(update=change)) == "contradiction"
    await home.decide(number, Role.SPECIALIST, BROWSER)
    await next_check(home, number, CheckItem.EXTENSIONS_AND_CACHE)
    assert await home.refused(number, Role.OPERATOR, BROWSER) == "not_expected", "done already"
    await home.decide(number, Role.OPERATOR, EXTENSIONS)
    await next_check(home, number, CheckItem.NETWORK)
    for missing in ("packet_loss_percent", "latency_ms"):
        unmeasured = NETWORK.model_copy(update={missing: None})
        assert await home.refused(number, Role.OPERATOR, unmeasured) == "contradiction"
    nothing_lost = RecordCheck(
        item=CheckItem.NETWORK, passed=True, finding="Помех нет", packet_loss_percent=0, latency_ms=0
    )
    await home.decide(number, Role.OPERATOR, nothing_lost)
    await next_check(home, number, CheckItem.CHANGE_LOG)
    assert len(await home.journalled(number, CheckRecorded)) == 3


@pytest.mark.requirement("KBA-4", "CLS-2")
async def test_a_page_that_stays_wrong_is_checked_again_and_then_goes_to_the_second_line(
    home_with: Callable[..., Awaitable[House]],
) -> None:
    home = await home_with(checklist_rounds=2)
    number = await checked(home, await home.open(display_error()))
    await home.decide(number, Role.CITIZEN, WRONG)
    view = await next_check(home, number, CheckItem.BROWSER)
    assert view.facts.checklist.checks == []
    assert view.clocks["processing"].is_running, "the promise goes on"
    await checked(home, number)
    await home.decide(number, Role.CITIZEN, WRONG)

    view = await home.expecting(number, "AnswerQuestion")
    assert view.unit is Unit.SECOND_LINE
    assert view.expectations[0].roles == [Role.SPECIALIST]
    assert len(await home.journalled(number, HandedOver)) == 1
    assert len(await home.journalled(number, MessageQueued, template=Template.CHECKS_DONE)) == 2
    await home.decide(number, Role.SPECIALIST, ANSWER)
    view = await home.expecting(number, "ConfirmSolution")
    assert [name for name, clock in view.clocks.items() if clock.is_running] == ["confirmation"]
    await home.decide(number, Role.CITIZEN, RIGHT)
    await home.closed(number)


@pytest.mark.requirement("KBA-4")
async def test_late_checks_become_the_supervisors_too(home: House) -> None:
    number = await with_checklist(home)
    await home.forward(number, timedelta(hours=24))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, BROWSER)
    view = await next_check(home, number, CheckItem.EXTENSIONS_AND_CACHE)
    assert Role.SUPERVISOR in view.expectations[0].roles


@pytest.mark.requirement("KBA-4")
async def test_silence_about_the_page_ends_the_case(home: House) -> None:
    number = await checked(home, await home.open(display_error()))
    await home.forward(number, timedelta(days=3))
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Проверки проведены, возражений в срок не поступило."


@pytest.mark.requirement("KBA-4", "AUD-2")
async def test_a_new_run_goes_on_at_the_item_that_is_due(home_with: Callable[..., Awaitable[House]]) -> None:
    home = await home_with(history_events=40)
    number = await with_checklist(home)
    await home.decide(number, Role.OPERATOR, BROWSER)
    await next_check(home, number, CheckItem.EXTENSIONS_AND_CACHE)
    await home.continue_as_new(number)
    await checked(home, number, CHECKS[1:])
    assert len(await home.journalled(number, CheckRecorded)) == 4
