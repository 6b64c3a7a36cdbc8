"""The clients of accounts, documents, signatures and services, and the activities on them, on a real sandbox."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.accounts import AccountSteward
from activities.registries import RegistryClient
from activities.services import ServiceClient
from domain.appeal import DocumentKind
from domain.contracts.registries import (
    AccountOrder,
    AccountQuestion,
    ConsentCheck,
    RegistryCheck,
    ScanCheck,
)
from domain.contracts.services import PackageItem, PackageOrder, ServiceAnswer, ServiceCheck, ServiceOrder
from domain.lock import LockVerdict, judge
from infra.registries import RegistryRefusal
from infra.registries.accounts import LOG_ENTRIES_MAX
from sandbox.people import people
from tests.infra.outside import Outside, details_of
from tests.infra.web_server import WebServer

NUMBER = "1234567890123456"
ASKED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def registries(outside: Outside) -> RegistryClient:
    return RegistryClient(outside.accounts, outside.documents, outside.signatures)


@pytest.fixture
def steward(outside: Outside) -> AccountSteward:
    return AccountSteward(outside.accounts)


@pytest.fixture
def services(outside: Outside) -> ServiceClient:
    return ServiceClient(outside.services)


async def verdict(registries: RegistryClient, account_id: str) -> LockVerdict:
    question = AccountQuestion(number=NUMBER, login=people()[account_id].login)
    return judge(await ActivityEnvironment().run(registries.read_account_log, question)).verdict


async def check(services: ServiceClient, service: str, account_id: str) -> ServiceAnswer:
    question = ServiceCheck(service=service, asked_at=ASKED_AT, details=details_of(account_id))
    return await ActivityEnvironment().run(services.check_service, question)


@pytest.mark.requirement("VER-1")
async def test_registries_are_checked_and_what_they_do_not_know_is_absent(registries: RegistryClient) -> None:
    documents = [DocumentKind.PASSPORT, DocumentKind.SNILS, DocumentKind.INN]
    pavel = details_of("acc-1007")
    found = await registries.check_registries(RegistryCheck(details=pavel, documents=documents))
    assert found.account
    assert found.account.account_id == "acc-1007"
    assert [(record.kind, record.valid) for record in found.documents] == [
        (DocumentKind.PASSPORT, False),
        (DocumentKind.SNILS, True),
        (DocumentKind.INN, True),
    ]
    nobody = pavel.model_copy(update={"login": "stranger", "passport": "4599999999"})
    nothing = await registries.check_registries(RegistryCheck(details=nobody, documents=[DocumentKind.PASSPORT]))
    assert (nothing.account, nothing.documents) == (None, [])


@pytest.mark.requirement("ULK-1", "SEC-1")
@pytest.mark.parametrize(
    ("account_id", "expected"),
    [
        ("acc-1001", LockVerdict.NOT_LOCKED),
        ("acc-1004", LockVerdict.LOCKED_BY_FAILURES),
        ("acc-1005", LockVerdict.ATTACK),
    ],
)
async def test_the_log_tells_a_lock_from_an_attack(
    registries: RegistryClient, account_id: str, expected: LockVerdict
) -> None:
    assert await verdict(registries, account_id) == expected


@pytest.mark.requirement("ULK-1")
async def test_an_unknown_login_has_no_log(registries: RegistryClient) -> None:
    log = await registries.read_account_log(AccountQuestion(number=NUMBER, login="stranger"))
    assert (log.account, log.is_locked, log.entries) == (None, False, [])


@pytest.mark.requirement("ULK-1", "SEC-1")
async def test_of_an_endless_log_the_newest_entries_are_read(web: WebServer, client: httpx.AsyncClient) -> None:
    account = {"account_id": "1", "login": "anna", "full_name": "Анна", "status": "locked"}
    times = [(ASKED_AT + timedelta(seconds=n)).isoformat() for n in range(LOG_ENTRIES_MAX + 500)]
    entries = [{"at": at, "event": "sign_in_failed", "ip": "192.0.2.1"} for at in reversed(times)]
    # One answer to both questions: the account, and its log.
    web.answers(200, json.dumps({**account, "entries": entries}))
    log = await Outside(client, web.url).accounts.log("anna")
    assert [entry.at.isoformat() for entry in log.entries] == times[-LOG_ENTRIES_MAX:]


@pytest.mark.requirement("ULK-2")
async def test_a_lock_is_taken_away_once_and_then_there_is_none(
    outside: Outside, registries: RegistryClient, steward: AccountSteward
) -> None:
    person = people()["acc-1008"]
    for _ in range(5):
        await outside.http.post(f"{outside.url}/accounts/acc-1008/sign-in", json={"password": "guess"})
    assert await verdict(registries, "acc-1008") == LockVerdict.LOCKED_BY_FAILURES

    order = AccountOrder(number=NUMBER, account_id="acc-1008", order_id=uuid4().hex)
    done = await ActivityEnvironment().run(steward.unlock_account, order)
    assert await steward.unlock_account(order) == done
    log = await registries.read_account_log(AccountQuestion(number=NUMBER, login=person.login))
    assert [entry.at for entry in log.entries if entry.event == "unlocked"] == [done.at]
    assert judge(log).verdict == LockVerdict.NOT_LOCKED

    with pytest.raises(ApplicationError, match="accounts: HTTP 409$") as refused:
        await steward.unlock_account(order.model_copy(update={"order_id": uuid4().hex}))
    assert (refused.value.type, refused.value.non_retryable) == ("RegistryRefusal", True)


@pytest.mark.requirement("SEC-1")
async def test_a_secured_account_admits_nobody_with_the_old_password(
    outside: Outside, steward: AccountSteward
) -> None:
    order = AccountOrder(number=NUMBER, account_id="acc-1006", order_id=uuid4().hex)
    done = await ActivityEnvironment().run(steward.secure_account, order)
    assert await steward.secure_account(order) == done
    assert done.sessions_ended_at <= done.password_change_forced_at
    signed_in = await outside.http.post(
        f"{outside.url}/accounts/acc-1006/sign-in", json={"password": people()["acc-1006"].password}
    )
    assert signed_in.status_code == 401


@pytest.mark.requirement("ULK-2", "SEC-1")
async def test_an_order_for_an_unknown_account_is_refused(outside: Outside) -> None:
    with pytest.raises(RegistryRefusal, match="HTTP 404"):
        await outside.accounts.unlock("acc-9999", NUMBER, "unlock")


@pytest.mark.requirement("VER-2")
async def test_a_scan_in_a_wrong_format_is_told_the_right_ones(registries: RegistryClient) -> None:
    scan = ScanCheck(reference="portal:scan:1", format="jpg", sha256="0" * 64)
    assert (await ActivityEnvironment().run(registries.check_scan, scan)).accepted
    refused = await registries.check_scan(scan.model_copy(update={"format": "docx"}))
    assert (refused.accepted, refused.accepted_formats) == (False, ["pdf", "jpg"])


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    ("reference", "valid", "is_signed"),
    [("portal:consent:1", True, True), ("portal:consent:forged", False, True), ("portal:unsigned", False, False)],
)
async def test_a_consent_is_verified(
    registries: RegistryClient, reference: str, valid: bool, is_signed: bool
) -> None:
    consent = ConsentCheck(reference=reference, sha256="0" * 64, snils=people()["acc-1001"].snils)
    found = await ActivityEnvironment().run(registries.verify_consent, consent)
    assert (found.valid, found.signed_at is not None) == (valid, is_signed)


@pytest.mark.requirement("MSV-1", "MSV-2")
async def test_each_service_answers_for_itself_with_its_own_times(services: ServiceClient) -> None:
    answers = {name: await check(services, name, "acc-1008") for name in ("pension", "taxes", "property", "clinic")}
    assert {name: answer.disagreeing_fields for name, answer in answers.items()} == {
        "pension": [],
        "taxes": ["passport"],
        "property": [],
        "clinic": [],
    }
    pension, taxes = answers["pension"], answers["taxes"]
    assert pension.asked_at == ASKED_AT
    assert taxes.recorded_at
    assert pension.recorded_at
    assert taxes.recorded_at < pension.recorded_at < pension.answered_at


@pytest.mark.requirement("MSV-3")
async def test_data_sent_again_mend_a_missing_record_and_are_sent_once(
    outside: Outside, services: ServiceClient
) -> None:
    missing = await check(services, "clinic", "acc-1003")
    assert (missing.found, missing.recorded_at, missing.disagreeing_fields) == (False, None, [])

    order = ServiceOrder(number=NUMBER, service="clinic", order_id=uuid4().hex, details=details_of("acc-1003"))
    receipt = await ActivityEnvironment().run(services.resend_to_service, order)
    assert await services.resend_to_service(order) == receipt
    found = await check(services, "clinic", "acc-1003")
    assert (found.found, found.recorded_at, found.disagreeing_fields) == (True, receipt.received_at, [])
    (sent,) = (await outside.http.get(f"{outside.url}/services/clinic/submissions")).json()
    assert (sent["idempotency_key"], sent["seen"], sent["request_number"]) == (order.order_id, 2, NUMBER)


@pytest.mark.requirement("DOC-3")
async def test_a_package_is_processed_once(services: ServiceClient) -> None:
    order = PackageOrder(
        number=NUMBER,
        service="legal_entity",
        order_id=uuid4().hex,
        items=[PackageItem(kind="passport", reference="portal:file:1")],
    )
    outcome = await ActivityEnvironment().run(services.process_package, order)
    assert await services.process_package(order) == outcome
    with pytest.raises(ApplicationError, match="HTTP 422"):
        await services.process_package(order.model_copy(update={"items": [], "order_id": "empty"}))


@pytest.mark.requirement("MSV-1")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("weather", "services.weather: HTTP 422"),
        ("../services/taxes", "no such name"),
        ("taxes/../pension", "no such name"),
        ("", "no such name"),
    ],
)
async def test_a_service_that_does_not_exist_is_refused(services: ServiceClient, name: str, reason: str) -> None:
    with pytest.raises(ApplicationError, match=reason) as refused:
        await check(services, name, "acc-1001")
    assert refused.value.type == "RegistryRefusal"


@pytest.mark.requirement("MSV-1")
async def test_without_a_snils_no_service_can_be_asked(services: ServiceClient) -> None:
    question = ServiceCheck(service="pension", asked_at=ASKED_AT, details=details_of("acc-1001"))
    question.details.snils = None
    with pytest.raises(ApplicationError, match="no SNILS"):
        await services.check_service(question)
