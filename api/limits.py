"""Bounds on what a request may bring."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemError, response


class BodyLimit:
    """Answers 413 as soon as a request's body is longer than allowed, without reading the rest."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._bytes_max:
                raise _TooLong
            return message

        try:
            await self._app(scope, bounded, send)
        except _TooLong:
            await response(self._problem().problem)(scope, receive, send)

    def _problem(self) -> ProblemError:
        return ProblemError(
            413,
            "too_long",
            "Запрос слишком велик",
            f"Не больше {self._bytes_max // 1024} КБ: сократите описание, файлы приложите отдельно.",
        )


class _TooLong(Exception):
    pass
