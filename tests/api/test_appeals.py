"""Opening, reading and deciding appeals over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.number import parse_number
from tests.api_server import Doors
from tests.examples import appeal, secured
from tests.house import House

KEY = "a-key-of-the-portal"


def new_key() -> str:
    return uuid4().hex


@pytest.mark.requirement("INT-1", "INT-2", "INT-5", "STS-1", "RES-1", "REC-6")
async def test_an_appeal_goes_from_the_portal_to_its_result(doors: Doors, home: House) -> None:
    opened = await doors.post("/v1/appeals", appeal(), new_key())
    assert opened.status_code == 201
    number = opened.json()["number"]
    assert parse_number(number) == number
    assert opened.json()["status_text"] == "Получено"
    assert opened.headers["Location"] == f"/v1/appeals/{number}"

    case = await home.expecting(number, "RecordRequest")
    path = f"/v1/appeals/{number}"
    not_yet = (await doors.get(f"{path}/result")).json()
    assert not_yet["ready"] is False
    assert "Результата ещё нет" in not_yet["message"]

    decisions = [
        ("operator", "RecordRequest", {"type": "RecordRequest", "processing_hours": 4}),
        ("specialist", "CheckDocuments", {"type": "CheckDocuments", "match": True, "reason": "Совпали."}),
        ("registry", "ReportAccountSecurity", secured().model_dump(mode="json")),
    ]
    for role, command, body in decisions:
        await home.expecting(number, command)
        receipt = await doors.post(f"{path}/commands", body, new_key(), role)
        assert receipt.status_code == 202
        assert receipt.json()["type"] == command
    case = await home.closed(number)

    shown = (await doors.get(path)).json()
    assert [status["status_text"] for status in shown["statuses"]] == [
        *("Получено", "В обработке", "Одобрено", "Завершено")
    ]
    assert all(status["at"] and status["reason"] for status in shown["statuses"])
    assert [each["command"] for each in shown["expects"]] == ["RateSatisfaction"]
    result = (await doors.get(f"{path}/result")).json()
    assert result["ready"] is True
    assert result["steps"]
    journal = (await doors.get(f"{path}/journal")).json()
    assert [entry["position"] for entry in journal["entries"]] == list(range(1, case.last_sequence + 1))
    for before, after in zip(journal["entries"], journal["entries"][1:], strict=False):
        assert after["previous_hash"] == before["hash"]
    assert "Смирнова" not in str(journal)


@pytest.mark.requirement("INT-6")
async def test_a_request_sent_five_times_at_once_is_one_appeal(doors: Doors, home: House) -> None:
    key = new_key()
    answers = await asyncio.gather(*(doors.post("/v1/appeals", appeal(), key) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["number"] for answer in answers}) == 1
    again = await doors.post("/v1/appeals", appeal(), key)
    assert again.json()["number"] == answers[0].json()["number"]


@pytest.mark.requirement("INT-6")
async def test_another_body_under_a_used_key_is_refused(doors: Doors, home: House) -> None:
    key = new_key()
    first = await doors.post("/v1/appeals", appeal(), key)
    for _ in ("before and", "after the register knows the case"):
        other = await doors.post("/v1/appeals", appeal(description="Другой вопрос?"), key)
        assert other.status_code == 422
        assert other.json()["code"] == "idempotency_key_reused"
        await home.expecting(first.json()["number"], "RecordRequest")


async def test_the_same_key_of_another_portal_is_another_appeal(doors: Doors) -> None:
    key = new_key()
    ours = await doors.post("/v1/appeals", appeal(), key)
    theirs = await doors.post("/v1/appeals", appeal(), key, subject="another-portal")
    assert ours.json()["number"] != theirs.json()["number"]


async def test_a_command_sent_twice_has_one_receipt_and_one_effect(doors: Doors, home: House) -> None:
    number = (await doors.post("/v1/appeals", appeal(), new_key())).json()["number"]
    await home.expecting(number, "RecordRequest")
    path, key = f"/v1/appeals/{number}/commands", new_key()
    body = {"type": "RecordRequest", "processing_hours": 4}
    first = await doors.post(path, body, key, "operator")
    second = await doors.post(path, body, key, "operator")
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    other = await doors.post(path, body | {"processing_hours": 5}, key, "operator")
    assert other.status_code == 422
    assert other.json()["code"] == "id_reused"
    await home.expecting(number, "CheckDocuments")
    assert (await home.events(number)).count("RequestRecorded") == 1


@pytest.mark.requirement("INT-1")
@pytest.mark.parametrize(("role", "believed"), [("portal", True), ("citizen", False)])
async def test_a_citizen_does_not_say_since_when_we_have_their_appeal(
    doors: Doors, home: House, role: str, believed: bool
) -> None:
    began = datetime.now(UTC)
    stated = began - timedelta(days=3)
    opened = await doors.post("/v1/appeals", appeal() | {"received_at": stated.isoformat()}, new_key(), role)
    number = opened.json()["number"]
    await home.expecting(number, "RecordRequest")
    read = (await doors.get(f"/v1/appeals/{number}", role)).json()
    received_at = datetime.fromisoformat(read["received_at"])
    assert received_at == stated if believed else received_at >= began


async def test_who_sees_what(doors: Doors, home: House) -> None:
    sent = appeal() | {"citizen": "citizen-1"}
    number = (await doors.post("/v1/appeals", sent, new_key())).json()["number"]
    await home.expecting(number, "RecordRequest")
    path = f"/v1/appeals/{number}"
    assert (await doors.get(path, "portal", "another-portal")).status_code == 404
    assert (await doors.get(path, "citizen", "citizen-2")).status_code == 404
    assert (await doors.get(path, "registry")).status_code == 403
    assert (await doors.get(path, "specialist")).status_code == 404, "not their unit's"
    citizen = (await doors.get(path, "citizen", "citizen-1")).json()
    assert {citizen["plan"], citizen["comparison"], citizen["details"]} == {None}
    auditor = (await doors.get(path, "auditor")).json()
    assert auditor["plan"]
    assert auditor["details"] is None
    operator = (await doors.get(path, "operator")).json()
    assert operator["details"]["full_name"] == "Смирнова Анна Петровна"
