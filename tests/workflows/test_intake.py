"""Intake: an appeal is registered and confirmed, and what it lacks is asked for until it is whole (INT-2…INT-6)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.problems import ProblemError
from domain.actors import Role
from domain.appeal import Status
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import AddDetails, SupplyDetails
from domain.contracts.events import AppealRegistered, DetailsRequested, MessageQueued
from domain.intake import FILES_COME_WITHIN
from domain.notifications import DeliveryChannel, MessageState, Template
from domain.number import format_number
from tests.examples import appeal
from tests.house import House

LOGIN = SupplyDetails(details=Details(login="smirnova.ap"))
SCAN = SupplyDetails(details=Details(scans=[DocumentScan(kind="snils", reference="portal:scan:2")]))


def listed(mail: dict[str, Any]) -> list[str]:
    """What a message asks for, item by item."""
    return [line.removeprefix("- ") for line in mail["text"].splitlines() if line.startswith("- ")]


async def asking(home: House, number: str) -> list[dict[str, Any]]:
    await home.delivered(number)
    return [mail for mail in await home.mail(number) if "нужны ваши данные" in mail["subject"]]


@pytest.mark.requirement("INT-2", "INT-4", "INT-5")
async def test_a_whole_appeal_is_confirmed_and_goes_straight_to_the_operator(home: House) -> None:
    number = await home.open(appeal())
    view = await home.expecting(number, "RecordRequest")
    assert (view.status, view.requested_items) == (Status.RECEIVED, [])
    assert view.plan[0] == "Зафиксировать запрос и назначить время обработки"
    await home.delivered(number)
    (mail,), (sms,) = await home.mail(number), await home.sms(number)
    assert mail["subject"] == f"Обращение {format_number(number)} принято"
    assert "Здравствуйте, Анна Петровна!" in mail["text"]
    assert format_number(number) in sms["text"]


@pytest.mark.parametrize(
    ("left_out", "item"),
    [
        ({"full_name": None}, "фамилия, имя и отчество"),
        ({"login": None}, "логин учётной записи"),
        ({"phone": None}, "номер телефона"),
        ({"description": None}, "краткое описание проблемы"),
        ({"scans": None}, "скан СНИЛС"),
        ({"snils": None}, "номер СНИЛС"),
        ({"snils": None, "scans": None}, "номер и скан одного из документов: паспорт, СНИЛС или ИНН"),
        ({"login": None, "description": None}, "логин учётной записи; краткое описание проблемы"),
    ],
)
@pytest.mark.requirement("INT-3", "REC-1")
async def test_one_message_names_each_missing_item(home: House, left_out: dict[str, None], item: str) -> None:
    number = await home.open(appeal(**left_out))
    view = await home.expecting(number, "SupplyDetails")
    assert len(view.expectations) == 1, "nobody works on half an appeal"
    (mail,) = await asking(home, number)
    assert "; ".join(listed(mail)) == item


@pytest.mark.requirement("INT-3", "ATT-2")
async def test_what_was_sent_with_the_form_is_not_asked_for(home: House) -> None:
    number = await home.open(appeal(scans=None) | {"coming_scans": ["screenshot", "snils"]})
    await home.journalled(number, AppealRegistered)
    await home.decide(number, Role.CITIZEN, AddDetails(text="Снимок ещё загружается."))
    for kind in ("screenshot", "screenshot", "snils"):
        await home.at_rest(number)
        assert DetailsRequested.__name__ not in await home.events(number), "a word or the same file is not the rest"
        came = AddDetails(scans=[DocumentScan(kind=kind, reference=f"portal:scan:{kind}")])
        await home.decide(number, Role.CITIZEN, came)
    await home.expecting(number, "RecordRequest")
    assert DetailsRequested.__name__ not in await home.events(number)


@pytest.mark.requirement("INT-3", "ATT-2")
async def test_what_does_not_come_though_it_was_sent_is_asked_for_soon(home: House) -> None:
    number = await home.open(appeal(scans=None) | {"coming_scans": ["snils"]})
    await home.journalled(number, AppealRegistered)
    await home.at_rest(number)
    assert DetailsRequested.__name__ not in await home.events(number)
    await home.forward(number, FILES_COME_WITHIN)
    await home.expecting(number, "SupplyDetails")


@pytest.mark.requirement("INT-3", "RES-2")
async def test_a_missing_address_is_asked_for_over_the_other_one(home: House) -> None:
    number = await home.open(appeal(email=None))
    await home.expecting(number, "SupplyDetails")
    entries = await home.delivered(number)
    requests = [entry for entry in entries if entry.message.template is Template.DETAILS_REQUESTED]
    states = {entry.message.channel: (entry.state, entry.reason) for entry in requests}
    assert states[DeliveryChannel.EMAIL] == (MessageState.SKIPPED, "no address for this channel")
    assert states[DeliveryChannel.SMS] == (MessageState.ACCEPTED, None)
    assert any("нужны: адрес электронной почты" in sms["text"] for sms in await home.sms(number))


@pytest.mark.requirement("INT-3")
async def test_what_is_supplied_is_taken_and_only_the_rest_is_asked_for_again(home: House) -> None:
    number = await home.open(appeal(login=None, scans=None))
    await home.expecting(number, "SupplyDetails")
    (first,) = await asking(home, number)
    await home.decide(number, Role.CITIZEN, LOGIN)
    await home.journalled(number, DetailsRequested, times=2)
    await home.decide(number, Role.OPERATOR, SCAN)  # read out over the phone
    view = await home.expecting(number, "RecordRequest")
    _, second = await asking(home, number)
    assert listed(first) == ["логин учётной записи", "скан СНИЛС"]
    assert listed(second) == ["скан СНИЛС"]
    assert view.details.login == "smirnova.ap"
    assert view.clocks["details"].stopped_at is not None


@pytest.mark.requirement("INT-3", "STS-1")
async def test_reminders_come_on_their_days_and_in_the_end_the_appeal_is_closed(home: House) -> None:
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    days_passed = 0
    for reminders, days in enumerate([1, 3, 7], start=1):
        await home.forward(number, timedelta(days=days - days_passed))
        await home.journalled(number, MessageQueued, reminders, template=Template.DETAILS_REMINDER)
        days_passed = days
    await home.forward(number, timedelta(days=14 - days_passed))
    view = await home.closed(number)

    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, "Нужные данные не получены в срок.")
    asked_at = (await home.journalled(number, DetailsRequested))[0].at
    reminded = await home.journalled(number, MessageQueued, template=Template.DETAILS_REMINDER)
    assert [(entry.at - asked_at) // timedelta(days=1) for entry in reminded] == [1, 3, 7]
    assert timedelta(days=14) <= view.statuses[-1].at - asked_at < timedelta(days=14, minutes=1)
    await home.delivered(number)
    mails = await home.mail(number)
    naming = [mail for mail in mails if listed(mail) == ["логин учётной записи"]]
    assert len(naming) == 4, "the request and its three reminders"
    assert any("Причина: Нужные данные не получены в срок." in mail["text"] for mail in mails)


@pytest.mark.requirement("INT-3", "INT-4", "REP-1")
async def test_related_appeals_are_found_by_identifier_and_by_number_and_the_plan_names_them(home: House) -> None:
    first = await home.open(appeal())
    await home.expecting(first, "RecordRequest")
    stranger = {"snils": "087-654-303 00", "phone": "+7 900 000-10-02", "email": "alexandra.victoria@example.net"}
    other = await home.open(appeal(login="hvp.alexandra", **stranger))
    assert (await home.expecting(other, "RecordRequest")).related_numbers == []
    third = await home.open(appeal() | {"related_number": first})
    view = await home.expecting(third, "AssessRepeat")
    assert view.related_numbers == [first]
    assert view.plan[0] == f"Посмотреть связанные обращения: {first}"
    fourth = await home.open(appeal() | {"related_number": first})
    view = await home.expecting(fourth, "AssessRepeat")
    assert view.related_numbers == [first, third], "the one that the citizen names comes first"


@pytest.mark.requirement("INT-6")
async def test_an_appeal_sent_many_times_at_once_is_one_appeal(home: House) -> None:
    numbers = await asyncio.gather(*(home.open(appeal(), key="offline queue") for _ in range(5)))
    assert len(set(numbers)) == 1
    await home.expecting(numbers[0], "RecordRequest")
    assert await home.open(appeal(), key="offline queue") == numbers[0]
    with pytest.raises(ProblemError, match="idempotency_key_reused"):
        await home.open(appeal(description="Другое обращение."), key="offline queue")
    await home.delivered(numbers[0])
    assert len(await home.mail(numbers[0])) == 1
