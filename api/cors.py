"""Which pages of other origins may call the API from a browser: those that the settings name, by default none."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/v1/"
_SENT = ["Authorization", "Content-Type", "Accept-Language", "Idempotency-Key", "If-Match", "Last-Event-ID"]
_READ = (
    *("X-Request-Id", "Location", "ETag", "Content-Disposition", "Content-Language", "WWW-Authenticate"),
    *("RateLimit", "RateLimit-Policy", "Retry-After", "Deprecation", "Sunset", "Link"),
)


class PortalCors:
    """Opens the API, and nothing beside it, to these origins.

    Never with credentials: no cookie is asked for or taken, a page has to bring its token itself.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._opened = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_SENT,
            expose_headers=_READ,
            allow_credentials=False,
            max_age=600,
        )
        self._is_open = bool(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_opened = self._is_open and scope["type"] == "http" and scope["path"].startswith(PATH)
        await (self._opened if is_opened else self._app)(scope, receive, send)
