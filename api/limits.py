"""Bounds on what a request may bring."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import response, unavailable


class BodyLimit:
    """Ends a request with 413 as soon as its body is longer than allowed, without reading the rest.

    The framework's own limit answers in plain text, not as a problem.
    """

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._bytes_max:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded if scope["type"] == "http" else receive, send)


class ConcurrencyLimit:
    """Answers 503 at once when more requests are under way than the API can serve, instead of queueing them."""

    def __init__(self, app: ASGIApp, at_once_max: int) -> None:
        self._app = app
        self._at_once_max = at_once_max
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if self._under_way >= self._at_once_max:
            return await response(unavailable("busy").problem)(scope, receive, send)
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1
