"""Bounds on how long the head of a request may be, and on how many are served at once."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import http_problem, response, unavailable


class HeadLimit:
    """Answers 431 to a request whose address and headers are too many or too long."""

    def __init__(self, app: ASGIApp, bytes_max: int, fields_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._fields_max = fields_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_exceeded(scope):
            return await response(http_problem(431).problem, {"Connection": "close"})(scope, receive, send)
        return await self._app(scope, receive, send)

    def _is_exceeded(self, scope: Scope) -> bool:
        fields = scope["headers"]
        size = len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(n) + len(v) for n, v in fields)
        return size > self._bytes_max or len(fields) > self._fields_max


class ConcurrencyLimit:
    """Answers 503 at once when more requests are under way than the API can serve, instead of queueing them.

    A stream of events counts until it has begun: afterwards it waits most of the time, and has a bound of its own.
    """

    def __init__(self, app: ASGIApp, at_once_max: int) -> None:
        self._app = app
        self._at_once_max = at_once_max
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if self._under_way >= self._at_once_max:
            return await response(unavailable("busy").problem)(scope, receive, send)
        counted = 1
        self._under_way += counted

        async def let_streams_go(message: Message) -> None:
            nonlocal counted
            if message["type"] == "http.response.start" and _is_stream(message):
                self._under_way -= counted
                counted = 0
            await send(message)

        try:
            await self._app(scope, receive, let_streams_go)
        finally:
            self._under_way -= counted


def _is_stream(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")
