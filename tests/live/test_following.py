"""Following live: nothing lost and nothing twice, whatever breaks and whoever writes at the same time."""

import asyncio
import time

import httpx
import pytest

from domain.actors import Role
from domain.appeal import Status, Unit
from domain.contracts import events
from domain.erasure import ErasureGround
from infra.settings import Settings
from store.erasures import Erasure, Erasures
from store.register import Register
from tests.api_server import served
from tests.live.processes import ApiProcess, Follower, Issuer
from tests.store.journals import RECEIVED, START, TOLD, Case, expected

pytestmark = [pytest.mark.requirement("STS-1"), pytest.mark.timeout(240)]
DECIDED = events.StatusChanged(status=Status.IN_PROGRESS, reason="Проверяем документы Смирновой.")
WRITERS, CASES_OF_EACH, STEPS = 4, 3, 5
FIRST = "2000000000000004"


async def written(register: Register, case: Case, role: Role = Role.OPERATOR, steps: int = STEPS) -> None:
    """A case in so many steps, each a transaction of its own."""
    await register.record(case.transition(RECEIVED, expected("RecordRequest", role)))
    for _ in range(steps - 1):
        await register.record(case.transition(DECIDED, TOLD))


async def of_journals(register: Register, cases: list[Case]) -> dict[str, list[tuple[int, str]]]:
    return {
        case.number: [(entry.position, entry.event.type) for entry in await register.journal(case.number)]
        for case in cases
    }


def by_case(follower: Follower) -> dict[str, list[tuple[int, str]]]:
    told: dict[str, list[tuple[int, str]]] = {}
    for _, data in follower.heard:
        told.setdefault(data["number"], []).append((data["position"], data["type"]))
    return told


def named(number: str, citizen: str | None = None) -> Case:
    """A case with a number that has its check digit."""
    case = Case(citizen=citizen)
    case.number = number
    return case


async def test_what_followers_hear_is_the_journals_in_order(
    register: Register, settings: Settings, issuer: Issuer
) -> None:
    first = named(FIRST)
    await register.record(first.transition(RECEIVED, expected()))
    cases = [first, *(Case() for _ in range(WRITERS * CASES_OF_EACH))]
    of_all, of_first = len(cases) * (2 * STEPS + 1), 2 * STEPS + 1

    async def write(own: list[Case]) -> None:
        for case in own:
            await written(register, case)

    async def write_first() -> None:
        for _ in range(STEPS - 1):
            await register.record(first.transition(DECIDED, TOLD))

    process = await asyncio.to_thread(ApiProcess(settings).start)
    auditor = await issuer.token("auditor")
    async with process, served(settings) as client:
        apis = [str(client.base_url), process.url]
        quiet, broken = (Follower(apis, "/v1/desk/events?after=0", auditor) for _ in range(2))
        one = Follower(apis, f"/v1/appeals/{FIRST}/events?after=0", await issuer.token("auditor", "another"))
        async with asyncio.timeout(150), asyncio.TaskGroup() as tasks:
            tasks.create_task(quiet.follow(lambda: len(quiet.heard) >= of_all))
            tasks.create_task(broken.follow(lambda: len(broken.heard) >= of_all, breaks_after=11))
            tasks.create_task(one.follow(lambda: len(one.heard) >= of_first, breaks_after=2))
            tasks.create_task(write_first())
            for begin in range(1, len(cases), CASES_OF_EACH):
                tasks.create_task(write(cases[begin : begin + CASES_OF_EACH]))
            tasks.create_task(asyncio.to_thread(process.restart))
    kept = await of_journals(register, cases)
    assert by_case(quiet) == by_case(broken) == kept
    assert quiet.heard == broken.heard, "one order for all"
    assert [int(id_) for id_, _ in quiet.heard] == list(range(1, of_all + 1)), "places have no gap"
    assert by_case(one) == {FIRST: kept[FIRST]}
    assert [int(id_) for id_, _ in one.heard] == [position for position, _ in kept[FIRST]]
    assert broken.connections > of_all // 11
    assert "Смирнов" not in quiet.text + one.text, "what happened, and nothing of a person"
    told = one.heard[3][1]
    assert (told["number"], told["position"], told["type"]) == (FIRST, 4, "StatusChanged")
    assert told.keys() == {"number", "position", "type", "at", "status"}


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
async def test_a_desk_hears_of_its_own_cases_alone(register: Register, settings: Settings, issuer: Issuer) -> None:
    ours, theirs = named(FIRST), Case()
    async with served(settings) as client:
        lawyer, operator = [
            Follower([str(client.base_url)], "/v1/desk/events", await issuer.token(role))
            for role in ("legal", "operator")
        ]
        await lawyer.until_ready()
        await operator.until_ready()
        await written(register, theirs, Role.OPERATOR, steps=2)
        await written(register, ours, Role.LEGAL, steps=2)
        await operator.hears(5)
        await lawyer.hears(5)
        handed = events.HandedOver(unit=Unit.LEGAL, reason="Вопрос права.", previous=Unit.FIRST_LINE)
        await register.record(theirs.transition(handed))
        await operator.hears(6)
        await lawyer.hears(6)
        assert set(by_case(operator)) == {theirs.number}
        kept = await of_journals(register, [ours])
        # From now on another case is theirs too; what was before they can read.
        assert by_case(lawyer) == kept | {theirs.number: [(6, "HandedOver")]}
        for role, path, status in (
            ("citizen", "/v1/desk/events", 403),
            ("portal", "/v1/desk/events", 403),
            ("portal", f"/v1/appeals/{FIRST}/events", 404),
            ("operator", f"/v1/appeals/{FIRST}/events", 404),
            ("auditor", f"/v1/appeals/{FIRST}/events?after=-1", 422),
        ):
            headers = {"Authorization": f"Bearer {await issuer.token(role, 'somebody')}"}
            answer = await client.get(path, headers=headers)
            assert answer.status_code == status, (role, path, answer.text)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
async def test_streams_end_with_token_erasure_and_process_and_are_bounded(
    register: Register, settings: Settings, issuer: Issuer
) -> None:
    case = named(FIRST, citizen="anna")
    await register.record(case.transition(RECEIVED, expected()))
    path = f"/v1/appeals/{FIRST}/events"
    another, ended = httpx.AsyncClient(timeout=30), list[asyncio.Task[bytes]]()
    async with served(settings) as client:
        headers = {"Authorization": f"Bearer {await issuer.token('portal', 'test-portal', ttl_s=3)}"}
        began = time.monotonic()
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, "event: ready" in answer.text) == (200, True)
        assert 1 < time.monotonic() - began < 25, "it ended with the token"
        auditor = await issuer.token("auditor")
        # A place that is not on record, as after a restored backup: what was read has to be read again.
        lost = Follower([str(client.base_url)], f"{path}?after=4711", auditor)
        await lost.until_ready()
        assert (lost.kinds, lost.last_id) == (["reset"], "3")
        headers = {"Authorization": f"Bearer {await issuer.token('supervisor')}"}
        desk = client.base_url.join("/v1/desk/events")
        streams = [another.stream("GET", desk, headers=headers) for _ in range(3)]
        opened = [await stream.__aenter__() for stream in streams]
        assert [each.status_code for each in opened] == [200, 200, 200]
        refused = await client.get("/v1/desk/events", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        await streams[0].__aexit__(None, None, None)
        async with asyncio.timeout(45):
            while await is_refused(client, headers):
                pass
        follower = Follower([str(client.base_url)], path, auditor)
        hearing = asyncio.create_task(follower.hears(1))
        async with asyncio.timeout(45):
            while not follower.kinds:  # noqa: ASYNC110 - a client has no event of its own
                await asyncio.sleep(0.02)
        asked = Erasure(number=FIRST, ground=ErasureGround.COURT_ORDER, requested_at=START)
        await Erasures(register.engine, register.keyring).ask(asked)
        await Erasures(register.engine, register.keyring).carry_out(asked, START)
        await hearing
        assert follower.heard[0][1]["type"] == "AppealErased"
        ended += [asyncio.create_task(each.aread()) for each in opened[1:]]
        began = time.monotonic()
    assert time.monotonic() - began < 5, "who follows holds up no end"
    assert len(await asyncio.gather(*ended)) == 2, "the streams have an end"
    await another.aclose()


async def is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> bool:
    async with client.stream("GET", "/v1/desk/events", headers=headers) as answer:
        return answer.status_code == 429
