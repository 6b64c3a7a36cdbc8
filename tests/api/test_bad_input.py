"""What bad input gets: a problem that says what to do, and nothing on record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from domain.number import candidate
from store.tables import appeal as appeals
from tests.api_server import Doors
from tests.examples import appeal
from tests.house import House

Change = Callable[[dict[str, Any]], dict[str, Any]]

BIG_FILE = {"kind": "passport", "reference": "portal:passport:1", "format": "pdf", "size_bytes": 10 * 1024 * 1024 + 1}
FAULTS: dict[str, tuple[Change, str, str]] = {
    "unknown channel": (lambda a: a | {"channel": "fax"}, "channel", "Допустимы"),
    "unknown category": (lambda a: a | {"category": "weather"}, "category", "Допустимы"),
    "no details": (lambda a: {k: v for k, v in a.items() if k != "details"}, "details", "не заполнено"),
    "misspelt field": (lambda a: a | {"servise": "x"}, "servise", "проверьте имя"),
    "naive time": (lambda a: a | {"received_at": "2026-11-22T12:00:00"}, "received_at", "часовым поясом"),
    "received tomorrow": (lambda a: a | {"received_at": days_from_now(1)}, "received_at", "не наступило"),
    "received years ago": (lambda a: a | {"received_at": days_from_now(-800)}, "received_at", "Слишком давно"),
    "mistyped related number": (lambda a: a | {"related_number": "1234"}, "related_number", "16 цифр"),
    "short INN": (lambda a: with_detail(a, inn="77123456016"), "details.inn", "12 цифр"),
    "mistyped INN": (lambda a: with_detail(a, inn="771234560163"), "details.inn", "опечатк"),
    "mistyped SNILS": (lambda a: with_detail(a, snils="112-233-445 96"), "details.snils", "опечатк"),
    "letters in the passport": (lambda a: with_detail(a, passport="45AB 123456"), "details.passport", "цифр"),
    "short phone": (lambda a: with_detail(a, phone="+7 900 000"), "details.phone", ""),
    "e-mail without a domain": (lambda a: with_detail(a, email="anna@"), "details.email", "почт"),
    "unknown time zone": (lambda a: with_detail(a, time_zone="Mars/Olympus"), "details.time_zone", "Пример"),
    "long description": (lambda a: with_detail(a, description="я" * 5001), "details.description", "5000"),
    "unknown service": (
        lambda a: a | {"services": ["pension", "weather"]},
        "services.1",
        "Допустимы: pension, taxes",
    ),
    "a service named twice": (lambda a: a | {"services": ["taxes", "taxes"]}, "services", "один раз"),
    "unknown kind of package": (lambda a: a | {"package": "gift"}, "package", "Допустимы"),
    "file over the limit": (
        lambda a: a | {"details": a["details"] | {"scans": [BIG_FILE]}},
        "details.scans.0.size_bytes",
        "не больше 10 МБ",
    ),
    "control characters": (lambda a: with_detail(a, full_name="Анна\x00"), "details.full_name", "знаки"),
}


def days_from_now(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def with_detail(sent: dict[str, Any], **details: str) -> dict[str, Any]:
    return sent | {"details": sent["details"] | details}


async def nothing_is_recorded(home: House) -> bool:
    started = [workflow async for workflow in home.client.list_workflows(f"TaskQueue = '{home.settings.case_queue}'")]
    async with home.register.engine.connect() as connection:
        rows = (await connection.execute(select(func.count()).select_from(appeals))).scalar()
    return not started and rows == 0


@pytest.mark.requirement("VAL-1")
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_field_is_named_and_explained_in_russian(doors: Doors, home: House, fault: str) -> None:
    change, field, hint = FAULTS[fault]
    answer = await doors.post("/v1/appeals", change(appeal()), uuid4().hex)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:hotline:problem:invalid_request"
    errors = {error["field"]: error["message"] for error in problem["errors"]}
    assert field in errors
    assert hint in errors[field]
    assert any("а" <= letter <= "я" for letter in errors[field].lower())
    assert await nothing_is_recorded(home)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"not json", 400, "not_json"),
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b'{"details":{"description":"' + b"x" * 10_000_000 + b'"}}', 413, "too_long"),
    ],
)
async def test_a_body_that_is_no_appeal(doors: Doors, home: House, body: bytes, status: int, code: str) -> None:
    answer = await doors.post("/v1/appeals", body, uuid4().hex)
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert await nothing_is_recorded(home)


async def test_a_key_is_needed(doors: Doors, home: House) -> None:
    for key in (None, "short", "с русскими буквами"):
        headers = {} if key is None else {"key": key}
        answer = await doors.post("/v1/appeals", appeal(), key if key and key.isascii() else None)
        expected = (422, "invalid_request") if key == "short" else (400, "idempotency_key_missing")
        assert (answer.status_code, answer.json()["code"]) == expected, headers
    assert await nothing_is_recorded(home)


async def test_only_a_signed_token_says_who_calls(api: httpx.AsyncClient, doors: Doors, home: House) -> None:
    token = await doors.token("portal")
    forged = token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB")
    for headers in (
        {},
        {"X-Role": "operator", "X-User": "admin"},
        {"Authorization": f"Bearer {forged}"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Basic {token}"},
    ):
        answer = await api.post("/v1/appeals", json=appeal(), headers=headers | {"Idempotency-Key": uuid4().hex})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] in ("Bearer", 'Bearer error="invalid_token"')
        assert answer.json()["code"] == "unauthorised"
    assert await nothing_is_recorded(home)


async def test_a_role_that_opens_no_appeals(doors: Doors, home: House) -> None:
    answer = await doors.post("/v1/appeals", appeal(), uuid4().hex, role="auditor")
    assert answer.status_code == 403
    assert await nothing_is_recorded(home)


@pytest.mark.requirement("INT-5")
async def test_an_unknown_number_and_a_mistyped_one_are_told_apart(doors: Doors) -> None:
    unknown = candidate(b"some other key", "portal", "key")
    assert (await doors.get(f"/v1/appeals/{unknown}")).json()["code"] == "unknown_appeal"
    mistyped = unknown[:-1] + str((int(unknown[-1]) + 1) % 10)
    answer = await doors.get(f"/v1/appeals/{mistyped}")
    assert answer.status_code == 422
    assert "опечатка" in answer.json()["detail"]
    command = {"type": "RetryRegistry", "reason": "x"}
    sent = await doors.post(f"/v1/appeals/{unknown}/commands", command, uuid4().hex, "operator")
    assert sent.status_code == 404


async def test_commands_that_the_case_does_not_take(doors: Doors, home: House) -> None:
    number = (await doors.post("/v1/appeals", appeal(), uuid4().hex)).json()["number"]
    before = await home.expecting(number, "RecordRequest")
    path = f"/v1/appeals/{number}/commands"
    expects = [{"command": "RecordRequest", "roles": ["operator"]}]
    check = {"type": "CheckDocuments", "match": True, "reason": "Совпали."}
    record = {"type": "RecordRequest", "processing_hours": 4}

    early = await doors.post(path, check, uuid4().hex, "supervisor")
    assert (early.status_code, early.json()["code"], early.json()["expects"]) == (409, "not_expected", expects)
    wrong = await doors.post(path, record, uuid4().hex, "supervisor")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["expects"]) == (403, "role_not_allowed", expects)
    both = await doors.post(path, record | {"processing_working_days": 2}, uuid4().hex, "operator")
    assert (both.status_code, both.json()["code"]) == (422, "contradiction")
    unknown = await doors.post(path, {"type": "Explode"}, uuid4().hex, "operator")
    assert unknown.status_code == 422
    assert "RecordRequest" in str(unknown.json()["errors"])
    internal = {"type": "ReportDelivery", "message_key": "x", "outcome": "failed", "reason": "x"}
    assert (await doors.post(path, internal, uuid4().hex, "operator")).status_code == 422

    after = await home.register.view(number)
    assert after is not None
    assert after.last_sequence == before.last_sequence
