"""The end of access recovery: the citizen secures the account, is reminded, or lets the time pass (REC-4…REC-6)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Status
from domain.contracts.events import AccountSecurityReported, MessageQueued, PasswordIssued
from domain.notifications import Template
from tests.citizen import Citizen
from tests.examples import secured
from tests.house import House
from tests.walks import with_password

REMINDED_AFTER_HOURS = [6, 24, 48]
UNSECURED = "Учётная запись не защищена в срок, осталось: включить двухфакторную аутентификацию."


@pytest.mark.requirement("REC-4", "REC-5", "REC-6")
async def test_the_citizen_signs_in_with_the_letters_password_and_keeps_every_stored_datum(home: House) -> None:
    before = (await home.http.post("/accounts/lookup", json={"account_id": "acc-1001"})).json()
    number = await with_password(home)
    citizen = Citizen(home, number)
    standing = (await citizen.sign_in(await citizen.one_time_password())).raise_for_status().json()
    assert standing["must_change_password"]
    await citizen.secure_account()
    after = (await home.http.post("/accounts/lookup", json={"account_id": "acc-1001"})).json()
    assert after == before


@pytest.mark.requirement("REC-5")
async def test_a_lost_report_is_asked_for_before_anybody_is_reminded(home: House) -> None:
    number = await with_password(home)
    await Citizen(home, number).secure_account()  # nobody reports it: this sandbox knows no hotline
    await home.forward(number, timedelta(hours=6))
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert view.security.is_complete
    assert Template.SECURING_REMINDER not in [entry.message.template for entry in await home.delivered(number)]


@pytest.mark.requirement("REC-5")
async def test_reminders_come_at_their_hours_and_name_what_remains_until_time_is_up(home: House) -> None:
    number = await with_password(home)
    (issued,) = await home.journalled(number, PasswordIssued)
    await home.decide(number, Role.REGISTRY, secured(two_factor=False))
    await home.journalled(number, AccountSecurityReported)
    hours_passed = 0
    for times, hours in enumerate(REMINDED_AFTER_HOURS, start=1):
        await home.forward(number, timedelta(hours=hours - hours_passed))
        await home.journalled(number, MessageQueued, times, template=Template.SECURING_REMINDER)
        hours_passed = hours
    await home.forward(number, timedelta(hours=72 - hours_passed))
    view = await home.closed(number)

    reminders = await home.journalled(number, MessageQueued, template=Template.SECURING_REMINDER)
    assert [(entry.at - issued.at) // timedelta(hours=1) for entry in reminders] == REMINDED_AFTER_HOURS
    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, UNSECURED)
    assert view.statuses[-1].at - issued.at >= timedelta(hours=72)
    assert [open_.command for open_ in view.expectations] == ["RateSatisfaction"]
    await home.delivered(number)
    mails = [mail for mail in await home.mail(number) if "завершите восстановление" in mail["subject"]]
    assert len(mails) == len(REMINDED_AFTER_HOURS)
    assert all("двухфакторную" in mail["text"] and "Войти с одноразовым" not in mail["text"] for mail in mails)


@pytest.mark.requirement("REC-5")
async def test_what_the_registry_knows_at_the_very_end_still_counts(
    home_with: Callable[..., Awaitable[House]],
) -> None:
    home = await home_with(securing_minutes=60, securing_reminders_minutes=[])
    number = await with_password(home)
    await Citizen(home, number).secure_account()
    await home.forward(number, timedelta(hours=1))
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("REC-5")
async def test_a_report_of_one_step_after_another_completes_the_case(home: House) -> None:
    number = await with_password(home)
    whole = secured()
    for step in ("signed_in_at", "password_changed_at", "two_factor_enabled_at"):
        await home.expecting(number, "ReportAccountSecurity")
        await home.decide(number, Role.REGISTRY, type(whole)(**{step: getattr(whole, step)}))
    view = await home.closed(number)
    assert view.security.model_dump() == whole.model_dump(exclude={"type"})
