"""How fast commands are acknowledged and appeals are taken, against the bare engine in the same run.

`python -m bench.latency` prints two ratios' worth of figures. Both sides are interleaved, so that a machine whose
speed drifts drifts for both. The API runs in a process of its own, as in life.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.schemas import AppealIn
from bench.history import POLICY
from domain.actors import Role
from domain.contracts.appeal import Appeal
from domain.contracts.commands import Decision
from domain.contracts.state import AppealStart
from tests.examples import MATCHED, RECORDED, appeal, secured
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess, free_ports
from workflows.appeal import AppealWorkflow

CASES = 30
CLIENTS = 16
ROUNDS = 6
STARTS_A_CLIENT = 20
NOBODY = "nobody-works-here"


@workflow.defn
class BareWorkflow:
    """The least that can acknowledge something."""

    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._count >= len(DECISIONS))

    @workflow.update
    def count(self) -> int:
        self._count += 1
        return self._count


DECISIONS: list[tuple[str, Role, Callable[[], Decision]]] = [
    ("RecordRequest", Role.OPERATOR, lambda: RECORDED),
    ("CheckDocuments", Role.SPECIALIST, lambda: MATCHED),
    ("ReportAccountSecurity", Role.REGISTRY, lambda: secured(two_factor=False)),
    ("ReportAccountSecurity", Role.REGISTRY, secured),
]


@dataclass(frozen=True)
class Rates:
    """Starts a second of the API and of the bare engine, round by round."""

    api: list[float]
    bare: list[float]


async def receipts(home: House) -> tuple[list[float], list[float]]:
    """Milliseconds of each receipt, and of each bare update, one after the other."""
    ours, bare = [], []
    for _ in range(CASES):
        number = await home.open(appeal())
        handle = await home.client.start_workflow(BareWorkflow.run, id=uuid4().hex, task_queue="bare")
        for command, role, made in DECISIONS:
            await home.expecting(number, command)
            await asyncio.sleep(0.1)
            decision = made()
            ours.append(await _milliseconds(lambda: home.decide(number, role, decision)))  # noqa: B023
            bare.append(await _milliseconds(lambda: handle.execute_update(BareWorkflow.count)))  # noqa: B023
        await home.closed(number)
    return ours, bare


class PortalClient:
    """A portal's connection, as lean as the engine's own client: what it costs is not ours to measure."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._body = json.dumps(appeal()).encode()
        self._head = f"POST /v1/appeals HTTP/1.1\r\nHost: {self._address.netloc}\r\nAuthorization: Bearer {token}\r\n"

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._address.hostname, self._address.port)

    async def post(self) -> None:
        entity = f"Content-Type: application/json\r\nContent-Length: {len(self._body)}\r\n"
        head = f"{self._head}{entity}Idempotency-Key: {uuid4().hex}\r\n\r\n"
        self._writer.write(head.encode() + self._body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if not answer.startswith(b"http/1.1 201"):
            raise RuntimeError(answer.decode())
        length = re.search(rb"content-length: (\d+)", answer)
        await self._reader.readexactly(int(length[1]) if length else 0)

    def close(self) -> None:
        self._writer.close()


async def starts(home: House, api_url: str, token: str) -> Rates:
    """Appeals posted, and workflows started, by the same number of clients."""
    rates = Rates([], [])
    portals = [PortalClient(api_url, token) for _ in range(CLIENTS)]
    await asyncio.gather(*(portal.connect() for portal in portals))

    async def start() -> None:
        await home.client.start_workflow(AppealWorkflow.run, bare_start(), id=uuid4().hex, task_queue=NOBODY)

    posts, bare = [portal.post for portal in portals], [start] * CLIENTS
    await _rate(posts), await _rate(bare)  # warm
    for _ in range(ROUNDS):
        rates.api.append(await _rate(posts))
        rates.bare.append(await _rate(bare))
    for portal in portals:
        portal.close()
    return rates


def bare_start() -> AppealStart:
    sent = AppealIn.model_validate(appeal())
    received = {"received_at": "2026-11-22T12:00:00Z", "number": uuid4().hex, "portal": "bench"}
    details = {"details": sent.details.contract()}
    given = Appeal.model_validate(sent.model_dump(exclude={"details", "received_at"}) | received | details)
    return AppealStart(appeal=given)


async def _rate(clients: Sequence[Callable[[], Awaitable[None]]]) -> float:
    async def client(once: Callable[[], Awaitable[None]]) -> None:
        for _ in range(STARTS_A_CLIENT):
            await once()

    began = time.perf_counter()
    await asyncio.gather(*(client(once) for once in clients))
    return len(clients) * STARTS_A_CLIENT / (time.perf_counter() - began)


async def _milliseconds(once: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await once()
    return (time.perf_counter() - began) * 1000


@asynccontextmanager
async def api_process(home: House) -> AsyncIterator[str]:
    """`hotline api` on the house's engine and register, its cases on a queue without a worker."""
    (port,) = free_ports(1)
    environment = os.environ | {
        "HOTLINE_DATA_DIR": str(home.settings.data_dir),
        "HOTLINE_ENGINE_ADDRESS": home.settings.engine_address,
        "HOTLINE_ENGINE_NAMESPACE": home.settings.engine_namespace,
        "HOTLINE_CASE_QUEUE": NOBODY,
        "HOTLINE_SANDBOX_URL": home.settings.sandbox_url,
        "HOTLINE_API_PORT": str(port),
    }
    process = subprocess.Popen(  # noqa: ASYNC220 - our own command, once
        [sys.executable, "-m", "cli", "api"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as client, asyncio.timeout(30):
        while not await _is_ready(client, url):  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).is_success
    except httpx.TransportError:
        return False


async def run() -> str:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with SandboxProcess(data / "sandbox") as sandbox:
            pragmas = ("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL")
            async with (
                engine(data / "engine.db", *pragmas) as environment,
                house(environment, sandbox, data, policy=POLICY) as home,
                Worker(
                    home.client,
                    task_queue="bare",
                    workflows=[BareWorkflow],
                    workflow_runner=UnsandboxedWorkflowRunner(),
                ),
                api_process(home) as url,
            ):
                ours, bare = await receipts(home)
                body = {"subject": "bench", "role": "portal"}
                token = (await home.http.post("/issuer/token", json=body)).json()["access_token"]
                rates = await starts(home, url, token)
    return _report(ours, bare, rates)


def _report(ours: list[float], bare: list[float], rates: Rates) -> str:
    ratios = [api / bare for api, bare in zip(rates.api, rates.bare, strict=True)]
    receipt, update = statistics.median(ours), statistics.median(bare)
    return (
        f"receipt of a command, p50: {receipt:.1f} ms; bare update {update:.1f} ms; "
        f"over it {receipt - update:.1f} ms\n"
        f"appeals a second, {CLIENTS} clients, median: {statistics.median(rates.api):.0f}; "
        f"bare starts {statistics.median(rates.bare):.0f}; ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f} over {ROUNDS} rounds)\n"
    )


def main() -> None:
    sys.stdout.write(asyncio.run(run()))


if __name__ == "__main__":
    main()
