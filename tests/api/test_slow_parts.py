"""The engine or the database hangs under many clients: bounded queues, 503 in time, and recovery by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.api_server import Doors
from tests.examples import question
from tests.house import WITHIN_SECONDS, House, engine, house
from tests.live.processes import ApiProcess
from tests.sandbox_process import SandboxProcess

CLIENTS = 64
AT_ONCE = 48
GROWTH_BYTES_MAX = 64 * 1024 * 1024
# What the API itself waits for at the longest, and as much again for a machine that is busy.
ANSWERED_WITHIN_SECONDS = 30.0


@pytest.fixture(scope="module")
async def lonely_engine() -> AsyncIterator[WorkflowEnvironment]:
    """An engine that nobody else uses, so that it can be stopped."""
    async with engine() as started:
        yield started


@contextmanager
def hanging(environment: WorkflowEnvironment) -> Iterator[None]:
    """While this lasts, the engine keeps its connections and answers nothing."""
    port = environment.client.service_client.config.target_host.rpartition(":")[2]
    (process,) = [each for each in psutil.Process().children(recursive=True) if port in each.cmdline()]
    process.suspend()
    try:
        yield
    finally:
        process.resume()


class Crowd:
    """Many clients of one API, each with a request of its own that it sends until it is done."""

    def __init__(self, api: ApiProcess, http: httpx.AsyncClient, token: str) -> None:
        self.api = api
        self._http = http
        self._token = token
        self._keys = [uuid4().hex for _ in range(CLIENTS)]

    async def open(self, key: str) -> httpx.Response:
        sent = question() | {"citizen": f"citizen-{key}"}
        return await self._send("POST", "/v1/appeals", key, json=sent)

    async def read(self, number: str) -> httpx.Response:
        return await self._send("GET", f"/v1/appeals/{number}", "")

    async def _send(self, method: str, path: str, key: str, **body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"} | ({"Idempotency-Key": key} if key else {})
        return await self._http.request(method, self.api.url + path, headers=headers, **body)  # type: ignore[arg-type]

    async def all_open(self) -> list[httpx.Response]:
        return list(await asyncio.gather(*map(self.open, self._keys)))

    async def all_read(self, number: str) -> list[httpx.Response]:
        return list(await asyncio.gather(*(self.read(number) for _ in self._keys)))


def refused_in_time(answers: list[httpx.Response], code: str) -> None:
    """Each was told to come again: who found no place at once, the others within the time-out."""
    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    codes = [answer.json()["code"] for answer in answers]
    assert set(codes) == {code, "busy"}
    assert codes.count(code) == AT_ONCE
    assert max(answer.elapsed.total_seconds() for answer in answers) < ANSWERED_WITHIN_SECONDS


async def test_what_hangs_is_refused_in_time_and_goes_on_by_itself(
    lonely_engine: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path
) -> None:
    limits = httpx.Limits(max_connections=CLIENTS + 2)
    async with (
        house(lonely_engine, world, tmp_path) as home,
        httpx.AsyncClient(timeout=2 * ANSWERED_WITHIN_SECONDS, limits=limits) as http,
        ApiProcess(
            home.settings,
            engine_address=home.settings.engine_address,
            engine_namespace=home.settings.engine_namespace,
            case_queue=home.settings.case_queue,
            delivery_queue=home.settings.delivery_queue,
            requests_at_once_max=AT_ONCE,
            database_pool=AT_ONCE,
        ) as api,
    ):
        await asyncio.to_thread(api.start)
        number = await home.open(question())
        await home.expecting(number, "AnswerQuestion")
        doors = Doors(http, home.http)
        portals = Crowd(api, http, await doors.token("portal"))
        operators = Crowd(api, http, await doors.token("operator"))
        assert (await portals.read(number)).status_code == 200
        before = api.resident_bytes

        await the_database_hangs(home, operators, number)
        # The API has not met the engine yet: the worst moment.
        await the_engine_hangs(lonely_engine, portals, number)
        assert api.resident_bytes - before < GROWTH_BYTES_MAX


async def the_engine_hangs(environment: WorkflowEnvironment, portals: Crowd, number: str) -> None:
    with hanging(environment):
        refused_in_time(await portals.all_open(), "engine_timeout")
        assert (await portals.read(number)).status_code == 200, "reading needs no engine"
    opened = await served_again(portals.all_open, 201)
    assert len({answer.json()["number"] for answer in opened}) == CLIENTS


async def the_database_hangs(home: House, operators: Crowd, number: str) -> None:
    async with home.register_locked():
        refused_in_time(await operators.all_read(number), "register_unavailable")
    await served_again(lambda: operators.all_read(number), 200)


async def served_again(ask: Callable[[], Awaitable[list[httpx.Response]]], status: int) -> list[httpx.Response]:
    """Ask until all have got this; who finds no place meanwhile is told so, and nobody is told anything else."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            answers = await ask()
            found = {answer.status_code for answer in answers}
            assert found <= {status, 503}
            if found == {status}:
                return answers
