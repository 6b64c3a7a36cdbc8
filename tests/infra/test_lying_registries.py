"""Registries that are away, talk nonsense or speak of somebody else: never an answer, and no name in the error."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest

from domain.appeal import DocumentKind
from domain.contracts.registries import ConsentCheck, ScanCheck
from domain.contracts.services import PackageItem, PackageOrder, ServiceOrder
from infra.registries import RegistryTrouble
from sandbox.people import people
from tests.infra.outside import Outside, details_of
from tests.infra.web_server import WebServer

ANNA = people()["acc-1001"]
DETAILS = details_of("acc-1001")
NUMBER = "1234567890123456"
CONSENT = ConsentCheck(reference="portal:consent:1", sha256="0" * 64, snils=ANNA.snils)
PACKAGE = PackageOrder(
    number=NUMBER, service="general", order_id="p", items=[PackageItem(kind="passport", reference="1")]
)
RESENT = ServiceOrder(number=NUMBER, service="taxes", order_id="s", details=DETAILS)

Order = TypeVar("Order", ServiceOrder, PackageOrder)
Asking = Callable[[Outside], Awaitable[Any]]
ABOUT_PERSONS: dict[str, tuple[str, Asking]] = {
    "account": ("accounts", lambda outside: outside.accounts.find(ANNA.login)),
    "log": ("accounts", lambda outside: outside.accounts.log(ANNA.login)),
    "passport": ("passports", lambda outside: outside.documents.find(DocumentKind.PASSPORT, ANNA.passport)),
    "snils": ("snils", lambda outside: outside.documents.find(DocumentKind.SNILS, ANNA.snils)),
    "inn": ("inn", lambda outside: outside.documents.find(DocumentKind.INN, ANNA.inn)),
    "consent": ("signatures", lambda outside: outside.signatures.verify(CONSENT)),
    "pension": ("services.pension", lambda outside: outside.services.find("pension", DETAILS)),
    "clinic": ("services.clinic", lambda outside: outside.services.find("clinic", DETAILS)),
}
ALL = ABOUT_PERSONS | {
    "security": ("accounts", lambda outside: outside.accounts.security("acc-1001", NUMBER)),
    "secure": ("accounts", lambda outside: outside.accounts.secure("acc-1002", NUMBER, "secure")),
    "scan": ("passports", lambda outside: outside.documents.check_scan(ScanCheck(reference="1", format="pdf"))),
    "submission": ("services.taxes", lambda outside: outside.services.submit(RESENT)),
    "package": ("services.general", lambda outside: outside.services.apply(PACKAGE)),
}
DEFECTS = {
    "unavailable": "HTTP 503",
    "garbage": "the answer is not JSON",
    "error_inside": "an error inside the answer",
    "malformed": r"malformed answer, \d errors",
}


@pytest.mark.parametrize("mode", DEFECTS)
@pytest.mark.parametrize("question", ALL)
@pytest.mark.requirement("VER-1", "ULK-1", "MSV-1", "DOC-1")
async def test_what_is_no_answer_is_trouble_and_names_the_defect(outside: Outside, question: str, mode: str) -> None:
    system, ask = ALL[question]
    await outside.fault(system, mode)
    with pytest.raises(RegistryTrouble, match=f"^{system}: {DEFECTS[mode]}$") as caught:
        await ask(outside)
    assert caught.value.__cause__ is None
    assert await ask(outside), "asked again, it answers"


@pytest.mark.parametrize("question", ABOUT_PERSONS)
@pytest.mark.requirement("VER-1", "ULK-1", "MSV-1", "DOC-1")
async def test_an_answer_about_somebody_else_is_trouble_and_names_nobody(outside: Outside, question: str) -> None:
    system, ask = ABOUT_PERSONS[question]
    await outside.fault(system, "other_person")
    with pytest.raises(RegistryTrouble, match=f"^{system}: the answer is about somebody else$"):
        await ask(outside)


@pytest.mark.requirement("ULK-1")
async def test_a_log_of_another_account_is_not_taken_for_this_one(outside: Outside) -> None:
    async def lie_from_now_on(response: httpx.Response) -> None:
        if response.url.path == "/accounts/lookup":
            await outside.fault("accounts", "other_person")

    async with httpx.AsyncClient(event_hooks={"response": [lie_from_now_on]}) as client:
        with pytest.raises(RegistryTrouble, match="^accounts: the answer is about somebody else$"):
            await Outside(client, outside.url).accounts.log(ANNA.login)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("account", {"account_id": "acc-1001", "login": ANNA.login, "full_name": "А", "status": "frozen"}),
        ("passport", {"passport": ANNA.passport, "full_name": "А"}),
        ("security", {"password_changed_at": "2026-11-22T09:00:00Z"}),
        ("consent", {"valid": True, "signed_at": "2026-11-22T09:00:00Z"}),
        ("consent", {"valid": True, "snils": ANNA.snils}),
        ("consent", {"snils": ANNA.snils}),
        ("scan", {"accepted_formats": ["pdf"]}),
        ("pension", {"snils": ANNA.snils, "state": "accepted", "answered_at": "2026-11-22T09:00:00Z"}),
        ("pension", {"snils": ANNA.snils, "state": "missing"}),
        ("secure", {"sessions_ended_at": "2026-11-22T09:00:00Z"}),
        ("submission", {"submission_id": "1", "received_at": "yesterday"}),
        ("package", {"application_id": "1"}),
        ("package", []),
    ],
)
@pytest.mark.requirement("VER-1", "ULK-1", "MSV-1", "DOC-1")
async def test_half_an_answer_is_none(web: WebServer, client: httpx.AsyncClient, question: str, answer: Any) -> None:
    web.answers(200, json.dumps(answer))
    with pytest.raises(RegistryTrouble) as caught:
        await ALL[question][1](Outside(client, web.url))
    assert ANNA.snils not in str(caught.value)


@pytest.mark.parametrize("question", ["submission", "package"])
@pytest.mark.parametrize("mode", ["malformed", "error_inside", "garbage"])
@pytest.mark.requirement("MSV-3", "DOC-3")
async def test_an_order_sent_again_after_nonsense_is_one_order(outside: Outside, question: str, mode: str) -> None:
    key = f"{question}-{mode}"
    orders: dict[str, tuple[str, Asking]] = {
        "submission": ("taxes/submissions", lambda out: out.services.submit(_renamed(RESENT, key))),
        "package": ("general/applications", lambda out: out.services.apply(_renamed(PACKAGE, key))),
    }
    path, send = orders[question]
    await outside.fault(ALL[question][0], mode)
    with pytest.raises(RegistryTrouble):
        await send(outside)
    await send(outside)
    listed = (await outside.http.get(f"{outside.url}/services/{path}")).json()
    assert len([each for each in listed if each["idempotency_key"] == key]) == 1


def _renamed(order: Order, key: str) -> Order:
    return order.model_copy(update={"order_id": key})
