"""How the API behaves towards those who build on it: browsers of other origins, and routes on their way out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import ValidationError

from api.app import create_app
from api.deprecation import Deprecation, deprecated
from api.problems import unknown_appeal
from infra.settings import Settings

PORTAL = "https://portal.example"
APPEALS = "/v1/appeals"


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def preflight(origin: str, method: str = "POST") -> dict[str, str]:
    asked = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }
    return asked | {"Origin": origin}


async def test_by_default_no_page_of_another_origin_may_call() -> None:
    async with calling(create_app(Settings())) as api:
        for answer in (
            await api.options(APPEALS, headers=preflight(PORTAL)),
            await api.get("/healthz", headers={"Origin": PORTAL}),
        ):
            assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_only_the_named_origins_may_call_and_never_with_cookies() -> None:
    async with calling(create_app(Settings(portal_origins=[PORTAL]))) as api:
        allowed = await api.options(APPEALS, headers=preflight(PORTAL))
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == PORTAL
        assert "idempotency-key" in allowed.headers["access-control-allow-headers"].lower()
        for stranger in (
            "https://portal.example.evil",
            "http://portal.example",
            "https://portal.example:444",
            "null",
        ):
            refused = await api.options(APPEALS, headers=preflight(stranger))
            assert "access-control-allow-origin" not in refused.headers, stranger
        problem = await api.delete(APPEALS, headers={"Origin": PORTAL})
        assert problem.headers["access-control-allow-origin"] == PORTAL, "a refusal can be read too"
        assert "RateLimit" in problem.headers["access-control-expose-headers"]
        assert {"Origin", "Accept-Language"} <= {each.strip() for each in problem.headers["vary"].split(",")}
        answers = (allowed, problem, await api.options("/codec/decode", headers=preflight(PORTAL)))
        assert not [each for each in answers if "access-control-allow-credentials" in each.headers]
        assert "access-control-allow-origin" not in answers[-1].headers, "the codec server is none of theirs"


@pytest.mark.parametrize("origin", ["*", "https://*.example", "https://portal.example/", "portal.example", "null"])
def test_an_origin_is_named_exactly(origin: str) -> None:
    with pytest.raises(ValidationError):
        Settings(portal_origins=[origin])


SINCE, SUNSET = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC)


async def test_a_deprecated_route_says_so_in_every_answer() -> None:
    app = create_app(Settings())

    @app.get("/v1/old")
    @deprecated(since=SINCE, sunset=SUNSET, instead="/v1/new")
    async def read_old(what: str = "file") -> Response:
        """What was read once."""
        if what == "nothing":
            raise unknown_appeal()
        return Response(b"file")

    async with calling(app) as api:
        for query, status in (("what=file", 200), ("what=nothing", 404)):
            answer = await api.get(f"/v1/old?{query}")
            assert answer.status_code == status
            assert answer.headers["deprecation"] == f"@{int(SINCE.timestamp())}"
            assert answer.headers["sunset"] == "Wed, 30 Jun 2027 23:59:59 GMT"
            assert answer.headers["link"] == '</v1/new>; rel="successor-version"'
        told = app.openapi()["paths"]["/v1/old"]["get"]
        assert told["deprecated"]
        assert "Goes on 2027-06-30; call `/v1/new` instead." in told["description"]
        assert "deprecation" not in (await api.get("/healthz")).headers


def test_a_route_does_not_go_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="before"):
        Deprecation(since=SUNSET, sunset=SINCE, instead="/v1/new")
