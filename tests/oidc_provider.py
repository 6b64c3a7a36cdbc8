"""A real OpenID Connect issuer for tests: `oidc-provider` from npm, in a process of its own."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from joserfc.jwk import ECKey, RSAKey

from tests.sandbox_process import REPOSITORY, free_ports

PROGRAM = Path(__file__).with_name("oidc_provider.mjs")
UP_WITHIN_SECONDS = 60.0
SCOPES = ("appeals:open", "appeals:read", "data:read")
SECRET = "for tests only"  # noqa: S105 - of invented clients


@dataclass(frozen=True)
class OidcProvider:
    """The issuer at `url`; its addresses are those that it tells of itself."""

    url: str

    def discovered(self) -> dict[str, Any]:
        """What it says of itself."""
        found = httpx.get(f"{self.url}/.well-known/openid-configuration", timeout=10)
        told: dict[str, Any] = found.raise_for_status().json()
        return told

    def token(self, client_id: str, scope: str = "") -> str:
        """An access token for a client that acts for itself."""
        asked = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        address = self.discovered()["token_endpoint"]
        answer = httpx.post(address, data=asked, auth=(client_id, SECRET), timeout=10)
        return str(answer.raise_for_status().json()["access_token"])


def machine(client_id: str, role: str) -> dict[str, Any]:
    """A client that acts for itself, in this role: a portal, say."""
    return {
        "client_id": client_id,
        "client_secret": SECRET,
        "role": role,
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        "scope": " ".join(SCOPES),
    }


def pages(client_id: str, redirect_uri: str) -> dict[str, Any]:
    """A client that has people sign in: by a code, with PKCE."""
    return {
        "client_id": client_id,
        "client_secret": SECRET,
        "grant_types": ["authorization_code"],
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": [urljoin(redirect_uri, "/")],
        "response_types": ["code"],
        "scope": " ".join(("openid", *SCOPES)),
    }


@contextmanager
def oidc_provider(
    *keys: RSAKey | ECKey,
    clients: Sequence[Mapping[str, Any]] = (),
    accounts: Mapping[str, str] | None = None,
    port: int | None = None,
    audience: str = "hotline",
) -> Iterator[OidcProvider]:
    """The issuer with these private keys, of which the first one signs, and these people: role by login.

    With the `port` of one that has ended, it is the same issuer started anew.
    """
    port = port or free_ports(1)[0]
    wanted = {
        "port": port,
        "jwks": {"keys": [_private(key) for key in keys]},
        "audience": audience,
        "scopes": SCOPES,
        "clients": clients,
        "accounts": accounts or {},
    }
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("there is no Node.js: see CONTRIBUTING.md")
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own program
        [node, str(PROGRAM)], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere
    )
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(wanted).encode() + b"\n")
        process.stdin.flush()
        issuer = OidcProvider(f"http://127.0.0.1:{port}")
        _wait_until_ready(issuer, process)
        yield issuer
    finally:
        process.kill()
        process.communicate()


def _private(key: RSAKey | ECKey) -> dict[str, Any]:
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    return {**key.as_dict(private=True), "kid": key.thumbprint(), "use": "sig", "alg": algorithm}


def _wait_until_ready(issuer: OidcProvider, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while True:
        try:
            issuer.discovered()
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the issuer did not start; try: node {PROGRAM}") from None
            time.sleep(0.05)
        else:
            return
