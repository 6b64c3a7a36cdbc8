"""Tokens of an issuer that is not ours: `oidc-provider`, by configuration only."""

from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from domain.actors import Actor, Role
from infra.tokens import KEYS_FRESH_SECONDS, REFRESH_AT_MOST_EVERY_SECONDS, Bearer, InvalidToken, TokenVerifier
from tests.infra.test_tokens import Time
from tests.oidc_provider import OidcProvider, machine, oidc_provider

CLIENTS = [machine("portal-1", "portal"), machine("desk", "operator"), machine("nobody", "guest")]
PORTAL = Bearer(Actor(subject="portal-1", role=Role.PORTAL), frozenset({"appeals:open", "appeals:read"}))


def verifier(issuer: OidcProvider, http: httpx.AsyncClient, clock: Time, audience: str = "hotline") -> TokenVerifier:
    told = issuer.discovered()
    return TokenVerifier(told["issuer"], audience, told["jwks_uri"], http, clock=clock)


async def test_another_issuer_vouches_for_roles_and_scopes_and_changes_its_keys() -> None:
    old, new, clock = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), Time()
    async with httpx.AsyncClient() as http:
        with oidc_provider(old, clients=CLIENTS) as issuer:
            ours = verifier(issuer, http, clock)
            first = issuer.token("portal-1", "appeals:open appeals:read")
            assert await ours.verify(first) == PORTAL
            desk = await ours.verify(issuer.token("desk"))
            assert (desk.actor.role, desk.scopes) == (Role.OPERATOR, frozenset())
            with pytest.raises(InvalidToken):
                await ours.verify(issuer.token("nobody"))
            with pytest.raises(InvalidToken):
                await verifier(issuer, http, clock, audience="another service").verify(first)
            with pytest.raises(InvalidToken):
                await ours.verify(first[:-5] + ("A" if first[-5] != "A" else "B") + first[-4:])

        port = urlsplit(issuer.url).port
        with oidc_provider(new, old, clients=CLIENTS, port=port) as issuer:
            clock.passed += REFRESH_AT_MOST_EVERY_SECONDS
            assert await ours.verify(issuer.token("portal-1", "appeals:open appeals:read")) == PORTAL
            assert await ours.verify(first) == PORTAL, "what the old key has signed is still good"

        with oidc_provider(new, clients=CLIENTS, port=port) as issuer:
            clock.passed += KEYS_FRESH_SECONDS
            assert await ours.verify(issuer.token("portal-1", "appeals:open appeals:read")) == PORTAL
            with pytest.raises(InvalidToken):
                await ours.verify(first)
