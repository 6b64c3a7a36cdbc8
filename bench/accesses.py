"""What the access log costs: an operator's reads of an appeal, logged and, with the log taken out, not logged.

    python -m bench.accesses

Prints the reads per second, one after another, and their ratio; both kinds take turns.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Access
from store import access
from tests.api_server import Doors, served
from tests.house import engine, house
from tests.sandbox_process import SandboxProcess
from tests.walks import with_question

ROUNDS, READS = 10, 50


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, SandboxProcess(Path(folder, "world")) as world:
        async with (
            engine() as environment,
            house(environment, world, Path(folder)) as home,
            served(home.settings) as api,
        ):
            number = await with_question(home)
            doors = Doors(api, home.http)
            token, record = await doors.token("operator"), access.record
            rates: dict[object, list[float]] = {record: [], _not_at_all: []}
            for _ in range(ROUNDS):
                for way, found in rates.items():
                    access.record = way  # type: ignore[assignment]
                    found.append(await _rate(api, f"/v1/appeals/{number}", token))
    logged, bare = (statistics.median(found) for found in rates.values())
    print(f"logged {logged:.0f}/s, not logged {bare:.0f}/s, ratio {logged / bare:.2f}")  # noqa: T201


async def _not_at_all(_database: AsyncEngine, _accesses: Sequence[Access]) -> None:
    return None


async def _rate(api: httpx.AsyncClient, path: str, token: str) -> float:
    began = time.perf_counter()
    for _ in range(READS):
        (await api.get(path, headers={"Authorization": f"Bearer {token}"})).raise_for_status()
    return READS / (time.perf_counter() - began)


if __name__ == "__main__":
    asyncio.run(main())
