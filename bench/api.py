"""How fast the API is with 1, 8 and 64 clients, beside the bare engine and bare FastAPI routes in the same run.

    python -m bench.api [start|command|read|upload|list ...]

Both sides take turns, so that a machine whose speed drifts drifts for both. API, bare routes, engine and sandbox are
processes of their own; the clients, the bare client of the engine and the workers share the bench's. The engine keeps
what it is told as that of `hotline up` does: safe from a power cut.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.bare_engine import NOBODY, bare_worker, starting, updating
from bench.history import POLICY
from bench.lean import JSON, connected
from bench.lists import LARGE, LISTS, SMALL, filled
from bench.processes import api_process, bare_process
from bench.rounds import Client, Once, Result, compare
from domain.actors import Role
from infra.settings import Settings
from tests import files
from tests.clamd import ClamdProcess
from tests.examples import appeal
from tests.house import PORTAL, House, engine, house
from tests.sandbox_process import SandboxProcess, free_ports
from tests.walks import with_question

CLIENTS = (1, 8, 64)
ROUNDS = 5
SECONDS = 1.5
STARTS_AT_LEAST, READS_AT_LEAST, P95_OF_LISTS_AT_MOST = 0.8, 0.5, 3
_BOUNDARY = "bench"
_AS_DURABLE_AS_THE_STACK = (
    *("--sqlite-pragma", "journal_mode=WAL"),
    *("--sqlite-pragma", "synchronous=FULL"),
)


@dataclass(frozen=True)
class Comparison:
    """One thing done through the API, and what it is held against.

    `at_least` is the ratio of the rates that is asked for, `p95_at_most` that of the 95th percentiles.
    """

    kind: str
    name: str
    ours: Client
    bare: Client
    at_least: float | None = None
    p95_at_most: float | None = None


def getting(url: str, path: str, token: str = "") -> Client:
    @asynccontextmanager
    async def client() -> AsyncIterator[Once]:
        async with connected(url, token) as connection:
            yield lambda: connection.get(path)

    return client


def posting(url: str, paths: Iterator[str], body: bytes, token: str = "", media_type: str = JSON) -> Client:
    """Clients that post the same body again and again, each to the next one of these paths."""

    @asynccontextmanager
    async def client() -> AsyncIterator[Once]:
        path = next(paths)
        async with connected(url, token) as connection:
            yield lambda: connection.post(path, body, media_type)

    return client


async def comparisons(home: House, url: str, bare: str, numbers: list[str]) -> list[Comparison]:
    """Everything that is measured, with the tokens for it; `numbers` are open appeals, one for each client."""
    portal, operator = await _token(home, Role.PORTAL, PORTAL), await _token(home, Role.OPERATOR, "bench")
    path, start = f"/v1/appeals/{numbers[0]}", json.dumps(appeal()).encode()
    command = json.dumps({"type": "AddDetails", "text": "Добавляю: ошибка повторяется."}).encode()
    commands = cycle(f"/v1/appeals/{number}/commands" for number in numbers)
    attachments = cycle(f"/v1/appeals/{number}/attachments" for number in numbers)
    form, form_type = (
        _form(files.picture(size=(600, 400)) + bytes(100_000)),
        f"multipart/form-data; boundary={_BOUNDARY}",
    )
    status, logged = getting(url, path, portal), getting(url, path, operator)
    return [
        Comparison(
            "start",
            "start an appeal / bare start_workflow",
            posting(url, cycle(["/v1/appeals"]), start, portal),
            lambda: starting(home.client),
            STARTS_AT_LEAST,
        ),
        Comparison(
            "command",
            "send a command / bare execute_update",
            posting(url, commands, command, portal),
            lambda: updating(home.client),
        ),
        Comparison("read", "read a status / route that answers from memory", status, getting(bare, "/appeal")),
        Comparison(
            "read", "read a status / route that fetches its row", status, getting(bare, "/row"), READS_AT_LEAST
        ),
        Comparison("read", "read of a person, logged / route that fetches its row", logged, getting(bare, "/row")),
        Comparison(
            "upload",
            "upload 0.1 MB, inspected, scanned, sealed / route that reads it",
            posting(url, attachments, form, portal, form_type),
            posting(bare, cycle(["/upload"]), form, media_type=form_type),
        ),
    ]


def _form(content: bytes) -> bytes:
    parts = {'name="kind"': b"screenshot", 'name="file"; filename="a.png"': content}
    heads = {f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n": part for head, part in parts.items()}
    return b"".join(head.encode() + part + b"\r\n" for head, part in heads.items()) + f"--{_BOUNDARY}--\r\n".encode()


async def _token(home: House, role: Role, subject: str) -> str:
    answer = await home.http.post("/issuer/token", json={"subject": subject, "role": role.value})
    token: str = answer.raise_for_status().json()["access_token"]
    return token


@asynccontextmanager
async def everything(folder: Path) -> AsyncIterator[list[Comparison]]:
    """All that the bench needs, up and running."""
    for name in ("world", "clamd", "data"):
        (folder / name).mkdir()
    api_port, bare_port, clamd_port = free_ports(3)
    url, bare = (f"http://127.0.0.1:{port}" for port in (api_port, bare_port))
    with SandboxProcess(folder / "world") as sandbox, ClamdProcess(folder / "clamd", clamd_port) as clamd:
        changes: dict[str, Any] = {
            "api_port": api_port,
            "clamd_address": clamd.address,
            "client_requests_per_second": 1e6,
            "client_requests_burst": 10**6,
            "uploads_at_once_max": max(CLIENTS),
            "policy": POLICY.model_copy(update={"additions": 10**6}),
        }
        async with (
            engine(folder / "engine.db", *_AS_DURABLE_AS_THE_STACK) as environment,
            house(environment, sandbox, folder / "data", **changes) as home,
            bare_worker(home.client),
        ):
            numbers = [await with_question(home) for _ in range(max(CLIENTS))]
            # What is started is nobody's work: only its start is measured.
            idle = home.settings.model_copy(update={"case_queue": NOBODY})
            async with api_process(idle):
                async with connected(url, await _token(home, Role.OPERATOR, "bench")) as connection:
                    (folder / "answer.json").write_bytes(await connection.get(f"/v1/appeals/{numbers[0]}"))
                async with (
                    bare_process(bare_port, folder / "answer.json", home.settings.database),
                    _lists(home, folder, idle) as lists,
                ):
                    yield [*await comparisons(home, url, bare, numbers), *lists]


@asynccontextmanager
async def _lists(home: House, folder: Path, settings: Settings) -> AsyncIterator[list[Comparison]]:
    """Each list on a large register, held against the same on a small one."""
    large, small = free_ports(2)
    sizes = {large: LARGE, small: SMALL}
    async with AsyncExitStack() as stack:
        for port, size in sizes.items():
            register = await filled(folder / f"register-{size}.db", size)
            changes = {"api_port": port, "database_url": register}
            await stack.enter_async_context(api_process(settings.model_copy(update=changes)))
        compared = []
        for name, (role, path) in LISTS.items():
            token = await _token(home, role, PORTAL)
            ours, bare = (getting(f"http://127.0.0.1:{port}", path, token) for port in sizes)
            title = f"list {name} out of {LARGE:,} appeals / out of {SMALL:,}"
            compared.append(Comparison("list", title, ours, bare, p95_at_most=P95_OF_LISTS_AT_MOST))
        yield compared


async def run(kinds: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with everything(Path(folder)) as all_of_them:
            for each in all_of_them:
                if kinds and each.kind not in kinds:
                    continue
                sys.stdout.write(f"{each.name}{_asked(each)}\n")
                for clients in CLIENTS:
                    result = await compare(each.ours, each.bare, clients, ROUNDS, SECONDS)
                    sys.stdout.write(f"  {clients:2} clients: {_line(result)}\n")
                    sys.stdout.flush()


def _asked(comparison: Comparison) -> str:
    if comparison.at_least:
        return f" (ratio at least {comparison.at_least})"
    return f" (p95 at most {comparison.p95_at_most} times as long)" if comparison.p95_at_most else ""


def _line(result: Result) -> str:
    ours, bare = result.ours, result.bare
    return (
        f"{ours.rate:6.0f}/s, bare {bare.rate:6.0f}/s, ratio {result.ratio:.2f} "
        f"({min(result.ratios):.2f} to {max(result.ratios):.2f}); "
        f"p50 {ours.p50:.1f} ms, bare {bare.p50:.1f}; p95 {ours.p95:.1f} ms, bare {bare.p95:.1f}, "
        f"{ours.p95 / bare.p95:.2f} times"
    )


def main() -> None:
    asyncio.run(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
