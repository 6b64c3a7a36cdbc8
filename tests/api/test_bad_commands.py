"""What a bad decision gets at the door: a problem that says what to do, and nothing on record."""

from typing import Any
from uuid import uuid4

import pytest

from domain.checklist import CheckItem
from tests.api_server import Doors
from tests.examples import display_error, question
from tests.house import House
from tests.walks import next_check

CLASSIFY = {"type": "Classify", "category": "legal_question", "reason": "О законе."}
HAND_OVER = {"type": "HandOver", "unit": "second_line", "reason": "Сложный вопрос."}
ANSWER = {"type": "AnswerQuestion", "summary": "Платёж в пути.", "steps": ["Подождите день"]}
RATE = {"type": "RateSatisfaction", "score": 5}
CHECK = {"type": "RecordCheck", "item": "browser", "passed": True, "finding": "Поддерживается."}

SENT: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "a citizen classifies": ("citizen", CLASSIFY, 403, "role_not_allowed"),
    "a lawyer classifies what is not theirs": ("legal", CLASSIFY, 404, "unknown_appeal"),
    "a citizen hands over": ("citizen", HAND_OVER, 403, "role_not_allowed"),
    "a supervisor answers": ("supervisor", ANSWER, 403, "role_not_allowed"),
    "a supervisor withdraws": ("supervisor", {"type": "Withdraw"}, 403, "role_not_allowed"),
    "an operator rejects": ("operator", {"type": "RejectAppeal", "reason": "Спам."}, 403, "role_not_allowed"),
    "an auditor adds": ("auditor", {"type": "AddDetails", "text": "И ещё."}, 403, "role_not_allowed"),
    "rated too early": ("citizen", RATE, 409, "not_expected"),
    "confirmed too early": ("citizen", {"type": "ConfirmSolution", "solved": True}, 409, "not_expected"),
    "checked without a checklist": ("operator", CHECK, 409, "not_expected"),
    "the category that it has": ("operator", CLASSIFY | {"category": "payments"}, 422, "contradiction"),
    "the unit that has it": ("operator", HAND_OVER | {"unit": "first_line"}, 422, "contradiction"),
    "nothing added": ("citizen", {"type": "AddDetails"}, 422, "contradiction"),
}

FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown category": (CLASSIFY | {"category": "weather"}, "category", "Допустимы"),
    "unknown unit": (HAND_OVER | {"unit": "kitchen"}, "unit", "Допустимы"),
    "no reason": ({"type": "HandOver", "unit": "legal"}, "reason", "не заполнено"),
    "empty reason": (CLASSIFY | {"reason": "   "}, "reason", "не меньше 1"),
    "long reason": ({"type": "RejectAppeal", "reason": "я" * 5001}, "reason", "5000"),
    "long question": ({"type": "AskStatus", "question": "я" * 5001}, "question", "5000"),
    "empty text": ({"type": "AddDetails", "text": ""}, "text", "не меньше 1"),
    "control characters": ({"type": "Withdraw", "reason": "не\x00надо"}, "reason", "знаки"),
    "too many files": (
        {"type": "AddDetails", "scans": [{"kind": "screenshot", "reference": "portal:1"}] * 11},
        "scans",
        "не больше 10",
    ),
    "misspelt field": ({"type": "Withdraw", "raeson": "x"}, "raeson", "проверьте имя"),
    "an answer without steps": (ANSWER | {"steps": []}, "steps", "не меньше 1"),
    "an answer without a summary": (ANSWER | {"summary": ""}, "summary", "не меньше 1"),
    "score 6": (RATE | {"score": 6}, "score", "Не больше 5"),
    "score 0": (RATE | {"score": 0}, "score", "Не меньше 1"),
    "score in words": (RATE | {"score": "отлично"}, "score", "целое число"),
    "long comment": (RATE | {"comment": "я" * 5001}, "comment", "5000"),
    "unknown item": (CHECK | {"item": "weather"}, "item", "Допустимы"),
    "more than all packets": (CHECK | {"item": "network", "packet_loss_percent": 101}, "packet_loss_percent", "100"),
    "negative latency": (CHECK | {"item": "network", "latency_ms": -1}, "latency_ms", "Не меньше 0"),
    "latency in words": (CHECK | {"item": "network", "latency_ms": "мало"}, "latency_ms", "Нужно число"),
}


async def with_question(doors: Doors, home: House) -> tuple[str, int]:
    sent = question() | {"citizen": "anna"}
    number: str = (await doors.post("/v1/appeals", sent, uuid4().hex)).json()["number"]
    return number, (await home.expecting(number, "AnswerQuestion")).last_sequence


@pytest.mark.requirement("CLS-2", "CLS-3", "VAL-1")
async def test_decisions_by_the_wrong_role_or_at_the_wrong_time(doors: Doors, home: House) -> None:
    number, last = await with_question(doors, home)
    for case, (role, decision, status, code) in SENT.items():
        subject = "anna" if role == "citizen" else None
        answer = await doors.post(f"/v1/appeals/{number}/commands", decision, uuid4().hex, role, subject)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code), case
        assert any("а" <= letter <= "я" for letter in problem["detail"]), case
    view = await home.register.view(number)
    assert view is not None
    assert view.last_sequence == last, "nothing is on record"


@pytest.mark.requirement("VAL-1")
async def test_a_faulty_field_of_a_decision_is_named_and_explained(doors: Doors, home: House) -> None:
    number, last = await with_question(doors, home)
    for case, (decision, field, hint) in FAULTS.items():
        answer = await doors.post(f"/v1/appeals/{number}/commands", decision, uuid4().hex, "operator")
        assert answer.status_code == 422, case
        errors = {error["field"].rsplit(".", 1)[-1]: error["message"] for error in answer.json()["errors"]}
        assert hint in errors[field], case
    view = await home.register.view(number)
    assert view is not None
    assert view.last_sequence == last, "nothing is on record"


@pytest.mark.requirement("VAL-1", "INT-6")
async def test_a_key_is_good_for_one_decision_only(doors: Doors, home: House) -> None:
    number, _ = await with_question(doors, home)
    path, key = f"/v1/appeals/{number}/commands", uuid4().hex
    for _ in range(2):
        assert (await doors.post(path, HAND_OVER, key, "operator")).status_code == 202
    other = await doors.post(path, HAND_OVER | {"reason": "Другая причина."}, key, "operator")
    assert (other.status_code, other.json()["code"]) == (422, "id_reused")
    assert (await home.events(number)).count("HandedOver") == 1


@pytest.mark.requirement("KBA-4")
async def test_a_network_check_without_its_measurements_says_what_to_do(doors: Doors, home: House) -> None:
    number = (await doors.post("/v1/appeals", display_error(), uuid4().hex)).json()["number"]
    path = f"/v1/appeals/{number}/commands"
    for item in (CheckItem.BROWSER, CheckItem.EXTENSIONS_AND_CACHE):
        await next_check(home, number, item)
        assert (await doors.post(path, CHECK | {"item": item}, uuid4().hex, "operator")).status_code == 202
    await next_check(home, number, CheckItem.NETWORK)
    answer = await doors.post(path, CHECK | {"item": "network"}, uuid4().hex, "operator")
    assert (answer.status_code, answer.json()["code"]) == (422, "contradiction")
    assert "потери пакетов в процентах и задержку в миллисекундах" in answer.json()["detail"]


@pytest.mark.requirement("REC-6")
async def test_asking_too_often_is_told_so(doors: Doors, home: House) -> None:
    number, _ = await with_question(doors, home)
    path = f"/v1/appeals/{number}/commands"
    limit = home.settings.policy.status_reports
    codes = [
        (await doors.post(path, {"type": "AskStatus"}, uuid4().hex, "citizen", "anna")).status_code
        for _ in range(limit + 1)
    ]
    assert codes == [202] * limit + [429]


@pytest.mark.requirement("ANA-1", "STS-1")
async def test_a_closed_case_says_what_is_possible(doors: Doors, home: House) -> None:
    number, _ = await with_question(doors, home)
    path = f"/v1/appeals/{number}/commands"
    await doors.post(path, {"type": "Withdraw"}, uuid4().hex, "citizen", "anna")
    await home.closed(number)
    closed = await doors.post(path, {"type": "AskStatus"}, uuid4().hex, "citizen", "anna")
    assert (closed.status_code, closed.json()["code"]) == (409, "closed")
    assert "оценить" in closed.json()["detail"]
    read = (await doors.get(f"/v1/appeals/{number}", "citizen", "anna")).json()
    assert read["accepts"] == []
    assert [each["command"] for each in read["expects"]] == ["RateSatisfaction"]
    assert (await doors.post(path, RATE, uuid4().hex, "citizen", "anna")).status_code == 202
