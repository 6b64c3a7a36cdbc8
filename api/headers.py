"""What every answer tells the browser it may do with it: as good as nothing."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # An answer may be about a person, unless its route says that it is not.
    "Cache-Control": "no-store",
}
_OVER_TLS_FOR_A_YEAR = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class SecurityHeaders:
    """Adds what a route has not set itself, to errors too: it lies around the whole app, its last resort included."""

    def __init__(self, app: ASGIApp, over_tls: bool) -> None:
        self._app = app
        headers = _ALWAYS | (_OVER_TLS_FOR_A_YEAR if over_tls else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_by_route = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in self._headers if h[0] not in set_by_route)]
            await send(message)

        await self._app(scope, receive, with_headers)
