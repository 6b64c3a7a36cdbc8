"""A registry that is away or talks nonsense: the case waits, asks a person, and goes on (REC-3, REC-4)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.contracts.commands import RetryRegistry
from domain.contracts.events import MessageQueued, RegistryUnavailable
from domain.notifications import Template
from tests.citizen import Citizen
from tests.examples import MATCHED, RECORDED, appeal
from tests.house import House
from tests.walks import with_password, with_specialist

AGAIN = RetryRegistry(reason="Реестр снова отвечает.")

HomeWith = Callable[..., Awaitable[House]]


@pytest.mark.parametrize(("system", "mode"), [("accounts", "unavailable"), ("snils", "garbage")])
@pytest.mark.requirement("REC-3")
async def test_a_short_outage_is_sat_out(home: House, system: str, mode: str) -> None:
    await home.fault(system, mode, times=1)
    number = await with_specialist(home)
    assert "RegistryUnavailable" not in await home.events(number), "nobody is bothered"
    view = await home.expecting(number, "CheckDocuments")
    assert all(row.agrees for row in view.comparison)


@pytest.mark.parametrize("mode", ["unavailable", "garbage"])
@pytest.mark.requirement("REC-3")
async def test_a_long_outage_becomes_a_task_for_a_person(home_with: HomeWith, mode: str) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("accounts", mode)
    number = await home.open(appeal())
    view = await home.expecting(number, "RetryRegistry")
    (task,) = [open_ for open_ in view.expectations if open_.command == "RetryRegistry"]
    assert task.roles == [Role.OPERATOR, Role.SPECIALIST]
    (outage,) = await home.journalled(number, RegistryUnavailable)
    assert outage.public_event()["operation"] == "check_registries"

    await home.decide(number, Role.OPERATOR, RECORDED)  # meanwhile the operator has not been held up
    await home.mended()
    await home.decide(number, Role.SPECIALIST, AGAIN)
    await home.expecting(number, "CheckDocuments")


@pytest.mark.requirement("REC-3")
async def test_a_person_may_have_to_ask_more_than_once(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("accounts", "unavailable")
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    await home.decide(number, Role.OPERATOR, AGAIN)
    await home.journalled(number, RegistryUnavailable, times=2)
    await home.expecting(number, "RetryRegistry")
    await home.mended()
    await home.decide(number, Role.OPERATOR, AGAIN)
    await home.until(number, lambda view: [open_.command for open_ in view.expectations] == ["RecordRequest"])


@pytest.mark.requirement("REC-4")
async def test_while_no_password_can_be_set_a_person_is_asked_and_none_is_sent(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=1)
    number = await with_specialist(home)
    await home.fault("accounts", "unavailable")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "RetryRegistry")
    assert "PasswordIssued" not in await home.events(number)
    await home.mended()
    await home.decide(number, Role.SPECIALIST, AGAIN)
    await home.expecting(number, "ReportAccountSecurity")
    citizen = Citizen(home, number)
    assert (await citizen.sign_in(await citizen.one_time_password())).is_success


@pytest.mark.requirement("REC-5")
async def test_a_registry_that_can_not_be_asked_does_not_keep_the_reminder_back(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=1)
    number = await with_password(home)
    await home.fault("accounts", "unavailable")
    await home.forward(number, timedelta(hours=6))
    await home.journalled(number, MessageQueued, template=Template.SECURING_REMINDER)
    (outage,) = await home.journalled(number, RegistryUnavailable)
    assert outage.public_event()["operation"] == "check_account_security"
    view = await home.expecting(number, "ReportAccountSecurity")
    assert len(view.expectations) == 1, "no person is asked: the registry may still report by itself"
