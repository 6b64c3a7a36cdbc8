"""Document packages: complete, signed, processed within minutes; what is faulty is mended in the same appeal."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import Role
from domain.appeal import ServiceKind, Status
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import DecidePackage, RetryRegistry, SupplyDetails, Withdraw
from domain.contracts.events import ConsentRefused, ConsentVerified, PackageProcessed, PackageRefused
from tests.examples import package, scan
from tests.house import House

HomeWith = Callable[..., Awaitable[House]]

OWN_DOCUMENT = {
    ServiceKind.GENERAL: [],
    ServiceKind.LEGAL_ENTITY: [scan("registration_certificate")],
    ServiceKind.PROPERTY: [scan("ownership_proof", format="jpg")],
    ServiceKind.FINANCIAL: [scan("income_proof", format="png")],
}
UNSIGNED = scan("consent", reference="portal:consent:unsigned")
FORGED = scan("consent", reference="portal:consent:forged")
UNREADABLE = scan("passport", reference="portal:passport:unreadable")
ACCEPTED = DecidePackage(accept=True, reason="Документы читаются.")


def whole(kind: ServiceKind = ServiceKind.GENERAL, **changes: dict[str, Any]) -> dict[str, Any]:
    """A complete package; `changes` are other files of a kind."""
    scans = {each["kind"]: each for each in [scan("passport"), scan("consent"), *OWN_DOCUMENT[kind]]}
    return package(kind, *(scans | changes).values())


def sent(*scans: dict[str, Any]) -> SupplyDetails:
    return SupplyDetails(details=Details(scans=[DocumentScan.model_validate(each) for each in scans]))


async def applications(home: House, number: str, kind: ServiceKind = ServiceKind.GENERAL) -> list[dict[str, Any]]:
    """What the service has taken in this case."""
    taken = (await home.http.get(f"/services/{kind}/applications")).json()
    return [each for each in taken if each["request_number"] == number]


async def asking_mails(home: House, number: str) -> list[str]:
    await home.delivered(number)
    return [mail["text"] for mail in await home.mail(number) if "нужны ваши данные" in mail["subject"]]


@pytest.mark.requirement("DOC-1", "DOC-3", "STS-1")
@pytest.mark.parametrize("kind", ServiceKind)
async def test_a_complete_package_is_processed_without_a_person(home: House, kind: ServiceKind) -> None:
    number = await home.open(whole(kind))
    view = await home.closed(number)
    statuses = [change.status for change in view.statuses]
    assert statuses == [Status.RECEIVED, Status.IN_PROGRESS, Status.COMPLETED]
    assert view.result is not None
    assert view.result.summary == "Документы проверены, услуга готова."
    clock = view.clocks["processing"]
    assert (clock.budget.minutes, clock.is_running, clock.breached_at) == (15, False, None)
    assert "details" not in view.clocks, "nothing was asked for"
    (taken,) = await applications(home, number, kind)
    assert taken["seen"] == 1
    assert [item["kind"] for item in taken["items"]] == [
        *("passport", "consent"),
        *(each["kind"] for each in OWN_DOCUMENT[kind]),
    ]
    (processed,) = await home.journalled(number, PackageProcessed)
    assert isinstance(processed.event, PackageProcessed)
    assert processed.event.application_id == taken["id"]
    await home.delivered(number)
    assert "услуга готова" in (await home.mail(number))[-1]["text"]


@pytest.mark.requirement("DOC-1", "DOC-2", "INT-3")
async def test_what_is_missing_or_faulty_is_named_first_of_all_and_mended_in_the_same_appeal(home: House) -> None:
    body = package("financial", scan("passport", format="jpg"), scan("income_proof", format="docx"), snils=None)
    number = await home.open(body)
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["snils", "scan:passport", "scan:consent", "scan:income_proof"]
    assert "processing" not in view.clocks
    (mail,) = await asking_mails(home, number)
    assert "Скан паспорта: файл в формате JPG не подходит, нужен PDF." in mail
    assert "за последний налоговый период: файл в формате DOCX не подходит" in mail
    assert "- согласие на обработку персональных данных с электронной подписью" in mail

    too_big = DocumentScan.model_validate(scan("income_proof", size_bytes=10 * 1024 * 1024 + 1))
    given = Details(snils="11223344595", scans=[DocumentScan.model_validate(scan("consent")), too_big])
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=given))
    view = await home.until(number, lambda view: view.requested_items == ["scan:passport", "scan:income_proof"])
    mail = (await asking_mails(home, number))[-1]
    assert "за последний налоговый период: файл слишком большой, нужен не больше 10 МБ." in mail

    await home.decide(number, Role.CITIZEN, sent(scan("passport", reference="portal:passport:2")))
    await home.until(number, lambda view: view.requested_items == ["scan:income_proof"])
    await home.decide(number, Role.CITIZEN, sent(scan("income_proof")))
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    (taken,) = await applications(home, number, ServiceKind.FINANCIAL)
    assert {"kind": "passport", "reference": "portal:passport:2"} in taken["items"]
    assert len(view.details.scans) == 3, "a file sent again takes the place of the earlier one"


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("consent", "reason"),
    [(UNSIGNED, "не подписано вашей электронной подписью"), (FORGED, "не подтвердилась")],
)
async def test_a_consent_without_a_valid_signature_is_asked_for_again(
    home: House, consent: dict[str, Any], reason: str
) -> None:
    number = await home.open(whole(consent=consent))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["scan:consent"]
    assert view.clocks["processing"].is_paused
    (mail,) = await asking_mails(home, number)
    assert reason in mail
    assert await applications(home, number) == []

    await home.decide(number, Role.CITIZEN, sent(scan("consent", reference="portal:consent:2")))
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert (
        len(await home.journalled(number, ConsentRefused)) == len(await home.journalled(number, ConsentVerified)) == 1
    )


@pytest.mark.requirement("DOC-1")
async def test_a_consent_that_is_never_signed_ends_in_a_rejection(home_with: HomeWith) -> None:
    home = await home_with(details_attempts=2)
    number = await home.open(whole(consent=UNSIGNED))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, sent(UNSIGNED))
    view = await home.closed(number)
    assert view.status is Status.REJECTED
    assert "с вашей подписью не получено" in view.statuses[-1].reason
    assert await applications(home, number) == []


@pytest.mark.requirement("DOC-1", "DOC-2")
async def test_a_signed_consent_that_does_not_come_in_time_ends_in_a_rejection(home: House) -> None:
    number = await home.open(whole(consent=UNSIGNED))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=14))
    view = await home.closed(number)
    assert view.status is Status.REJECTED
    assert view.clocks["processing"].breached_at is None, "the citizen's time is not ours"


@pytest.mark.requirement("DOC-2")
async def test_a_file_spoilt_while_the_consent_is_mended_is_asked_for_too(home: House) -> None:
    number = await home.open(whole(consent=UNSIGNED))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, sent(scan("consent"), scan("passport", format="png")))
    await home.until(number, lambda view: view.requested_items == ["scan:passport"])
    await home.decide(number, Role.CITIZEN, sent(scan("passport")))
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("DOC-3")
@pytest.mark.parametrize(
    ("decision", "status"),
    [(ACCEPTED, Status.COMPLETED), (DecidePackage(accept=False, reason="Скан не читается."), Status.REJECTED)],
)
async def test_what_the_service_refuses_a_specialist_decides(
    home: House, decision: DecidePackage, status: Status
) -> None:
    number = await home.open(whole(passport=UNREADABLE))
    await home.expecting(number, "DecidePackage")
    (refused,) = await home.journalled(number, PackageRefused)
    assert isinstance(refused.event, PackageRefused)
    assert refused.event.reason == "services.general: HTTP 422"
    assert await home.refused(number, Role.OPERATOR, decision) == "role_not_allowed"
    await home.decide(number, Role.SPECIALIST, decision)
    view = await home.closed(number)
    assert view.status is status
    if not decision.accept:
        assert view.statuses[-1].reason == decision.reason


@pytest.mark.requirement("DOC-3")
async def test_what_was_withdrawn_during_the_check_is_not_processed(home: House) -> None:
    await home.fault("signatures", "slow", delay_s=2, times=1)
    number = await home.open(whole())
    await home.until(number, lambda view: "processing" in view.clocks)
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.closed(number)
    assert await applications(home, number) == []


@pytest.mark.requirement("DOC-3")
async def test_after_fifteen_minutes_the_supervisor_may_decide(home: House) -> None:
    number = await home.open(whole(passport=UNREADABLE))
    await home.expecting(number, "DecidePackage")
    await home.forward(number, timedelta(minutes=15))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, ACCEPTED)
    await home.ended(number)


@pytest.mark.requirement("DOC-1", "DOC-3")
@pytest.mark.parametrize(
    ("system", "mode", "operation"),
    [
        ("signatures", "other_person", "verify_consent"),
        ("signatures", "error_inside", "verify_consent"),
        ("services.general", "unavailable", "process_package"),
        ("services.general", "malformed", "process_package"),
    ],
)
async def test_an_answer_that_is_none_is_a_task_for_a_person_and_nothing_is_processed_twice(
    home_with: HomeWith, system: str, mode: str, operation: str
) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault(system, mode)
    number = await home.open(whole())
    view = await home.expecting(number, "RetryRegistry")
    assert [open_.subject for open_ in view.expectations] == [operation]
    await home.mended()
    await home.decide(number, Role.SPECIALIST, RetryRegistry(reason="Снова отвечает.", operation=operation))
    assert (await home.closed(number)).status is Status.COMPLETED
    assert len(await applications(home, number)) == 1
