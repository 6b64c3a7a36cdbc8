"""The HTTP server: uvicorn, with bounds on what comes before the app sees a request."""

import asyncio
import os
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.app import create_app
from infra.settings import Settings

TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"
"""Names in the environment the proxies whose word counts on whose request it is; uvicorn reads it."""
_REFUSED = b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n"


class BoundedHeads(HttpToolsProtocol):
    """Ends a connection whose next request has too long a head, or one that takes too long to come.

    uvicorn bounds neither. A head that has come whole is judged by `api.limits.HeadLimit`.
    """

    bytes_max = 32_768
    seconds_max = 10.0
    _timer: asyncio.TimerHandle | None = None
    _is_whole = False
    _bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._bytes = 0 if self._is_whole else self._bytes + len(data)
        if self._bytes > self.bytes_max:
            self._refuse(b"431 Request Header Fields Too Large")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._is_whole = False
        if self._timer is None:
            self._timer = self.loop.call_later(self.seconds_max, self._refuse, b"408 Request Timeout")

    def _stop_waiting(self) -> None:
        self._is_whole = True
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(_REFUSED % status)
            self.transport.close()


class _Server(uvicorn.Server):
    """Lets those go who follow along before it waits for its connections to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.parts.live.end()
        await super().shutdown(sockets)


def server(settings: Settings, port: int | None = None) -> uvicorn.Server:
    """The API, ready to be run."""
    bounds = {"bytes_max": settings.head_bytes_max, "seconds_max": settings.head_seconds_max}
    app = create_app(settings)
    return _Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port if port is None else port,
            http=type("BoundedHeads", (BoundedHeads,), bounds),
            ws="none",
            limit_concurrency=settings.connections_at_once_max,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
            # Without a word from the settings uvicorn believes whatever a neighbour on this machine says it forwards.
            proxy_headers=TRUSTED_PROXIES in os.environ,
            log_config=None,
            access_log=False,
            server_header=False,
        ),
        app,
    )
