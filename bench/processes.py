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

_TOLD = {
    *("data_dir", "engine_address", "engine_namespace", "case_queue", "delivery_queue", "sandbox_url", "api_port"),
    *("database_url", "keys_database_url", "client_requests_per_second", "client_requests_burst"),
    *("clamd_address", "scan_patience_seconds", "uploads_at_once_max"),
}
_REPOSITORY = str(Path(__file__).parents[1])
_TRIES = 600


@asynccontextmanager
async def api_process(settings: Settings) -> AsyncIterator[psutil.Process]:
    """The API with those of these settings that a bench may change."""
    said = settings.model_dump(mode="json", include=_TOLD & settings.model_fields_set)
    told = {f"HOTLINE_{name.upper()}": str(value) for name, value in said.items()}
    url = f"http://127.0.0.1:{settings.api_port}/readyz"
    async with _serving("cli", "api", told=told, url=url) as process:
        yield process


@asynccontextmanager
async def bare_process(port: int, answer: Path, database: str) -> AsyncIterator[psutil.Process]:
    """`bench.bare`: it answers with the content of this file, a row of whose appeal is in this database."""
    command = ("uvicorn", "bench.bare:app", "--port", str(port), "--no-access-log", "--log-level", "error")
    told = {"BARE_ANSWER": str(answer), "BARE_DATABASE": database}
    async with _serving(*command, told=told, url=f"http://127.0.0.1:{port}/appeal") as process:
        yield process


@asynccontextmanager
async def _serving(*module: str, told: dict[str, str], url: str) -> AsyncIterator[psutil.Process]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": _REPOSITORY} | told
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
