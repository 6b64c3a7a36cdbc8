"""Who calls: bearer tokens of the configured issuer, checked against its published keys (RFC 9068)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.actors import Actor, Role

ALGORITHMS = ["Ed25519", "RS256", "PS256", "ES256"]
TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
TIMEOUT = httpx.Timeout(5, connect=2)
# A token signed with an unknown key may have been forged to make us ask: not more often than this.
REFRESH_AT_MOST_EVERY_SECONDS = 10.0
# A withdrawn key is good for no longer than this, or while the issuer is away, than the second one.
KEYS_FRESH_SECONDS = 300.0
KEYS_KEPT_SECONDS = 3600.0
CLOCK_SKEW_SECONDS = 60
REMEMBERED_SECONDS = 60.0
REMEMBERED_AT_MOST = 1000
# What the register has room for in whoever opens an appeal, role and all.
SUBJECT_LENGTH_MAX = 80
AUTHORITY_LENGTH_MAX = 500
ROLES = frozenset(role.value for role in Role if role is not Role.SYSTEM)


class InvalidToken(Exception):
    """The token is not one of the issuer's, not for this service, or out of date."""


class IssuerUnavailable(Exception):
    """The issuer's keys can't be fetched now, so nobody can be let in that is not known yet."""


@dataclass(frozen=True)
class Bearer:
    """Who acts, by a checked token, the scopes that its client was granted, and when it ends, in seconds of 1970."""

    actor: Actor
    scopes: frozenset[str] = frozenset()
    expires_at: float = field(default=inf, compare=False)


@dataclass(frozen=True)
class _Remembered:
    bearer: Bearer
    until: float


class TokenVerifier:
    """Checks tokens. Keys are fetched when first needed, when an unknown one signs, and when they are not fresh.

    `role_claim` names where the issuer puts the role, such as `realm_access.roles`; among what stands there, one
    word exactly must be a role of ours. `clock` counts seconds and is never set back.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys_url: str,
        client: httpx.AsyncClient,
        role_claim: str = "role",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys_url = keys_url
        self._client = client
        self._role_path = role_claim.split(".")
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._known: dict[str, _Remembered] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    async def verify(self, token: str) -> Bearer:
        """Whom the token vouches for; `InvalidToken` or `IssuerUnavailable` otherwise."""
        known = self._known.get(token)
        if known and time.time() < known.bearer.expires_at and self._clock() < known.until:
            return known.bearer
        keys = await self._current_keys()
        try:
            return self._bearer(token, keys)
        except InvalidToken:
            # Perhaps the issuer has a new key: look once before refusing.
            fresh = await self._fetch()
            if fresh is keys:
                raise
        return self._bearer(token, fresh)

    async def _current_keys(self) -> KeySet:
        age = self._clock() - self._fetched_at
        if self._keys and age < KEYS_FRESH_SECONDS:
            return self._keys
        try:
            return await self._fetch()
        except IssuerUnavailable:
            if self._keys and age < KEYS_KEPT_SECONDS:
                return self._keys
            raise

    def _bearer(self, token: str, keys: KeySet) -> Bearer:
        try:
            checked = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = checked.claims
            self._claims.validate(claims)
            if str(checked.header.get("typ", "")).lower() not in TYPES:
                raise ValueError("not an access token")
            actor = Actor(subject=claims["sub"], role=self._role(claims), authority=claims.get("authority"))
            _refuse_disguises(actor)
            if ":" in actor.subject and actor.subject.partition(":")[0] in ROLES:
                # So an appeal names an operator who has opened it: no portal may pass for one.
                raise ValueError("a subject that begins like a role")
            scopes = _scopes(claims)
        except (JoseError, ValueError, TypeError) as refusal:
            # A TypeError: a header of another shape than the library expects, such as a list in `crit`.
            raise InvalidToken(type(refusal).__name__) from refusal
        bearer = Bearer(actor, scopes, float(claims["exp"]))
        self._remember(token, bearer)
        return bearer

    def _role(self, claims: dict[str, Any]) -> Role:
        found: Any = claims
        for step in self._role_path:
            found = found.get(step) if isinstance(found, dict) else None
        said = found if isinstance(found, list) else [found]
        roles = {each for each in said if isinstance(each, str) and each in ROLES}
        if len(roles) != 1:
            raise ValueError("not exactly one role")
        return Role(roles.pop())

    def _remember(self, token: str, bearer: Bearer) -> None:
        # A checked signature stays good until the token ends, or until a withdrawn key must be noticed.
        if len(self._known) >= REMEMBERED_AT_MOST:
            self._known.clear()
        self._known[token] = _Remembered(bearer, self._clock() + REMEMBERED_SECONDS)

    async def _fetch(self) -> KeySet:
        """The keys as the issuer publishes them now, or as it did a moment ago."""
        async with self._fetching:
            if self._clock() - self._tried_at < REFRESH_AT_MOST_EVERY_SECONDS:
                if self._keys and self._fetched_at >= self._tried_at:
                    return self._keys
                raise IssuerUnavailable("asked a moment ago")
            self._tried_at = self._clock()
            try:
                response = await self._client.get(self._keys_url, timeout=TIMEOUT)
                self._keys = KeySet.import_key_set(response.raise_for_status().json())
            except (httpx.HTTPError, JoseError, ValueError, KeyError) as failure:
                raise IssuerUnavailable(type(failure).__name__) from failure
            self._fetched_at = self._clock()
            self._known.clear()
            return self._keys


def _refuse_disguises(actor: Actor) -> None:
    """A name is a line of text that shows all it is: it stands in journals and decides who is who."""
    for said, length_max in ((actor.subject, SUBJECT_LENGTH_MAX), (actor.authority, AUTHORITY_LENGTH_MAX)):
        if said is not None and not (said.isprintable() and said == said.strip() and 0 < len(said) <= length_max):
            raise ValueError("a name that hides something")


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """The `scope` claim: words with blanks between them, or as some issuers write it, a list."""
    said = claims.get("scope") or ""
    words = said.split() if isinstance(said, str) else said
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("not a scope")
    return frozenset(words)
