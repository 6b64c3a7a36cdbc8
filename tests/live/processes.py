"""An API process that can be killed, and a client that follows them as a browser would."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import psutil

from infra.settings import Settings
from tests.sandbox_process import REPOSITORY, free_ports

STARTED_WITHIN_SECONDS = 60.0


class ApiProcess:
    """`hotline api` in a process of its own, on a port that it keeps over a restart."""

    def __init__(self, settings: Settings, **more: object) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self._log = settings.data_dir / f"api-{port}.log"
        self._environment = os.environ | {
            "HOTLINE_API_PORT": str(port),
            "HOTLINE_DATA_DIR": str(settings.data_dir),
            "HOTLINE_DATABASE_URL": settings.database_url,
            "HOTLINE_SANDBOX_URL": settings.sandbox_url,
            "HOTLINE_LIVE_EVERY_SECONDS": str(settings.live_every_seconds),
            **{f"HOTLINE_{name.upper()}": str(value) for name, value in more.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "cli", "api"]
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=REPOSITORY, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self._log.read_text()[-4000:]
            time.sleep(0.05)
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End it without a word to anybody."""
        if self._process:
            self._process.kill()
            self._process.wait()

    @property
    def resident_bytes(self) -> int:
        """How much memory it holds now."""
        assert self._process is not None
        return int(psutil.Process(self._process.pid).memory_info().rss)

    def restart(self) -> None:
        self.kill()
        self.start()

    def _answers(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=2).is_success
        return False


@dataclass(frozen=True)
class Issuer:
    """The sandbox's issuer of tokens."""

    url: str

    async def token(self, role: str, subject: str = "", ttl_s: int = 3600) -> str:
        body = {"subject": subject or f"test-{role}", "role": role, "ttl_s": ttl_s}
        async with httpx.AsyncClient() as client:
            answer = (await client.post(f"{self.url}/issuer/token", json=body)).raise_for_status()
        token: str = answer.json()["access_token"]
        return token


@dataclass
class Follower:
    """Follows one address at one API after the other, and goes on where a broken connection left off."""

    apis: list[str]
    path: str
    token: str
    last_id: str | None = None
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    connections: int = 0
    text: str = ""

    async def follow(self, is_enough: Callable[[], bool], breaks_after: int = 10**9) -> None:
        """Listen until it is enough, and break the connection off after so many events of each."""
        async with httpx.AsyncClient(timeout=httpx.Timeout(5, read=1)) as client:
            while not is_enough():
                with suppress(httpx.TransportError):
                    await self._listen(client, is_enough, breaks_after)

    async def _listen(self, client: httpx.AsyncClient, is_enough: Callable[[], bool], breaks_after: int) -> None:
        api = self.apis[self.connections % len(self.apis)]
        self.connections += 1
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.last_id is not None:
            headers["Last-Event-ID"] = self.last_id
        async with client.stream("GET", api + self.path, headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            event: dict[str, str] = {}
            lines, heard_before = answer.aiter_lines(), len(self.heard)
            async for line in lines:
                self.text += line + "\n"
                name, _, value = line.partition(": ")
                if name:
                    event[name] = value
                elif line == "" and event:
                    self._take(event)
                    event = {}
                if is_enough() or len(self.heard) - heard_before >= breaks_after:
                    return

    def _take(self, event: dict[str, str]) -> None:
        self.last_id = event.get("id", self.last_id)
        if kind := event.get("event"):
            self.kinds.append(kind)
        elif "data" in event:
            self.heard.append((event["id"], json.loads(event["data"])))

    async def until_ready(self) -> None:
        """Return when it is told from where on it follows."""
        await self.follow(lambda: bool(self.kinds))

    async def hears(self, count: int, seconds: float = 45) -> None:
        """Return when it has heard so many entries."""
        async with asyncio.timeout(seconds):
            await self.follow(lambda: len(self.heard) >= count)
