"""Provision of data, walked through on the real engine: who gets them, how, until when, and what if they can't."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import Role
from domain.appeal import Status
from domain.contracts.commands import ConfirmAuthority, FetchData, RetryRegistry, Withdraw
from domain.contracts.events import (
    AuthorityConfirmed,
    AuthorityDenied,
    DataDestroyed,
    DataFetched,
    DataPrepared,
    DataProvisionFailed,
    DataRequested,
    MessageQueued,
    RegistriesAnswered,
    RegistryUnavailable,
)
from domain.contracts.journal import RecordedEntry
from domain.notifications import Template
from tests.examples import data_appeal
from tests.house import House
from tests.walks import with_data_in_cabinet

CONFIRMED = ConfirmAuthority(confirmed=True, reason="Доверенность действует и даёт это право.")
DENIED = ConfirmAuthority(confirmed=False, reason="Доверенность отозвана.")
POWER = "доверенность 77-1 от 12.01.2026"

HomeWith = Callable[..., Awaitable[House]]


async def only(home: House, number: str, event: type[Any]) -> RecordedEntry:
    (entry,) = await home.journalled(number, event)
    return entry


@pytest.mark.requirement("DAT-1", "DAT-2", "DAT-3", "STS-1")
@pytest.mark.parametrize(
    ("data_format", "data_set"), [("pdf", "profile"), ("xml", "sign_ins"), ("csv", "profile"), ("csv", "sign_ins")]
)
async def test_whom_the_registry_confirms_gets_the_data_at_once(home: House, data_format: str, data_set: str) -> None:
    number = await home.open(data_appeal(data_set, data_format))
    view = await home.closed(number)
    assert [change.status for change in view.statuses] == [
        *(Status.RECEIVED, Status.IN_PROGRESS, Status.COMPLETED),
    ]
    requested = await only(home, number, DataRequested)
    assert requested.public_event() == {
        "type": "DataRequested",
        "data_set": data_set,
        "format": data_format,
        "delivery": "email",
        "on_authority": False,
    }
    assert (await only(home, number, AuthorityConfirmed)).public_event()["by_registry"] is True
    assert "DecisionTaken" not in (await home.events(number)), "nobody was waited for"
    told = [entry.public_event()["template"] for entry in await home.journalled(number, MessageQueued, times=2)]
    assert told == [Template.APPEAL_REGISTERED, Template.DATA_SENT]


@pytest.mark.requirement("DAT-3")
async def test_the_term_begins_with_the_confirmed_authority(home: House) -> None:
    number = await home.open(data_appeal(), authority=POWER)
    await home.expecting(number, "ConfirmAuthority")
    await home.forward(number, timedelta(minutes=40))
    assert "provision" not in (await home.expecting(number, "ConfirmAuthority")).clocks
    await home.decide(number, Role.SPECIALIST, CONFIRMED)
    view = await home.closed(number)

    confirmed, clock = await only(home, number, AuthorityConfirmed), view.clocks["provision"]
    assert confirmed.at - view.registered_at >= timedelta(minutes=40)
    assert timedelta(0) <= clock.started_at - confirmed.at < timedelta(seconds=5)
    assert clock.budget.minutes == 15
    assert clock.stopped_at is not None
    assert clock.breached_at is None


@pytest.mark.requirement("DAT-1")
async def test_a_representative_is_judged_by_a_specialist(home: House) -> None:
    number = await home.open(data_appeal(), authority=POWER)
    view = await home.expecting(number, "ConfirmAuthority")
    assert view.comparison, "the specialist sees what agrees"
    assert all(row.agrees for row in view.comparison)
    assert view.facts.provision.authority == POWER
    assert (await only(home, number, DataRequested)).public_event()["on_authority"] is True
    before = view.last_sequence
    for role in (Role.OPERATOR, Role.CITIZEN, Role.PORTAL, Role.LEGAL):
        assert await home.refused(number, role, CONFIRMED) == "role_not_allowed"
    assert await home.refused(number, Role.CITIZEN, FetchData()) == "not_expected"
    assert (await home.expecting(number, "ConfirmAuthority")).last_sequence == before

    await home.decide(number, Role.SPECIALIST, CONFIRMED)
    await home.closed(number)
    confirmed = await only(home, number, AuthorityConfirmed)
    assert confirmed.actor.role is Role.SPECIALIST
    assert confirmed.public_event()["by_registry"] is False


@pytest.mark.requirement("DAT-1")
async def test_without_authority_there_are_no_data(home: House) -> None:
    number = await home.open(data_appeal(snils="087-654-303 00"))
    await home.expecting(number, "ConfirmAuthority")
    answered = await only(home, number, RegistriesAnswered)
    assert "snils" in answered.public_event()["disagreeing_fields"]
    await home.decide(number, Role.SPECIALIST, DENIED)
    view = await home.closed(number)
    assert (view.status, view.statuses[-1].reason) == (
        Status.REJECTED,
        "Право на получение данных не подтверждено. Доверенность отозвана.",
    )
    assert (await only(home, number, AuthorityDenied)).actor.role is Role.SPECIALIST
    assert "DataPrepared" not in await home.events(number)
    await home.delivered(number)
    assert all(not mail["attachments"] for mail in await home.mail(number))


@pytest.mark.requirement("DAT-1")
@pytest.mark.parametrize(
    "wrong", [{"login": "nobody.knows"}, {"phone": "+7 900 999-99-99"}, {"email": "thief@example.org"}]
)
async def test_nobody_can_send_data_to_contacts_that_the_account_does_not_have(
    home: House, wrong: dict[str, str]
) -> None:
    number = await home.open(data_appeal(**wrong))
    await home.expecting(number, "ConfirmAuthority")
    assert await home.refused(number, Role.SPECIALIST, CONFIRMED) == "contradiction"


@pytest.mark.requirement("DAT-1")
async def test_an_authority_that_nobody_judges_in_time_is_escalated(home: House) -> None:
    number = await home.open(data_appeal(), authority=POWER)
    await home.expecting(number, "ConfirmAuthority")
    await home.forward(number, timedelta(hours=2))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, DENIED)
    await home.closed(number)


@pytest.mark.requirement("DAT-2")
async def test_each_time_the_data_are_taken_is_on_record_until_they_are_destroyed(home: House) -> None:
    number = await with_data_in_cabinet(home)
    view = await home.expecting(number, "FetchData")
    assert view.status is Status.APPROVED
    prepared = await only(home, number, DataPrepared)
    parcel_id = prepared.public_event()["parcel_id"]
    assert await home.refused(number, Role.OPERATOR, FetchData()) == "role_not_allowed"
    await home.decide(number, Role.CITIZEN, FetchData())
    await home.decide(number, Role.PORTAL, FetchData())
    fetched = await home.journalled(number, DataFetched, times=2)
    assert [entry.actor.role for entry in fetched] == [Role.CITIZEN, Role.PORTAL]

    await home.delivered(number)
    assert len(await home.parcels().content(number, parcel_id)) == prepared.public_event()["size_bytes"]
    await home.forward(number, timedelta(days=7))
    await home.journalled(number, DataDestroyed)
    view = await home.closed(number)
    with pytest.raises(LookupError):
        await home.parcels().content(number, parcel_id)
    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert view.result.summary == "Данные переданы вам в личном кабинете."
    assert view.facts.provision.prepared is None


@pytest.mark.requirement("DAT-2")
async def test_data_that_nobody_takes_are_destroyed_all_the_same(home_with: HomeWith) -> None:
    home = await home_with(data_available_minutes=60)
    number = await with_data_in_cabinet(home)
    await home.forward(number, timedelta(minutes=60))
    view = await home.closed(number)
    assert view.result is not None
    assert "не скачали в срок" in view.result.summary
    with pytest.raises(LookupError):
        await home.parcels().content(number, f"{number}-data")


@pytest.mark.requirement("DAT-2")
async def test_sent_data_are_destroyed_once_they_are_accepted(home: House) -> None:
    await home.fault("smtp", "unavailable")
    number = await home.open(data_appeal())
    parcel_id = (await only(home, number, DataPrepared)).public_event()["parcel_id"]
    kept = await home.parcels().content(number, parcel_id)  # still there, since the mail can't leave
    await home.mended()
    await home.delivered(number)
    mail = next(mail for mail in await home.mail(number) if mail["attachments"])
    sent = await home.http.get(f"/inbox/messages/{mail['id']}/attachments/0")
    assert sent.content == kept
    with pytest.raises(LookupError):
        await home.parcels().content(number, parcel_id)
    with pytest.raises(LookupError):
        await home.vault().open(number, parcel_id)


@pytest.mark.requirement("DAT-3")
async def test_a_short_failure_is_sat_out(home: House) -> None:
    number = await home.open(data_appeal(), authority=POWER)
    await home.expecting(number, "ConfirmAuthority")
    await home.fault("accounts", "unavailable", times=1)
    await home.decide(number, Role.SPECIALIST, CONFIRMED)
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("DAT-1", "DAT-3")
@pytest.mark.parametrize("mode", ["unavailable", "error_inside", "other_person"])
async def test_a_failure_for_the_whole_term_asks_to_repeat_the_request(home_with: HomeWith, mode: str) -> None:
    home = await home_with(provision_minutes=3)
    number = await home.open(data_appeal(), authority=POWER)
    await home.expecting(number, "ConfirmAuthority")
    await home.fault("accounts", mode)
    await home.decide(number, Role.SPECIALIST, CONFIRMED)
    await home.until(number, lambda view: "provision" in view.clocks)
    await home.forward(number, timedelta(minutes=3))
    view = await home.closed(number)

    assert view.status is Status.REJECTED
    assert "Пожалуйста, повторите запрос." in view.statuses[-1].reason
    assert view.clocks["provision"].breached_at is not None
    await only(home, number, DataProvisionFailed)
    await home.journalled(number, MessageQueued, template=Template.DEADLINE_BREACHED)
    await home.journalled(number, MessageQueued, template=Template.DATA_FAILED)
    await home.delivered(number)
    asking = next(mail for mail in await home.mail(number) if "повторите" in mail["subject"])
    assert "Повторите запрос данных" in asking["text"]
    assert all(not mail["attachments"] for mail in await home.mail(number)), "somebody else's data go nowhere"
    assert await home.parcels().known(f"{number}-data") is None


@pytest.mark.requirement("DAT-1")
@pytest.mark.parametrize("mode", ["unavailable", "error_inside", "malformed", "other_person"])
async def test_a_registry_that_can_confirm_nobody_becomes_a_task_for_a_person(home_with: HomeWith, mode: str) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("accounts", mode)
    number = await home.open(data_appeal())
    await home.expecting(number, "RetryRegistry")
    outage = await only(home, number, RegistryUnavailable)
    assert "accounts" in outage.event.model_dump()["reason"]
    assert "AuthorityConfirmed" not in await home.events(number)
    await home.mended()
    await home.decide(number, Role.SPECIALIST, RetryRegistry(reason="Реестр снова отвечает."))
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("DAT-2")
async def test_data_that_are_withdrawn_meanwhile_are_not_sent(home: House) -> None:
    number = await home.open(data_appeal(), authority=POWER)
    await home.expecting(number, "ConfirmAuthority")
    await home.fault("accounts", "unavailable")
    await home.decide(number, Role.SPECIALIST, CONFIRMED)
    await home.until(number, lambda view: "provision" in view.clocks)
    await home.decide(number, Role.CITIZEN, Withdraw())
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Обращение отозвано заявителем."
    statuses = [change.status for change in view.statuses]
    assert statuses == [Status.RECEIVED, Status.IN_PROGRESS, Status.COMPLETED]
    assert {"DataPrepared", "DataProvisionFailed"} & set(await home.events(number)) == set()


@pytest.mark.requirement("DAT-1")
async def test_what_identifies_the_requester_is_asked_for_first(home: House) -> None:
    number = await home.open(data_appeal(login=None, snils=None, scans=None))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["login", "identity_document"]
