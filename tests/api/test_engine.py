"""The API and the engine: numbers that collide, and an engine that is away."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from api.problems import ProblemError
from api.schemas import AppealIn
from domain.actors import Actor, Role
from domain.case import CaseView
from domain.contracts.commands import Withdraw
from domain.number import NumberSpace, candidate
from tests.api.test_erasure import erase
from tests.api_server import Doors, served
from tests.examples import KIM, RECORDED, appeal
from tests.house import PORTAL as PORTAL_OF_CASES
from tests.house import House
from tests.sandbox_process import free_ports
from tests.walks import with_question

PORTAL = Actor(subject="portal", role=Role.PORTAL)
TINY = NumberSpace(payload_digits=1)


@pytest.mark.requirement("INT-5", "INT-6")
async def test_two_requests_never_meet_in_one_number(home: House) -> None:
    """In a space of nine numbers eight requests collide again and again; each gets a case of its own."""
    cases = replace(home.cases, opener=replace(home.cases.opener, numbers=TINY))
    requests = {
        f"key-{n}": AppealIn.model_validate(appeal(description=f"Вопрос {n}?") | {"service": str(n)})
        for n in range(8)
    }
    opened = await asyncio.gather(*(cases.open(PORTAL, key, sent) for key, sent in requests.items()))
    numbers = [each.number for each in opened]
    assert len(set(numbers)) == len(requests)
    for (key, sent), number in zip(requests.items(), numbers, strict=True):
        assert (await cases.open(PORTAL, key, sent)).number == number
        view = await home.expecting(number, "RecordRequest")
        assert view.details.description == sent.details.description
        assert (await cases.open(PORTAL, key, sent)).number == number, "the register knows it by now"


async def test_a_full_number_space_is_a_503(home: House) -> None:
    cases = replace(home.cases, opener=replace(home.cases.opener, numbers=TINY))
    sent = AppealIn.model_validate(appeal())
    outcomes = await asyncio.gather(
        *(cases.open(PORTAL, f"full-{n}", sent) for n in range(10)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, ProblemError)]
    assert refused, outcomes
    assert all(refusal.problem.status == 503 for refusal in refused)


@pytest.mark.requirement("INT-5", "INT-6")
async def test_the_register_is_asked_only_where_a_number_has_a_key_already(home: House) -> None:
    asked: list[str] = []

    async def known(number: str) -> CaseView | None:
        asked.append(number)
        return await home.cases.register.view(number)

    cases = replace(home.cases, opener=replace(home.cases.opener, known=known))
    sent, key = AppealIn.model_validate(appeal()), uuid4().hex
    opened = await cases.open(PORTAL, key, sent)
    assert opened.is_new
    assert asked == [], "under its first key there can be no case"
    again = await cases.open(PORTAL, key, sent)
    assert (again.number, again.is_new) == (opened.number, False)
    assert asked == [opened.number]


@pytest.mark.requirement("INT-5", "INT-6")
async def test_a_request_whose_process_died_between_key_and_start_is_started_once(home: House) -> None:
    """The key is kept and the engine was told nothing: whoever gets the request next starts it, under that key."""
    sent, key = AppealIn.model_validate(appeal()), uuid4().hex
    opener = home.cases.opener
    number = opener.numbers.candidate(opener.key, PORTAL.subject, key, 0)
    assert await opener.keyring.make(number)
    opened = await asyncio.gather(*(home.cases.open(PORTAL, key, sent) for _ in range(2)))
    assert {each.number for each in opened} == {number}
    assert sorted(each.is_new for each in opened) == [False, True]
    view = await home.expecting(number, "RecordRequest")
    assert view.details.description == sent.details.description


async def test_the_register_is_away(home: House, tmp_path: Path) -> None:
    """An appeal is taken: engine and keys hold it. Whether one that was sent before is known, nobody can say."""
    away = home.settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{tmp_path}/no/such/register.db"})
    async with served(away) as api:
        doors, key = Doors(api, home.http), uuid4().hex
        opened = await doors.post("/v1/appeals", appeal(), key)
        assert opened.status_code == 201
        for answer in (await doors.post("/v1/appeals", appeal(), key), await doors.get("/readyz")):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
    await home.expecting(opened.json()["number"], "RecordRequest")
    async with served(home.settings) as api:
        again = await Doors(api, home.http).post("/v1/appeals", appeal(), key)
    assert (again.status_code, again.json()["number"]) == (201, opened.json()["number"])


async def test_more_requests_than_the_api_can_serve(home: House) -> None:
    narrow = home.settings.model_copy(update={"requests_at_once_max": 2})
    async with served(narrow) as api:
        doors = Doors(api, home.http)
        answers = await asyncio.gather(*(doors.post("/v1/appeals", appeal(), uuid4().hex) for _ in range(40)))
        refused = [answer for answer in answers if answer.status_code == 503]
        assert refused
        assert {answer.status_code for answer in answers} == {201, 503}
        assert refused[0].json()["code"] == "busy"
        assert int(refused[0].headers["Retry-After"]) > 0


async def test_the_engine_is_away(home: House) -> None:
    (nobody_listens,) = free_ports(1)
    away = home.settings.model_copy(update={"engine_address": f"127.0.0.1:{nobody_listens}"})
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    async with served(away) as api:
        doors = Doors(api, home.http)
        for answer in (
            await doors.post("/v1/appeals", appeal(), uuid4().hex),
            await doors.post(
                f"/v1/appeals/{number}/commands", RECORDED.model_dump(mode="json"), uuid4().hex, "operator"
            ),
            await doors.get("/readyz"),
        ):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Content-Type"] == "application/problem+json"
        assert (await doors.get("/healthz")).status_code == 200
        assert (await doors.get(f"/v1/appeals/{number}", "operator")).status_code == 200, "reading needs no engine"
    async with served(home.settings) as api:
        assert (await api.get("/readyz")).status_code == 200
    await home.decide(number, Role.OPERATOR, RECORDED)


async def test_an_engine_that_is_away_does_not_tell_which_numbers_there_are(home: House) -> None:
    number, erased = await with_question(home), await with_question(home, **KIM)
    await home.decide(erased, Role.CITIZEN, Withdraw())
    await home.ended(erased)
    async with served(home.settings) as api:
        await erase(Doors(api, home.http), erased)
    unknown = candidate(b"some other key", "portal", "key")
    away = home.settings.model_copy(update={"engine_address": f"127.0.0.1:{free_ports(1)[0]}"})
    async with served(away) as api:
        doors = Doors(api, home.http)
        for asked in (number, erased, unknown):
            for role in ("portal", "citizen", "legal"):
                answer = await doors.get(f"/v1/appeals/{asked}", role, "somebody-else")
                expected = (410, "erased") if (asked, role) == (erased, "legal") else (503, "engine_unavailable")
                assert (answer.status_code, answer.json()["code"]) == expected, (asked, role)
        assert (await doors.get(f"/v1/appeals/{number}", "portal", PORTAL_OF_CASES)).status_code == 200
