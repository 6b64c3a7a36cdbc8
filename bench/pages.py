"""How long the server takes for a page with 10,000 open appeals, beyond a bare route of the same process, and sizes.

    python -m bench.pages

Each page is asked for by one client, in turns with the bare route. Bars: 95th percentile 50 ms over the bare route's;
150 kB with all that a page loads, 30 kB for each page after the first.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from api.pages.pages import ASSETS, asset_names
from api.pages.sessions import Cookies, Session
from bench.lean import connected
from bench.lists import fill
from bench.processes import api_process
from bench.rounds import Client, Once, compare
from domain.actors import Actor, Role
from infra.settings import Settings
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess, free_ports
from tests.walks import with_question

OPEN = 10_000
ROUNDS, SECONDS = 5, 1.5
OVER_BARE_MS_AT_MOST, FIRST_BYTES_AT_MOST, LATER_BYTES_AT_MOST = 50, 150_000, 30_000
BARE = "/healthz"


async def run() -> str:
    """A line for each page."""
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("world", "data"):
            (Path(folder) / name).mkdir()
        changes: dict[str, Any] = {
            "api_port": port,
            "client_requests_per_second": 1e6,
            "client_requests_burst": 10**6,
        }
        with SandboxProcess(Path(folder) / "world") as sandbox:
            async with engine() as environment, house(environment, sandbox, Path(folder) / "data", **changes) as home:
                number = await with_question(home)
                await fill(home.register.engine, OPEN)
                async with api_process(home.settings):
                    return "".join([await _measured(home, port, *page) for page in await _pages(home, number)])


async def _pages(home: House, number: str) -> list[tuple[Role, str, str]]:
    citizen = await home.subject(number, Role.CITIZEN)
    return [
        (Role.OPERATOR, "operator", "/desk"),
        (Role.OPERATOR, "operator", f"/desk/{number}"),
        (Role.OPERATOR, "operator", "/desk/call"),
        (Role.OPERATOR, "operator", "/desk/help"),
        (Role.QUALITY_CONTROL, "controller", "/desk/quality"),
        (Role.AUDITOR, "auditor", "/audit"),
        (Role.AUDITOR, "auditor", f"/audit/{number}"),
        (Role.AUDITOR, "auditor", f"/audit/{number}/accesses"),
        (Role.CITIZEN, citizen, "/my"),
        (Role.CITIZEN, citizen, f"/my/{number}"),
        (Role.CITIZEN, citizen, "/new"),
        (Role.SUPERVISOR, "chief", "/board"),
        (Role.SUPERVISOR, "chief", "/board/themes"),
        (Role.SUPERVISOR, "chief", "/board/quality"),
        (Role.SUPERVISOR, "chief", "/board/reassign"),
    ]


async def _measured(home: House, port: int, role: Role, subject: str, path: str) -> str:
    url, cookie = f"http://127.0.0.1:{port}", _session(home.settings, role, subject)
    async with connected(url, cookie=cookie) as connection:
        began = time.perf_counter()
        page = await connection.get(path)
        alone = (time.perf_counter() - began) * 1000
    result = await compare(_getting(url, path, cookie), _getting(url, BARE, cookie), 1, ROUNDS, SECONDS)
    over, later = result.ours.p95 - result.bare.p95, len(page)
    first = later + _loaded()
    verdict = over <= OVER_BARE_MS_AT_MOST and later <= LATER_BYTES_AT_MOST and first <= FIRST_BYTES_AT_MOST
    name = re.sub(r"[0-9]{16}", "<number>", path)
    return (
        f"{'ok  ' if verdict else 'OVER'} {name}: p95 {result.ours.p95:.1f} ms, {over:.1f} over the bare route's; "
        f"p50 {result.ours.p50:.1f}, the very first {alone:.0f}; "
        f"{later / 1000:.1f} kB, with all that is loaded first {first / 1000:.1f} kB\n"
    )


def _session(settings: Settings, role: Role, subject: str) -> str:
    actor = Actor(subject=subject, role=role)
    session = Session(actor=actor, token="of-the-bench", expires_at=time.time() + 3600)  # noqa: S106 - invented
    return f"session={Cookies(settings)._seal.sealed(session)}"


def _getting(url: str, path: str, cookie: str) -> Client:
    @asynccontextmanager
    async def client() -> AsyncIterator[Once]:
        async with connected(url, cookie=cookie) as connection:
            yield lambda: connection.get(path)

    return client


def _loaded() -> int:
    """The bytes of style, script, icon and every font, as a browser of today gets them."""
    files = [ASSETS / name for name in asset_names().values()]
    packed = [file.with_name(f"{file.name}.br") for file in files]
    return sum((small if small.exists() else file).stat().st_size for file, small in zip(files, packed, strict=True))


def main() -> None:
    sys.stdout.write(asyncio.run(run()))


if __name__ == "__main__":
    main()
