"""Tokens of an issuer of our own making: what is taken, what is refused, and what becomes of withdrawn keys."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import String

from domain.actors import Actor, Role
from domain.rights import opened_by
from infra.tokens import (
    KEYS_FRESH_SECONDS,
    KEYS_KEPT_SECONDS,
    REFRESH_AT_MOST_EVERY_SECONDS,
    REMEMBERED_SECONDS,
    SUBJECT_LENGTH_MAX,
    Bearer,
    InvalidToken,
    IssuerUnavailable,
    TokenVerifier,
)
from store.tables import appeal
from tests.infra.web_server import WebServer, web_server

ISSUER = "https://id.example.org/realms/portal"
OLD, NEW = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
PORTAL = Bearer(Actor(subject="portal-1", role=Role.PORTAL), frozenset({"appeals:read", "appeals:open"}))


@dataclass
class Time:
    """Seconds as the verifier counts them."""

    passed: float = 0

    def __call__(self) -> float:
        return self.passed


@dataclass
class Issuer:
    """Publishes keys on a real server, and signs."""

    server: WebServer
    verifier: TokenVerifier
    time: Time
    claims: dict[str, Any] = field(default_factory=dict)

    def publishes(self, *keys: RSAKey | ECKey) -> None:
        published = [key.as_dict(private=False) | {"kid": key.thumbprint(), "use": "sig"} for key in keys]
        self.server.answers(200, json.dumps({"keys": published}))

    def token(self, key: Any = OLD, typ: str | None = "at+jwt", alg: str = "", **changes: Any) -> str:
        claims = {
            "iss": ISSUER,
            "aud": ["hotline", "other"],
            "sub": "portal-1",
            "role": "portal",
            "scope": "appeals:read appeals:open",
            "exp": int(time.time()) + 600,
        } | changes
        algorithm = alg or ("RS256" if key is OLD else "ES256")
        header = {"alg": algorithm, "kid": key.thumbprint(), "typ": typ}
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({k: v for k, v in header.items() if v}, said, key, algorithms=[algorithm])


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    with web_server() as server:
        async with httpx.AsyncClient() as http:
            clock = Time()
            verifier = TokenVerifier(ISSUER, "hotline", f"{server.url}/jwks", http, clock=clock)
            made = Issuer(server, verifier, clock)
            made.publishes(OLD)
            yield made


async def test_a_token_of_any_issuer_is_configuration(issuer: Issuer) -> None:
    for typ in ("at+jwt", "application/at+jwt", "JWT"):
        assert await issuer.verifier.verify(issuer.token(typ=typ)) == PORTAL
    listed = issuer.token(role=["offline_access", "portal"], scope=["appeals:read", "appeals:open"])
    assert await issuer.verifier.verify(listed) == PORTAL
    assert (await issuer.verifier.verify(issuer.token(role="legal", scope=None))).scopes == frozenset()


async def test_the_role_may_stand_elsewhere(issuer: Issuer) -> None:
    async with httpx.AsyncClient() as http:
        nested = TokenVerifier(ISSUER, "hotline", f"{issuer.server.url}/jwks", http, "realm_access.roles")
        token = issuer.token(role=None, realm_access={"roles": ["portal", "uma_authorization"]})
        assert await nested.verify(token) == PORTAL
        with pytest.raises(InvalidToken):
            await nested.verify(issuer.token())


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.example.net"},
    "for another service": {"aud": "other"},
    "for nobody": {"aud": None},
    "ended": {"exp": int(time.time()) - 120},
    "without an end": {"exp": None},
    "not yet": {"nbf": int(time.time()) + 86_400},
    "of nobody": {"sub": None},
    "without a role": {"role": None},
    "of the system itself": {"role": "system"},
    "of two roles": {"role": ["operator", "supervisor"]},
    "a role that is no word": {"role": {"operator": True}},
    "an operator's name": {"sub": "operator:op-7"},
    "scopes that are no words": {"scope": [7]},
    "an ID token": {"typ": "id+jwt"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_what_is_no_access_token_for_us_is_refused(issuer: Issuer, wrong: dict[str, Any]) -> None:
    typ = wrong.get("typ", "at+jwt")
    with pytest.raises(InvalidToken):
        await issuer.verifier.verify(issuer.token(**(wrong | {"typ": typ})))


@pytest.mark.parametrize("name", ["", " op", "op\n", "o\x1b[31mp", "o\u202ep", "o\u200bp", "o" * 600])
async def test_a_name_that_hides_something_is_nobody_s(issuer: Issuer, name: str) -> None:
    for claim in ("sub", "authority"):
        with pytest.raises(InvalidToken):
            await issuer.verifier.verify(issuer.token(**{claim: name}))
    plain = await issuer.verifier.verify(issuer.token(sub="o" * SUBJECT_LENGTH_MAX, authority="Доверенность № 7"))
    assert plain.actor.authority == "Доверенность № 7"


async def test_whoever_opens_an_appeal_has_room_in_the_register(issuer: Issuer) -> None:
    longest = Actor(subject="o" * SUBJECT_LENGTH_MAX, role=max(Role, key=len))
    assert isinstance(appeal.c.portal.type, String)
    assert len(opened_by(longest)) <= (appeal.c.portal.type.length or 0)


async def test_our_own_public_key_is_no_shared_secret(issuer: Issuer) -> None:
    shared = OctKey.import_key(str(OLD.as_dict(private=False)["n"]))
    with pytest.raises(InvalidToken):
        await issuer.verifier.verify(issuer.token(shared, alg="HS256"))


async def test_no_token_brings_its_own_key_or_does_without(issuer: Issuer) -> None:
    head, said, signature = issuer.token().split(".")
    known, stranger = json.loads(urlsafe_b64decode(head + "==")), ECKey.generate_key("P-256")
    public, known_as = stranger.as_dict(private=False), {"alg": "ES256", "kid": known["kid"]}
    claims = json.loads(urlsafe_b64decode(said + "=="))
    forged = [
        ".".join((urlsafe_b64encode(json.dumps(known | {"alg": none}).encode()).decode().rstrip("="), said, end))
        for none in ("none", "None", "")
        for end in ("", signature)
    ]
    for header in (known_as, known_as | {"jwk": public}, {"alg": "ES256", "jku": issuer.server.url, "jwk": public}):
        forged.append(jwt.encode(header | {"typ": "at+jwt"}, claims, stranger, algorithms=["ES256"]))
    for token in forged:
        with pytest.raises(InvalidToken):
            await issuer.verifier.verify(token)


@pytest.mark.parametrize("value", [None, True, 7, "x", ["b64"], [[]], [{}], [None], {"a": 1}, "9" * 5000, "[" * 5000])
@pytest.mark.parametrize("name", ["crit", "b64", "kid", "typ", "alg", "zip"])
async def test_a_header_of_any_shape_is_refused_and_breaks_nothing(issuer: Issuer, name: str, value: Any) -> None:
    _, said, signature = issuer.token().split(".")
    header = urlsafe_b64encode(json.dumps({"alg": "RS256", "typ": "at+jwt"} | {name: value}).encode()).decode()
    with pytest.raises(InvalidToken):
        await issuer.verifier.verify(f"{header.rstrip('=')}.{said}.{signature}")


async def test_a_new_key_is_taken_at_once_and_asked_for_seldom(issuer: Issuer) -> None:
    await issuer.verifier.verify(issuer.token())
    issuer.publishes(OLD, NEW)
    issuer.time.passed += REFRESH_AT_MOST_EVERY_SECONDS
    assert await issuer.verifier.verify(issuer.token(NEW)) == PORTAL
    for _ in range(5):
        with pytest.raises(InvalidToken):
            await issuer.verifier.verify(issuer.token(ECKey.generate_key("P-256")))
    assert len(issuer.server.requests) == 1, "forged tokens do not make us ask again"


async def test_a_withdrawn_key_is_refused_in_bounded_time(issuer: Issuer) -> None:
    token = issuer.token()
    await issuer.verifier.verify(token)
    issuer.publishes(NEW)
    issuer.time.passed += KEYS_FRESH_SECONDS - 1
    await issuer.verifier.verify(token)
    issuer.time.passed += REMEMBERED_SECONDS
    with pytest.raises(InvalidToken):
        await issuer.verifier.verify(token)


async def test_a_new_key_that_comes_with_a_withdrawal_ends_what_was_remembered(issuer: Issuer) -> None:
    token = issuer.token()
    await issuer.verifier.verify(token)
    issuer.publishes(NEW)
    issuer.time.passed += REFRESH_AT_MOST_EVERY_SECONDS
    await issuer.verifier.verify(issuer.token(NEW))
    with pytest.raises(InvalidToken):
        await issuer.verifier.verify(token)


async def test_while_the_issuer_is_away_known_keys_are_good_for_a_while(issuer: Issuer) -> None:
    issuer.server.answers(503)
    with pytest.raises(IssuerUnavailable):
        await issuer.verifier.verify(issuer.token())
    issuer.publishes(OLD)
    issuer.time.passed += REFRESH_AT_MOST_EVERY_SECONDS
    await issuer.verifier.verify(issuer.token())
    issuer.server.answers(503)
    issuer.time.passed += KEYS_FRESH_SECONDS + 1
    for subject in ("one", "another"):
        await issuer.verifier.verify(issuer.token(sub=subject))
    assert len(issuer.server.requests) == 1, "an issuer that is down is not asked with every request"
    issuer.time.passed += KEYS_KEPT_SECONDS
    with pytest.raises(IssuerUnavailable):
        await issuer.verifier.verify(issuer.token())
