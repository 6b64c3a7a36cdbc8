"""The issuer as people meet it: where it asks them to sign in, and what it gives for their code (OpenID Connect)."""

import time
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

import httpx

from infra.settings import Settings
from infra.tokens import TIMEOUT, IssuerUnavailable

BACK = "/sign-in/back"
DESCRIPTION_FRESH_SECONDS = 300.0
_NEEDED = ("authorization_endpoint", "token_endpoint")


class SignInRefused(Exception):
    """The issuer does not take the code: it is used up, too old, or not ours."""


@dataclass
class SignIn:
    """The client as which the pages are known to the issuer; `back` is where it sends people afterwards."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    http: httpx.AsyncClient
    _described: dict[str, str] = field(default_factory=dict)
    _described_at: float = float("-inf")

    @classmethod
    def of(cls, settings: Settings, http: httpx.AsyncClient) -> "SignIn":
        secret = settings.pages_client_secret.get_secret_value()
        return cls(settings.issuer, settings.pages_client_id, secret, settings.public_url + BACK, http)

    async def address(self) -> str:
        """Where people sign in."""
        return (await self._description())["authorization_endpoint"]

    async def end_address(self) -> str | None:
        """Where people sign out of the issuer, with the way back; None where it does not say.

        It knows them by their own cookie and asks: an ID token in the address would tell who they are to every log.
        """
        address = (await self._description()).get("end_session_endpoint")
        home = self.back.removesuffix(BACK) + "/"
        asked = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": home})
        return f"{address}{'&' if '?' in address else '?'}{asked}" if address else None

    async def token(self, code: str, verifier: str) -> str:
        """The access token for this code; raises `SignInRefused` or `IssuerUnavailable`."""
        endpoint = (await self._description())["token_endpoint"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": verifier,
        }
        try:
            if self.client_secret:
                # RFC 6749, 2.3.1: both are form-encoded first.
                known = httpx.BasicAuth(quote_plus(self.client_id), quote_plus(self.client_secret))
                answer = await self.http.post(endpoint, data=form, timeout=TIMEOUT, auth=known)
            else:
                answer = await self.http.post(endpoint, data=form | {"client_id": self.client_id}, timeout=TIMEOUT)
            if answer.is_client_error:
                raise SignInRefused
            return str(answer.raise_for_status().json()["access_token"])
        except (httpx.HTTPError, ValueError, KeyError) as failure:
            raise IssuerUnavailable(type(failure).__name__) from failure

    async def _description(self) -> dict[str, str]:
        if time.monotonic() - self._described_at < DESCRIPTION_FRESH_SECONDS:
            return self._described
        try:
            found = await self.http.get(f"{self.issuer}/.well-known/openid-configuration", timeout=TIMEOUT)
            told = found.raise_for_status().json()
            self._described = {name: str(told[name]) for name in _NEEDED}
            if "end_session_endpoint" in told:
                self._described["end_session_endpoint"] = str(told["end_session_endpoint"])
        except (httpx.HTTPError, ValueError, KeyError) as failure:
            raise IssuerUnavailable(type(failure).__name__) from failure
        self._described_at = time.monotonic()
        return self._described
