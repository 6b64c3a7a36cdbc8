"""One decision for many appeals over HTTP: who may, how far it is, and what became of each."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from domain.actors import Role
from domain.contracts.commands import Withdraw
from tests.api_server import Doors
from tests.batches import nobodys, over
from tests.examples import KIM
from tests.house import House
from tests.walks import with_question
from workflows.batch import PIECE

pytestmark = pytest.mark.sql

MOVED = {"type": "HandOver", "unit": "second_line", "reason": "Первая линия перегружена."}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"decision": MOVED}, "что-то одно"),
    ({"decision": MOVED, "numbers": nobodys(1), "filter": {"category": "payments"}}, "что-то одно"),
    ({"decision": MOVED, "filter": {}}, "хотя бы одно"),
    ({"decision": {"type": "Withdraw"}, "numbers": nobodys(1)}, "Допустимы"),
    ({"decision": MOVED, "numbers": [*nobodys(1000), nobodys(1001)[-1]]}, "1000"),
    ({"decision": MOVED, "filter": {"category": "legal_question"}}, "Измените условия"),
]


@pytest.mark.requirement("CLS-2", "AUD-1")
async def test_a_supervisor_hands_many_over_and_reads_what_became_of_each(doors: Doors, home: House) -> None:
    moved, closed = await with_question(home), await with_question(home, **KIM)
    await home.decide(closed, Role.CITIZEN, Withdraw())
    await home.closed(closed)
    (unknown,) = nobodys(1)
    body, key = {"decision": MOVED, "numbers": [moved, closed, unknown, moved]}, uuid4().hex
    answers = await asyncio.gather(*(doors.post("/v1/batches", body, key, "supervisor", "chief") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}, answers[0].text
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 2
    batch_id, path = answers[0].json()["id"], answers[0].headers["Location"]
    assert answers[0].json() == {"id": batch_id, "command": "HandOver", "total": 3}

    await over(home, batch_id)
    told = (await doors.get(path, "supervisor")).json()
    assert {name: told[name] for name in ("ordered_by", "total", "done", "refused", "unknown", "is_over")} == {
        "ordered_by": "chief",
        "total": 3,
        "done": 1,
        "refused": 2,
        "unknown": 0,
        "is_over": True,
    }
    report = (await doors.get(f"{path}/items", "auditor")).json()
    assert [(each["number"], each["outcome"], each.get("code")) for each in report["items"]] == [
        (moved, "done", None),
        (closed, "refused", "closed"),
        (unknown, "refused", "unknown_appeal"),
    ]
    assert all("бращени" in each["reason"] for each in report["items"][1:])
    only = (await doors.get(f"{path}/items?outcome=refused&after=2", "auditor")).json()
    assert [each["position"] for each in only["items"]] == [3]

    other = await doors.post("/v1/batches", body | {"numbers": [moved]}, key, "supervisor", "chief")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    again = await doors.post("/v1/batches", body, uuid4().hex, "supervisor", "deputy")
    assert again.json()["id"] != batch_id
    await over(home, again.json()["id"])
    twice = (await doors.get(f"{again.headers['Location']}/items", "supervisor")).json()
    assert twice["items"][0]["reason"] == "Обращение уже у этого подразделения."
    late = await doors.post(f"{path}/cancellation", None, role="supervisor")
    assert (late.status_code, late.json()["code"]) == (409, "batch_ended")


@pytest.mark.requirement("CLS-2", "AUD-1")
async def test_a_cancellation_that_is_sent_again_is_the_same(doors: Doors, home: House) -> None:
    async with home.register_locked():  # the first piece cannot be put on record
        body = {"decision": MOVED, "numbers": nobodys(PIECE + 1)}
        path = (await doors.post("/v1/batches", body, uuid4().hex, "supervisor")).headers["Location"]
        first = await doors.post(f"{path}/cancellation", None, role="supervisor")
    assert (first.status_code, first.json()["is_over"]) == (202, False)
    await over(home, path.rpartition("/")[2])
    again = await doors.post(f"{path}/cancellation", None, role="supervisor")
    assert (again.status_code, again.json()["cancelled_by"]) == (202, "test-supervisor")
    assert again.json()["cancelled"] >= 1


@pytest.mark.requirement("CLS-2", "VAL-1")
async def test_a_filter_means_the_open_ones_that_fit(doors: Doors, home: House) -> None:
    first, closed = await with_question(home), await with_question(home, **KIM)
    await home.decide(closed, Role.CITIZEN, Withdraw())
    await home.closed(closed)
    wanted = {"decision": MOVED, "filter": {"category": "payments", "channel": "web_form"}}
    async with home.register_locked():  # ordered, and not on record yet
        answer = await doors.post("/v1/batches", wanted, uuid4().hex, "supervisor")
        begun = (await doors.get(answer.headers["Location"], "supervisor")).json()
        assert (begun["waiting"], begun["is_over"], begun["ordered_by"]) == (1, False, "test-supervisor")
    assert (answer.status_code, answer.json()["total"]) == (202, 1), answer.text
    await over(home, answer.json()["id"])
    report = (await doors.get(f"{answer.headers['Location']}/items", "supervisor")).json()
    assert [(each["number"], each["outcome"]) for each in report["items"]] == [(first, "done")]

    for body, hint in WRONG:
        refused = await doors.post("/v1/batches", body, uuid4().hex, "supervisor")
        assert refused.status_code == 422, body
        assert hint in refused.text, refused.text
    assert (await doors.post("/v1/batches", wanted, role="supervisor")).status_code == 400
    for role in ("operator", "portal", "auditor"):
        assert (await doors.post("/v1/batches", wanted, uuid4().hex, role)).status_code == 403, role
    nobodys_batch = await doors.get(f"/v1/batches/{uuid4()}", "supervisor")
    assert (nobodys_batch.status_code, nobodys_batch.json()["code"]) == (404, "unknown_batch")
