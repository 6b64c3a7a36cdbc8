"""What uploads cost in memory: `python -m bench.uploads` sends 20 files of 10 MB at once to an API process.

The first wave is the first that the process has ever been asked for: its connection to the engine counts as well.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

from bench.processes import api_process
from tests import files
from tests.api_server import Doors
from tests.clamd import ClamdProcess
from tests.examples import about_application
from tests.house import PORTAL, engine, house
from tests.sandbox_process import SandboxProcess, free_ports

AT_ONCE = 20
WAVES = 2
SIZE_BYTES = 10 * 1024 * 1024
MEBIBYTE = 1024 * 1024
CLIENT_SECONDS = 300


@dataclass
class Memory:
    """The resident memory of a process while it is watched, and of the processes that it starts."""

    process: psutil.Process
    before: int = 0
    peak: int = 0
    children_peak: int = 0
    _watching: asyncio.Task[None] | None = field(default=None, repr=False)

    async def watch(self) -> None:
        self.before = self.peak = self.process.memory_info().rss
        self._watching = asyncio.create_task(self._sample())

    async def _sample(self) -> None:
        while True:
            self.peak = max(self.peak, self.process.memory_info().rss)
            children = 0
            for child in self.process.children():
                try:
                    children += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.children_peak = max(self.children_peak, children)
            await asyncio.sleep(0.02)

    def stop(self) -> None:
        if self._watching:
            self._watching.cancel()


async def run() -> str:
    content = files.picture(size=(600, 400))
    content += os.urandom(SIZE_BYTES - len(content))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "world").mkdir()
        (Path(folder) / "data").mkdir()
        (Path(folder) / "clamd").mkdir()
        api_port, clamd_port = free_ports(2)
        with (
            SandboxProcess(Path(folder) / "world") as sandbox,
            ClamdProcess(Path(folder) / "clamd", clamd_port) as clamd,
        ):
            changes: dict[str, Any] = {
                "api_port": api_port,
                "clamd_address": clamd.address,
                "scan_patience_seconds": 60,
            }
            async with (
                engine() as environment,
                house(environment, sandbox, Path(folder) / "data", **changes) as home,
                api_process(home.settings) as process,
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{api_port}", timeout=CLIENT_SECONDS) as client,
            ):
                number = await home.open(about_application())
                await home.expecting(number, "AnswerQuestion")
                token = await Doors(client, home.http).token("portal", PORTAL)

                async def upload() -> int:
                    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
                    answer = await client.post(
                        f"/v1/appeals/{number}/attachments",
                        data={"kind": "screenshot"},
                        files={"file": ("a.png", content)},
                        headers=headers,
                    )
                    return answer.status_code

                waves = [await _wave(process, upload) for _ in range(WAVES)]
    return "".join(waves)


async def _wave(process: psutil.Process, upload: Callable[[], Awaitable[int]]) -> str:
    memory, began = Memory(process), time.perf_counter()
    await memory.watch()
    answers = await asyncio.gather(*(upload() for _ in range(AT_ONCE)))
    took = time.perf_counter() - began
    memory.stop()
    stays = process.memory_info().rss - memory.before
    return (
        f"{AT_ONCE} uploads of {SIZE_BYTES // MEBIBYTE} MB at once in {took:.1f} s: {sorted(set(answers))}; "
        f"API: {memory.before / MEBIBYTE:.0f} MB before, +{(memory.peak - memory.before) / MEBIBYTE:.1f} MB at most, "
        f"+{stays / MEBIBYTE:.1f} MB afterwards; its inspecting processes: {memory.children_peak / MEBIBYTE:.0f} MB\n"
    )


def main() -> None:
    sys.stdout.write(asyncio.run(run()))


if __name__ == "__main__":
    main()
