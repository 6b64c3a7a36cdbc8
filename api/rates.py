"""How often one client may ask: a token bucket for each, in the memory of this process."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemError, response
from infra.tokens import InvalidToken, IssuerUnavailable

HEALTH = frozenset({"/healthz", "/readyz"})


@dataclass(frozen=True)
class Allowance:
    """`burst` requests at once, and `per_second` more as time goes by."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Standing:
    """What a client has left after a request, in whole requests and seconds; refused where it has to `wait`."""

    left: int
    full_in: int
    wait: int


class Buckets:
    """The buckets of one kind of clients, so many at most: then the one that asked longest ago begins anew."""

    def __init__(self, allowance: Allowance, clients_max: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.allowance = allowance
        self._clients_max = clients_max
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: str) -> Standing:
        """Take one request from the client's bucket, if there is one in it."""
        now = self._clock()
        rate, burst = self.allowance.per_second, self.allowance.burst
        tokens, at = self._buckets.pop(client, (float(burst), now))
        tokens = min(burst, tokens + (now - at) * rate)
        wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / rate)
        tokens -= 0 if wait else 1
        self._buckets[client] = (tokens, now)
        if len(self._buckets) > self._clients_max:
            self._buckets.popitem(last=False)
        return Standing(left=int(tokens), full_in=math.ceil((burst - tokens) / rate), wait=wait)


class RateLimit:
    """Answers 429 to a client that asks too often, before anything is read or looked up for it.

    A client is whom a valid token names; without one, the address. So nobody is locked out by the bad tokens of
    others behind the same address, and a forged token buys no bucket of its own.
    """

    def __init__(self, app: ASGIApp, known: Buckets, strangers: Buckets) -> None:
        self._app = app
        self._known = known
        self._strangers = strangers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            return await self._app(scope, receive, send)
        subject = await _subject(scope)
        buckets = self._known if subject else self._strangers
        standing = buckets.take(subject or _address(scope))
        headers = _headers(buckets.allowance, standing)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if standing.wait:
            refusal = response(_too_often(standing.wait).problem, {"Retry-After": str(standing.wait)})
            return await refusal(scope, receive, with_headers)
        return await self._app(scope, receive, with_headers)


def _headers(allowance: Allowance, standing: Standing) -> dict[str, str]:
    # As draft-ietf-httpapi-ratelimit-headers has them.
    window = math.ceil(allowance.burst / allowance.per_second)
    return {
        "RateLimit-Policy": f'"client";q={allowance.burst};w={window}',
        "RateLimit": f'"client";r={standing.left};t={standing.full_in}',
    }


async def _subject(scope: Scope) -> str:
    if session := scope.get("state", {}).get("session"):
        return f"{session.actor.role}:{session.actor.subject}"
    kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return ""
    try:
        actor = (await scope["app"].state.parts.tokens.verify(token.strip())).actor
    except (InvalidToken, IssuerUnavailable):
        return ""
    return f"{actor.role}:{actor.subject}"


def _address(scope: Scope) -> str:
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    # Whoever has one address of IPv6 has its whole /64.
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host


def _too_often(seconds: int) -> ProblemError:
    return ProblemError(
        429, "too_often", "Слишком много запросов", f"Повторите запрос не раньше чем через {seconds} с."
    )
