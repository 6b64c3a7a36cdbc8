"""Erasing over HTTP: two persons, a closed case, and afterwards nothing but the word that it is gone (ADR 18)."""

import asyncio
import os
import subprocess

import httpx

from domain.actors import Role
from domain.contracts.commands import Withdraw
from tests.api_server import Doors
from tests.examples import KIM
from tests.house import PORTAL, House
from tests.stack_process import HOTLINE
from tests.walks import with_question

COURT = {"ground": "court_order"}


async def ended(home: House, **details: str) -> str:
    number = await with_question(home, **details)
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.ended(number)
    return number


async def erase(doors: Doors, number: str) -> None:
    asked = await doors.post(f"/v1/appeals/{number}/erasure", COURT, role="supervisor", subject="boss")
    assert asked.status_code == 200, asked.text
    assert asked.json()["erased_at"] is None
    done = await doors.post(f"/v1/appeals/{number}/erasure/approval", None, role="quality_control", subject="judge")
    assert done.status_code == 200, done.text
    assert done.json()["erased_at"] is not None


async def test_two_persons_erase_a_closed_case(doors: Doors, home: House) -> None:
    number, other = await ended(home), await ended(home, **KIM)
    await erase(doors, number)
    for path in ("", "/journal", "/result", "/chain", "/chain/journal", "/confirmation"):
        answer = await doors.get(f"/v1/appeals/{number}{path}", subject=PORTAL)
        assert (answer.status_code, answer.json()["code"]) == (410, "erased"), path
    assert (await doors.get(f"/v1/appeals/{number}", role="operator")).status_code == 410
    stranger = await doors.get(f"/v1/appeals/{number}", subject="another-portal")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_appeal")
    sent = await doors.post(f"/v1/appeals/{number}/commands", {"type": "Withdraw"}, key="late-word", subject=PORTAL)
    assert sent.status_code == 410
    again = await doors.post(f"/v1/appeals/{number}/erasure/approval", None, role="quality_control", subject="judge")
    assert again.status_code == 200, "a lost answer is had again"
    assert (await doors.get(f"/v1/appeals/{other}", subject=PORTAL)).status_code == 200


async def test_the_command_line_asks_and_consents_with_two_tokens(
    doors: Doors, api: httpx.AsyncClient, home: House
) -> None:
    number = await ended(home)

    async def hotline(*arguments: str, role: str) -> subprocess.CompletedProcess[str]:
        token = {"HOTLINE_TOKEN": await doors.token(role), "HOTLINE_PUBLIC_URL": str(api.base_url).rstrip("/")}
        command = [HOTLINE, "erase", *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, env=os.environ | token, capture_output=True, text=True, timeout=60, check=False
        )

    early = await hotline("approve", number, role="quality_control")
    assert (early.returncode, "не запросил" in early.stderr) == (1, True)
    asked = await hotline("request", number, "--reason", "court_order", role="supervisor")
    assert (asked.returncode, "test-supervisor" in asked.stdout) == (0, True), asked.stderr
    done = await hotline("approve", number, role="quality_control")
    assert (done.returncode, "was erased" in done.stdout) == (0, True), done.stderr
    assert (await doors.get(f"/v1/appeals/{number}", role="supervisor")).status_code == 410


async def test_who_asks_does_not_consent_and_others_do_neither(doors: Doors, home: House) -> None:
    number = await ended(home)
    erasure = f"/v1/appeals/{number}/erasure"
    for role in ("portal", "citizen", "operator", "quality_control", "auditor"):
        assert (await doors.post(erasure, COURT, role=role)).json()["code"] == "role_not_allowed"
    nobody_asked = await doors.post(f"{erasure}/approval", None, role="quality_control")
    assert (nobody_asked.status_code, nobody_asked.json()["code"]) == (409, "not_requested")
    assert (await doors.post(erasure, COURT, role="supervisor", subject="both")).status_code == 200
    for role in ("supervisor", "operator", "auditor"):
        assert (await doors.post(f"{erasure}/approval", None, role=role)).json()["code"] == "role_not_allowed"
    for alike in ("both", "Both", "\uff42oth"):
        same = await doors.post(f"{erasure}/approval", None, role="quality_control", subject=alike)
        assert (same.status_code, same.json()["code"]) == (403, "same_person"), alike
    assert await home.register.view(number) is not None


async def test_what_is_still_worked_on_is_not_erased(doors: Doors, home: House) -> None:
    number = await with_question(home)
    for status in ("open", "closed, but still to be rated"):
        refused = await doors.post(f"/v1/appeals/{number}/erasure", COURT, role="supervisor")
        assert (refused.status_code, refused.json()["code"]) == (409, "still_open"), status
        if status == "open":
            await home.decide(number, Role.CITIZEN, Withdraw())
            await home.closed(number)
    wrong = await doors.post(f"/v1/appeals/{number}/erasure", {"ground": "retention"}, role="supervisor")
    assert wrong.json()["code"] == "ground_not_allowed"


async def test_the_same_request_sent_again_opens_another_case(doors: Doors, home: House) -> None:
    """What was asked for under the key is nobody's to know any more."""
    body = {
        "channel": "chat",
        "citizen": "of-the-same-key",
        "category": "payments",
        "details": {"full_name": "Ким Сергей", "phone": "+79000001003"},
    }
    opened = await doors.post("/v1/appeals", body, key="the-same-key", subject=PORTAL)
    number = opened.json()["number"]
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.ended(number)
    await erase(doors, number)
    again = await doors.post("/v1/appeals", body, key="the-same-key", subject=PORTAL)
    assert again.status_code == 201
    assert again.json()["number"] != number
