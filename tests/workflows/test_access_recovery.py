"""Access recovery, walked through on the real engine: match, mismatch, and the limits of both."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Status
from domain.contracts.appeal import Details
from domain.contracts.commands import SupplyDetails
from domain.contracts.events import DetailsRequested, DocumentsMismatched, RegistriesAnswered
from domain.notifications import MessageState
from tests.examples import MATCHED, MISMATCHED, RECORDED, appeal, secured
from tests.house import House
from tests.walks import asked_again, with_specialist

RIGHT_PHONE = SupplyDetails(details=Details(phone="+79000001001"))
RIGHT_SNILS = SupplyDetails(details=Details(snils="11223344595"))


@pytest.mark.requirement("REC-2", "REC-3", "REC-4", "REC-5", "STS-1", "RES-1")
async def test_a_match_leads_to_a_recovered_account(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured(two_factor=False))
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured())
    view = await home.closed(number)

    statuses = [change.status for change in view.statuses]
    assert statuses == [Status.RECEIVED, Status.IN_PROGRESS, Status.APPROVED, Status.COMPLETED]
    assert all(change.reason for change in view.statuses)
    assert view.result is not None
    assert [open_.command for open_ in view.expectations] == ["RateSatisfaction"]
    assert [name for name, clock in view.clocks.items() if clock.is_running] == ["satisfaction"]
    sent = [entry for entry in await home.delivered(number) if entry.state is MessageState.ACCEPTED]
    assert len(sent) == 8, "four moments, by e-mail and by SMS"


@pytest.mark.parametrize(
    "document", [{"passport": "45 10 738215"}, {"snils": "112-233-445 95"}, {"inn": "771234560162"}]
)
@pytest.mark.requirement("REC-1", "REC-3")
async def test_one_document_of_three_is_enough_and_is_compared_field_by_field(
    home: House, document: dict[str, str]
) -> None:
    (kind,) = document
    scans = [{"kind": kind, "reference": "portal:scan:2"}]
    number = await with_specialist(home, **{"snils": None, "scans": scans} | document)
    view = await home.expecting(number, "CheckDocuments")
    assert [row.field for row in view.comparison] == ["full_name", kind, f"{kind}_status", "phone", "email"]
    assert all(row.agrees for row in view.comparison)


@pytest.mark.requirement("REC-3", "VER-1")
async def test_a_mismatch_asks_for_exactly_what_disagrees(home: House) -> None:
    number = await asked_again(home, phone="+7 900 999-99-99")
    (request,) = await home.journalled(number, DetailsRequested)
    assert request.event == DetailsRequested(items=["phone"])
    await home.delivered(number)
    (asking,) = [mail for mail in await home.mail(number) if "нужны ваши данные" in mail["subject"]]
    listed = [line for line in asking["text"].splitlines() if line.startswith("- ")]
    assert listed == ["- номер телефона"]
    assert "Данные не совпали с данными реестров." in asking["text"]


@pytest.mark.requirement("REC-2", "REC-3")
async def test_the_processing_clock_stands_still_while_the_citizen_is_asked(home: House) -> None:
    number = await asked_again(home, phone="+7 900 999-99-99")
    paused = (await home.until(number, lambda view: view.clocks["processing"].is_paused)).clocks["processing"]
    await home.forward(number, timedelta(hours=20))  # five times its whole budget
    await home.decide(number, Role.CITIZEN, RIGHT_PHONE)
    view = await home.expecting(number, "CheckDocuments")

    clock = view.clocks["processing"]
    stop, (pause,) = paused.pauses[0].since, clock.pauses
    assert pause.until is not None
    assert pause.until - pause.since >= timedelta(hours=20)
    assert clock.remaining(pause.until) == paused.remaining(stop), "not a minute of the pause is counted"
    assert clock.due_at() == clock.started_at + timedelta(hours=4) + (pause.until - pause.since)
    assert clock.breached_at is None


@pytest.mark.requirement("REC-3")
async def test_the_second_check_asks_the_registries_about_what_the_citizen_has_supplied(home: House) -> None:
    number = await asked_again(home, snils="112-233-446 96")  # mistyped, and by bad luck with a right check digit
    await home.decide(number, Role.CITIZEN, RIGHT_SNILS)
    await home.expecting(number, "CheckDocuments")
    answers = await home.journalled(number, RegistriesAnswered, times=2)
    disagreeing = [entry.public_event()["disagreeing_fields"] for entry in answers]
    assert disagreeing == [["full_name", "snils", "snils_status"], []]
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")


@pytest.mark.requirement("REC-3")
async def test_after_the_last_mismatch_the_appeal_is_rejected(
    home_with: Callable[..., Awaitable[House]],
) -> None:
    home = await home_with(details_attempts=2)
    number = await asked_again(home)
    await home.decide(number, Role.CITIZEN, RIGHT_SNILS)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MISMATCHED)
    view = await home.closed(number)

    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, "Документы не совпали с данными реестров.")
    mismatches = await home.journalled(number, DocumentsMismatched, times=2)
    assert [entry.public_event()["attempts_left"] for entry in mismatches] == [1, 0]
    await home.delivered(number)
    assert any("отклонено" in each["subject"] for each in await home.mail(number))


@pytest.mark.requirement("REC-4")
@pytest.mark.parametrize("contact", [{"phone": "+7 900 999-99-99"}, {"email": "thief@example.org"}])
async def test_no_password_goes_to_contacts_that_the_account_does_not_have(
    home: House, contact: dict[str, str]
) -> None:
    number = await with_specialist(home, **contact)
    assert await home.refused(number, Role.SPECIALIST, MATCHED) == "contradiction"


@pytest.mark.requirement("REC-3")
async def test_without_an_account_nobody_can_confirm_a_match(home: House) -> None:
    number = await with_specialist(home, login="nobody.knows")
    assert await home.refused(number, Role.SPECIALIST, MATCHED) == "contradiction"
    await home.decide(number, Role.SPECIALIST, MISMATCHED)
    view = await home.expecting(number, "SupplyDetails")
    assert "login" in view.requested_items

    await home.decide(number, Role.OPERATOR, SupplyDetails(details=Details(login="smirnova.ap")))
    assert (await home.expecting(number, "CheckDocuments")).account_found
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
