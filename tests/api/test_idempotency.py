"""A request sent again under its key has the same answer and one effect, whatever became of the first answer."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from domain.actors import Role
from domain.contracts.commands import Withdraw
from domain.contracts.events import StatusAsked
from tests.api_server import Doors
from tests.examples import question
from tests.house import PORTAL, House
from tests.walks import with_question

pytestmark = pytest.mark.sql

REPLAYED = "Idempotency-Replayed"
ASKED = {"type": "AskStatus", "question": "Когда будет ответ?"}
COURT = {"ground": "court_order"}


def of_one_effect(answers: list[httpx.Response], status: int) -> httpx.Response:
    """That all have the same answer, and one of them is not said to be a repetition."""
    assert {answer.status_code for answer in answers} == {status}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    (first,) = [answer for answer in answers if REPLAYED not in answer.headers]
    return first


@pytest.mark.requirement("INT-6")
async def test_an_opening_and_a_decision_have_one_answer_for_ever(doors: Doors, home: House) -> None:
    key, sent = uuid4().hex, question() | {"citizen": "citizen-9"}

    async def opened() -> httpx.Response:
        return await doors.post("/v1/appeals", sent, key, subject=PORTAL)

    first = of_one_effect(list(await asyncio.gather(*(opened() for _ in range(3)))), 201)
    number = first.json()["number"]
    path = f"/v1/appeals/{number}/commands"
    await home.expecting(number, "AnswerQuestion")

    async def asked(role: str = "citizen", subject: str = "citizen-9") -> httpx.Response:
        return await doors.post(path, ASKED, key, role, subject)

    receipt = of_one_effect(list(await asyncio.gather(*(asked() for _ in range(3)))), 202)
    of_others = [await asked("portal", PORTAL), await asked("operator", "op-7"), await asked("operator", "op-8")]
    assert all(REPLAYED not in answer.headers for answer in of_others), "another caller's key is another request"
    await home.journalled(number, StatusAsked, times=4)
    other = await doors.post(path, ASKED | {"question": "Где ответ?"}, key, "citizen", "citizen-9")
    assert (other.status_code, other.json()["code"]) == (422, "id_reused")

    under_one_key = uuid4().hex
    both = [
        doors.post(path, ASKED | {"question": said}, under_one_key, "citizen", "citizen-9")
        for said in ("Да?", "Нет?")
    ]
    assert sorted(answer.status_code for answer in await asyncio.gather(*both)) == [202, 422]
    await home.journalled(number, StatusAsked, times=5)

    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.closed(number)
    last = uuid4().hex
    rated = [await doors.post(path, {"type": "RateSatisfaction", "score": 5}, last, "citizen", "citizen-9")]
    await home.handle(number).result()
    rated += [await doors.post(path, {"type": "RateSatisfaction", "score": 5}, last, "citizen", "citizen-9")]
    of_one_effect(rated, 202)
    for again, before in ((await opened(), first), (await asked(), receipt)):
        assert (again.status_code, again.text) == (before.status_code, before.text)
        assert again.headers[REPLAYED] == "true"
    assert (await home.events(number)).count("StatusAsked") == 5


@pytest.mark.requirement("INT-6")
async def test_an_erasure_is_asked_for_once_and_consented_to_once(doors: Doors, home: House) -> None:
    number = await with_question(home)
    key, path = uuid4().hex, f"/v1/appeals/{number}/erasure"
    refused = await doors.post(path, COURT, key, "supervisor", "chief")
    assert refused.json()["code"] == "still_open"
    await home.decide(number, Role.CITIZEN, Withdraw())
    await home.ended(number)

    first = await doors.post(path, COURT, key, "supervisor", "chief")
    assert (first.status_code, REPLAYED in first.headers) == (200, False), "what was refused is not kept"
    at_once = await asyncio.gather(*(doors.post(path, COURT, key, "supervisor", "chief") for _ in range(3)))
    assert {(answer.status_code, answer.text, answer.headers[REPLAYED]) for answer in at_once} == {
        (200, first.text, "true")
    }
    changed = await doors.post(path, {"ground": "consent_withdrawn"}, key, "supervisor", "chief")
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    deputy = await doors.post(path, COURT, key, "supervisor", "deputy")
    assert deputy.json()["requested_by"] == "deputy"
    again = await doors.post(path, COURT, uuid4().hex, "supervisor", "deputy")
    assert again.json() == deputy.json(), "the same request needs no second one"

    agreed = uuid4().hex
    consents = await asyncio.gather(
        *(doors.post(f"{path}/approval", None, agreed, "quality_control", "qc") for _ in range(3))
    )
    done = [answer for answer in consents if answer.status_code == 200]
    waiting = [answer for answer in consents if answer.status_code != 200]
    assert len({answer.text for answer in done}) == 1
    for answer in waiting:
        assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
        assert int(answer.headers["Retry-After"]) > 0
    replayed = await doors.post(f"{path}/approval", None, agreed, "quality_control", "qc")
    assert (replayed.text, replayed.headers[REPLAYED]) == (done[0].text, "true")
