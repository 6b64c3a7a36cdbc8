"""A dry run tells what would happen, and it is what then happens; nothing is written for it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from domain.actors import Role
from domain.appeal import Unit
from domain.contracts.commands import (
    AddDetails,
    AnswerQuestion,
    AskStatus,
    Classify,
    Decision,
    HandOver,
    ReleaseCase,
    TakeCase,
    TellCitizen,
    Withdraw,
)
from store.tables import appeal as appeals
from tests.api_server import Doors
from tests.examples import ANSWER, KIM, appeal, question, verification
from tests.house import PORTAL, House
from tests.walks import with_question

OPENINGS: list[tuple[dict[str, Any], str, str | None]] = [
    (question(), "consultation", None),
    (appeal(login=None), "access_recovery", "SupplyDetails"),
    ({**question(), "category": None}, "triage", "Classify"),
    (verification(), "identity_verification", None),
    (appeal(scans=None), "access_recovery", "SupplyDetails"),
    (appeal(scans=None) | {"coming_scans": ["snils"]}, "access_recovery", None),
]
STEPS: list[tuple[Role, Decision]] = [
    (Role.CITIZEN, AddDetails(text="Ошибка та же.")),
    (Role.OPERATOR, AskStatus()),
    (Role.OPERATOR, TellCitizen(text="Мы проверяем платёж.")),
    (Role.OPERATOR, TakeCase()),
    (Role.OPERATOR, ReleaseCase()),
    (Role.OPERATOR, HandOver(unit=Unit.SECOND_LINE, reason="Сложный вопрос.")),
    (Role.SPECIALIST, Classify(category="applications", reason="О заявлении.")),
    (Role.OPERATOR, ANSWER),
    (Role.CITIZEN, Withdraw()),
]


def follows(told: list[str], happened: list[str]) -> bool:
    """Whether everything told has happened, in this order, with whatever in between."""
    left = iter(happened)
    return all(event in left for event in told)


@pytest.mark.requirement("VAL-1")
async def test_an_opening_that_is_only_tried(doors: Doors, home: House) -> None:
    for sent, procedure, awaits in OPENINGS:
        key = uuid4().hex
        foreseen = await doors.post("/v1/appeals?dry_run=true", sent, key, subject=PORTAL)
        assert foreseen.status_code == 200, foreseen.text
        told = foreseen.json()
        assert (told["procedure"], told["awaits"]) == (procedure, awaits)
        assert bool(told["missing"]) == (awaits == "SupplyDetails")
    async with home.register.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(appeals))).scalar() == 0
    opened = await doors.post("/v1/appeals", OPENINGS[1][0], key, subject=PORTAL)
    assert (opened.status_code, "Idempotency-Replayed" in opened.headers) == (201, False), "the key is free"
    view = await home.expecting(opened.json()["number"], "SupplyDetails")
    assert view.requested_items == ["login"]
    wrong = await doors.post("/v1/appeals?dry_run=true", {"channel": "fax"}, uuid4().hex)
    assert wrong.status_code == 422


@pytest.mark.requirement("VAL-1", "AUD-1")
async def test_what_is_told_beforehand_happens(doors: Doors, home: House) -> None:
    number = await with_question(home)
    for role, decision in STEPS:
        await home.at_rest(number)
        before = await home.events(number)

        async def tried(decision: Decision = decision, role: Role = role) -> httpx.Response:
            subject = await home.subject(number, role)
            path = f"/v1/appeals/{number}/commands?dry_run=true"
            return await doors.post(path, decision.model_dump(mode="json"), uuid4().hex, role.value, subject)

        told = (await tried()).json()
        assert told["accepted"], told
        assert await home.events(number) == before, "it was only tried"
        await home.decide(number, role, decision)
        await home.at_rest(number)
        happened = (await home.events(number))[len(before) :]
        assert follows(told["events"], happened), (told, happened)
        if not told["moves_on"]:
            view = await home.register.view(number)
            assert view
            now = [{"command": open_.command, "roles": list(open_.roles)} for open_ in view.expectations]
            assert told["awaits"] == now
    await home.closed(number)


@pytest.mark.requirement("VAL-1")
async def test_a_decision_that_would_be_refused_is_told_why(doors: Doors, home: House) -> None:
    number = await with_question(home, **KIM)
    path = f"/v1/appeals/{number}/commands"
    empty = AnswerQuestion(summary="Нет.", steps=["Ждите."]).model_dump(mode="json")
    for body, role, headers in (
        (empty, "supervisor", None),
        ({"type": "ConfirmSolution", "solved": True}, "operator", None),
        ({"type": "AdoptCalendar", "version": "1999", "reason": "Проба."}, "supervisor", None),
        (empty, "operator", '"1"'),
    ):
        tried = await doors.post(f"{path}?dry_run=true", body, uuid4().hex, role, if_match=headers)
        sent = await doors.post(path, body, uuid4().hex, role, if_match=headers)
        assert (tried.status_code, tried.json()["accepted"]) == (200, False)
        assert tried.json()["refusal"] == sent.json()
        assert sent.status_code == sent.json()["status"] >= 400
    assert (await doors.post(f"{path}?dry_run=true", empty, uuid4().hex, "auditor")).status_code == 403
