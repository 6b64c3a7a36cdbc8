"""Who calls: bearer tokens of the configured issuer, checked against its published keys."""

import asyncio
import time

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from domain.actors import Actor, Role

ALGORITHMS = ["Ed25519", "RS256", "PS256", "ES256"]
TIMEOUT = httpx.Timeout(5, connect=2)
# A token signed with an unknown key may have been forged to make us ask: not more often than this.
REFRESH_AT_MOST_EVERY_SECONDS = 10.0
CLOCK_SKEW_SECONDS = 60
REMEMBERED_SECONDS = 60.0
REMEMBERED_AT_MOST = 1000


class InvalidToken(Exception):
    """The token is not one of the issuer's, not for this service, or out of date."""


class IssuerUnavailable(Exception):
    """The issuer's keys can't be fetched now, so nobody can be let in that is not known yet."""


class TokenVerifier:
    """Checks tokens; keys are fetched when first needed and again when an unknown one signs."""

    def __init__(self, issuer: str, audience: str, keys_url: str, client: httpx.AsyncClient) -> None:
        self._keys_url = keys_url
        self._client = client
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._known: dict[str, tuple[Actor, float]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            role={"essential": True, "values": [role.value for role in Role if role is not Role.SYSTEM]},
        )

    async def verify(self, token: str) -> Actor:
        """The actor the token vouches for; `InvalidToken` or `IssuerUnavailable` otherwise."""
        actor, expires_at = self._known.get(token, (None, 0.0))
        if actor and time.time() < expires_at:
            return actor
        keys = self._keys or await self._fetch()
        try:
            return self._actor(token, keys)
        except InvalidToken:
            # Perhaps the issuer has a new key: look once before refusing.
            fresh = await self._fetch()
            if fresh is keys:
                raise
        return self._actor(token, fresh)

    def _actor(self, token: str, keys: KeySet) -> Actor:
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            self._claims.validate(claims)
            actor = Actor(subject=claims["sub"], role=claims["role"], authority=claims.get("authority"))
        except (JoseError, ValueError, ValidationError) as refusal:
            raise InvalidToken(type(refusal).__name__) from refusal
        self._remember(token, actor, float(claims["exp"]))
        return actor

    def _remember(self, token: str, actor: Actor, expires_at: float) -> None:
        # A checked signature stays good until the token ends, or until a withdrawn key must be noticed.
        if len(self._known) >= REMEMBERED_AT_MOST:
            self._known.clear()
        self._known[token] = (actor, min(expires_at, time.time() + REMEMBERED_SECONDS))

    async def _fetch(self) -> KeySet:
        async with self._fetching:
            if self._keys and time.monotonic() - self._fetched_at < REFRESH_AT_MOST_EVERY_SECONDS:
                return self._keys
            try:
                response = await self._client.get(self._keys_url, timeout=TIMEOUT)
                self._keys = KeySet.import_key_set(response.raise_for_status().json())
            except (httpx.HTTPError, JoseError, ValueError, KeyError) as failure:
                raise IssuerUnavailable(type(failure).__name__) from failure
            self._fetched_at = time.monotonic()
            return self._keys
