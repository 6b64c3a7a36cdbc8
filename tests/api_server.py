"""The HTTP API, served for tests over a real socket."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from api.server import server
from infra.settings import Settings
from tests.sandbox_process import free_ports

STARTED_WITHIN_SECONDS = 20.0


@asynccontextmanager
async def served(settings: Settings, port: int | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that runs in a thread of its own, as far from the test as another process."""
    port = port or free_ports(1)[0]
    api = server(settings, port)
    thread = threading.Thread(target=api.run, daemon=True)
    thread.start()
    try:
        async with asyncio.timeout(STARTED_WITHIN_SECONDS):
            while not api.started:  # noqa: ASYNC110 - the server has a flag, not an event
                await asyncio.sleep(0.02)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:  # a test that fails leaves no API behind that writes beside the next one
        api.should_exit = True
        await asyncio.to_thread(thread.join, STARTED_WITHIN_SECONDS)


class Doors:
    """Calls the API as a role would, with a token of the sandbox's issuer."""

    def __init__(self, api: httpx.AsyncClient, sandbox: httpx.AsyncClient) -> None:
        self._api = api
        self._sandbox = sandbox

    async def token(self, role: str, subject: str | None = None, scope: str | None = None) -> str:
        body = {"subject": subject or f"test-{role}", "role": role, "scope": scope}
        answer = await self._sandbox.post("/issuer/token", json=body)
        token: str = answer.raise_for_status().json()["access_token"]
        return token

    async def get(
        self, path: str, role: str = "portal", subject: str | None = None, params: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self.token(role, subject)}"}
        return await self._api.get(path, headers=headers, params=params)

    async def post(
        self,
        path: str,
        body: object,
        key: str | None = None,
        role: str = "portal",
        subject: str | None = None,
        if_match: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self.token(role, subject)}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        if key is not None:
            headers["Idempotency-Key"] = key
        if isinstance(body, bytes):
            return await self._api.post(path, content=body, headers=headers | {"Content-Type": "application/json"})
        return await self._api.post(path, json=body, headers=headers)
