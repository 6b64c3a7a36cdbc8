"""A web server that answers as told, in a thread of its own."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response


@dataclass
class WebServer:
    """The answer to every request, and the requests that came."""

    url: str
    status: int = 202
    body: str = '{"message_id": "m-1"}'
    delay_s: float = 0
    requests: list[tuple[str, str, str | None, Any]] = field(default_factory=list)

    def answers(self, status: int, body: str = "{}", delay_s: float = 0) -> None:
        self.status, self.body, self.delay_s = status, body, delay_s
        self.requests.clear()

    async def serve(self, request: Request) -> Response:
        content = await request.json() if request.method == "POST" else None
        key = request.headers.get("Idempotency-Key")
        self.requests.append((request.method, request.url.path, key, content))
        await asyncio.sleep(self.delay_s)
        return Response(self.body, self.status, {"Location": "/elsewhere"})


@contextmanager
def web_server() -> Iterator[WebServer]:
    """The server on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    answering = WebServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    app = FastAPI()
    app.add_api_route("/{path:path}", answering.serve, methods=["GET", "POST"])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        sleep(0.01)
    yield answering
    server.should_exit = True
    thread.join()
