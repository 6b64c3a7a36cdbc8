"""Routes on their way out: each of their answers says since when, until when, and what to call instead."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class Deprecation:
    """From `since` on nobody should begin with the route; at `sunset` it goes. `instead` is the address to take."""

    since: datetime
    sunset: datetime
    instead: str

    def __post_init__(self) -> None:
        if self.sunset < self.since:
            raise ValueError("a route can't go before it is deprecated (RFC 9745, section 4)")

    @property
    def headers(self) -> dict[str, str]:
        """As RFC 9745, RFC 8594 and RFC 8288 write them."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.sunset.astimezone(UTC), usegmt=True),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }


def deprecated(since: datetime, sunset: datetime, instead: str) -> Callable[[Endpoint], Endpoint]:
    """Mark a route's function; this goes right above it, below the router's own decorator."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.deprecation = Deprecation(since, sunset, instead)  # type: ignore[attr-defined]
        return endpoint

    return mark


def deprecation_of(endpoint: object) -> Deprecation | None:
    """What is marked on a route's function."""
    found: Deprecation | None = getattr(endpoint, "deprecation", None)
    return found


class Deprecations:
    """Tells it in every answer of a marked route, refusals and files too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            # The router has written into the scope whose answer this is.
            if message["type"] == "http.response.start" and (mark := deprecation_of(scope.get("endpoint"))):
                headers = MutableHeaders(scope=message)
                for name, value in mark.headers.items():
                    headers.append(name, value)
            await send(message)

        await self._app(scope, receive, told)
