"""The servers that benches call, in processes of their own, as in life."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from infra.settings import Settings

_TOLD = (
    *("engine_address", "engine_namespace", "case_queue", "delivery_queue", "sandbox_url", "api_port", "data_dir"),
    *("database_url", "keys_database_url", "client_requests_per_second", "client_requests_burst"),
)
_REPOSITORY = str(Path(__file__).parents[1])
_TRIES = 600


@asynccontextmanager
async def api_process(settings: Settings) -> AsyncIterator[psutil.Process]:
    """The API with these settings."""
    told = {f"HOTLINE_{name.upper()}": str(getattr(settings, name)) for name in _TOLD if getattr(settings, name)}
    async with _serving(
        "cli", "api", environment=told, url=f"http://127.0.0.1:{settings.api_port}/readyz"
    ) as process:
        yield process


@asynccontextmanager
async def bare_process(port: int, answer: Path) -> AsyncIterator[psutil.Process]:
    """`bench.bare`, whose route answers with the content of this file."""
    command = ("uvicorn", "bench.bare:app", "--port", str(port), "--no-access-log", "--log-level", "error")
    told = {"BARE_ANSWER": str(answer)}
    async with _serving(*command, environment=told, url=f"http://127.0.0.1:{port}/nothing") as process:
        yield process


@asynccontextmanager
async def _serving(*module: str, environment: dict[str, str], url: str) -> AsyncIterator[psutil.Process]:
    environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": _REPOSITORY}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module), env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient() as client:
            for _ in range(_TRIES):
                if await _answers(client, url):
                    break
                await asyncio.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False
