"""Compromise and unlock as portals and staff meet them: who sees what, and what is refused (SEC-1, ULK-2)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.accounts import KIM_ALARMED, KUZNETSOV, compromise_report, lock, lock_report
from tests.api_server import Doors
from tests.house import House

IDENTIFIED = {"type": "IdentifySubscriber", "identified": True, "reason": "Назвал кодовое слово."}
SECURE = {"type": "DecideSecuring", "secure": True, "reason": "Владелец подтвердил."}
REVIEWED = {"type": "ReviewThreat", "threat": "malware", "measures": ["Устройство проверено."]}


@pytest.mark.requirement("SEC-1")
async def test_whoever_reported_follows_the_recovery_too_and_nobody_else(doors: Doors, home: House) -> None:
    sent = compromise_report(KIM_ALARMED) | {"citizen": "kim"}
    number = (await doors.post("/v1/appeals", sent, uuid4().hex)).json()["number"]
    view = await home.expecting(number, "ReviewThreat")
    (linked,) = view.facts.relations.linked
    await home.expecting(linked.number, "SupplyDetails")
    path = f"/v1/appeals/{linked.number}"
    for role, subject in (("portal", None), ("citizen", "kim")):
        seen = await doors.get(path, role, subject)
        assert (seen.status_code, seen.json()["channel"]) == (200, "internal")
    for role, subject in (("portal", "another-portal"), ("citizen", "somebody")):
        assert (await doors.get(path, role, subject)).status_code in (403, 404)


@pytest.mark.requirement("SEC-1")
async def test_no_portal_opens_or_blocks_a_linked_recovery_by_its_key(doors: Doors, home: House) -> None:
    own = compromise_report(KIM_ALARMED) | {"relation": "recovery", "related_number": None}
    assert (await doors.post("/v1/appeals", own, uuid4().hex)).status_code == 422
    assert (
        await doors.post("/v1/appeals", compromise_report(KIM_ALARMED), "hotline recovery 1234567890123456")
    ).status_code == 422


@pytest.mark.requirement("SEC-1", "ULK-2")
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"reason": ""}, 422, "invalid_request"),
        ({"reason": "я" * 5001}, 422, "invalid_request"),
        ({"identified": "maybe"}, 422, "invalid_request"),
        ({"account_id": "acc-1001"}, 422, "invalid_request"),
        (SECURE, 409, "not_expected"),
        (REVIEWED, 409, "not_expected"),
        (REVIEWED | {"measures": []}, 422, "invalid_request"),
        (REVIEWED | {"threat": "weather"}, 422, "invalid_request"),
        ({"type": "ReviewLock", "verdict": "attack"}, 409, "not_expected"),
    ],
)
async def test_what_does_not_fit_is_refused_and_leaves_no_trace(
    doors: Doors, home: House, change: dict[str, Any], status: int, code: str
) -> None:
    await lock(home, KUZNETSOV["login"])
    number = (await doors.post("/v1/appeals", lock_report(KUZNETSOV), uuid4().hex)).json()["number"]
    before = await home.expecting(number, "IdentifySubscriber")
    path = f"/v1/appeals/{number}/commands"
    sent = change if change.get("threat") or change.get("secure") else IDENTIFIED | change
    if change.get("type") == "ReviewLock":
        sent = change | {"reason": "Подбор."}
    refused = await doors.post(path, sent, uuid4().hex, "supervisor")
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    foreign = await doors.post(path, IDENTIFIED, uuid4().hex, "supervisor")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "role_not_allowed")
    after = await home.register.view(number)
    assert after is not None
    assert after.last_sequence == before.last_sequence
