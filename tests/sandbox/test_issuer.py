"""Tokens are what the hotline's API expects, and are checked with the published key alone."""

import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sandbox_process import SandboxProcess


def issued(http: httpx.Client, **request: Any) -> jwt.Token:
    answer = http.post("/issuer/token", json=request).raise_for_status().json()
    assert answer.keys() == {"access_token", "token_type", "expires_in"}
    keys = KeySet.import_key_set(http.get("/issuer/.well-known/jwks.json").json())
    return jwt.decode(answer["access_token"], keys, algorithms=["Ed25519"])


def test_a_token_says_who_acts_on_whose_authority(http: httpx.Client, sandbox: SandboxProcess) -> None:
    token = issued(http, subject="op-7", role="operator", authority="1-я линия", name="Иванова И. И.")
    claims = token.claims
    assert token.header["alg"] == "Ed25519"
    assert token.header["kid"]
    assert claims["iss"] == f"{sandbox.http_url}/issuer"
    assert claims["aud"] == "hotline"
    assert (claims["sub"], claims["role"]) == ("op-7", "operator")
    assert (claims["authority"], claims["name"]) == ("1-я линия", "Иванова И. И.")
    assert abs(claims["iat"] - time.time()) < 5
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["jti"]


def test_what_is_not_said_is_not_claimed(http: httpx.Client) -> None:
    claims = issued(http, subject="portal-1", role="portal", ttl_s=60).claims
    assert claims["exp"] - claims["iat"] == 60
    assert not {"authority", "name"} & claims.keys()


def test_a_portal_has_all_scopes_unless_it_asks_for_some(http: httpx.Client) -> None:
    token = issued(http, subject="portal-1", role="portal")
    assert token.header["typ"] == "at+jwt"
    everything = ["appeals:open", "appeals:read", "appeals:decide", "data:read", "webhooks:manage"]
    assert token.claims["scope"].split() == everything
    assert issued(http, subject="portal-1", role="portal", scope="data:read").claims["scope"] == "data:read"
    assert "scope" not in issued(http, subject="op-7", role="operator").claims


@pytest.mark.parametrize("wrong", [{"role": "emperor"}, {"ttl_s": 86_401}, {"ttl_s": 0}])
def test_a_role_or_time_out_of_bounds_is_refused(http: httpx.Client, wrong: dict[str, Any]) -> None:
    request = {"subject": "x", "role": "auditor"} | wrong
    assert http.post("/issuer/token", json=request).status_code == 422


def test_the_issuer_describes_itself(http: httpx.Client) -> None:
    described = http.get("/issuer/.well-known/openid-configuration").json()
    assert http.get(described["jwks_uri"]).json()["keys"][0]["crv"] == "Ed25519"
    token = {"subject": "x", "role": "auditor"}
    assert http.post(described["token_endpoint"], json=token).json()["expires_in"] == 3600


def test_the_private_key_is_kept_from_others(http: httpx.Client, sandbox: SandboxProcess) -> None:
    assert (sandbox.data_dir / "issuer-key.json").stat().st_mode & 0o777 == 0o600
    assert "d" not in http.get("/issuer/.well-known/jwks.json").json()["keys"][0]
