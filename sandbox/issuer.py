"""The issuer of bearer tokens: an Ed25519 key, its public half, and a token for whoever asks."""

import hashlib
import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Request
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field, ValidationError

from sandbox import clock
from sandbox.parts import part

# RFC 9864 retired the name "EdDSA", which does not tell the curve; joserfc warns of it.
ALGORITHM = "Ed25519"
AUDIENCE = "hotline"

Role = Literal[
    "portal",
    "operator",
    "specialist",
    "legal",
    "quality_control",
    "developer",
    "supervisor",
    "auditor",
    "citizen",
    "registry",
]


PORTAL_SCOPES = "appeals:open appeals:read appeals:decide data:read webhooks:manage"


class TokenRequest(BaseModel):
    """Whom to vouch for. Nobody is asked for a secret here: the sandbox is open to its own machine.

    A portal that asks for no `scope` gets all of them, the others none.
    """

    subject: str
    role: Role
    authority: str | None = None
    name: str | None = None
    scope: str | None = None
    ttl_s: Annotated[int, Field(ge=1, le=86_400)] = 3600


@dataclass(frozen=True)
class _Granted:
    request: TokenRequest
    redirect_uri: str
    challenge: str
    until: datetime


class Issuer:
    """Signs with a key that is kept in a file, so that tokens outlive the process."""

    def __init__(self, url: str, key_file: Path) -> None:
        self.url = url
        self._key = _kept_key(key_file)
        self._codes: dict[str, _Granted] = {}

    def token(self, request: TokenRequest) -> str:
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._key.thumbprint()}
        return jwt.encode(header, self._claims(request), self._key, algorithms=[ALGORITHM])

    def key_set(self) -> dict[str, Any]:
        public = self._key.as_dict(private=False)
        return {"keys": [public | {"kid": self._key.thumbprint(), "use": "sig", "alg": ALGORITHM}]}

    def code(self, request: TokenRequest, redirect_uri: str, challenge: str) -> str:
        """A code for one token of this person, good for a minute and for whoever knows what the challenge was of."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Granted(request, redirect_uri, challenge, clock.now() + timedelta(minutes=1))
        return code

    def redeemed(self, form: dict[str, str]) -> TokenRequest:
        """Whom the code of this form stands for; a code is good once."""
        granted = self._codes.pop(form.get("code", ""), None)
        proof = urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        if (
            granted is None
            or granted.until < clock.now()
            or form.get("redirect_uri") != granted.redirect_uri
            or proof.rstrip("=") != granted.challenge
        ):
            raise HTTPException(400, {"error": "invalid_grant"})
        return granted.request

    def _claims(self, request: TokenRequest) -> dict[str, Any]:
        issued_at = int(clock.now().timestamp())
        scope = request.scope if request.scope is not None or request.role != "portal" else PORTAL_SCOPES
        return {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": request.subject,
            **request.model_dump(include={"role", "authority", "name"}, exclude_none=True),
            **({} if scope is None else {"scope": scope}),
            "iat": issued_at,
            "exp": issued_at + request.ttl_s,
            "jti": str(uuid4()),
        }


def _kept_key(file: Path) -> OKPKey:
    """The key in the file; a new one is put there whole and for our eyes only, or not at all."""
    if not file.exists():
        draft = file.with_suffix(".draft")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(OKPKey.generate_key("Ed25519").as_dict(private=True), out)
        draft.replace(file)
    return OKPKey.import_key(json.loads(file.read_bytes()))


IssuerPart = Annotated[Issuer, part(Issuer)]
router = APIRouter(prefix="/issuer", tags=["issuer"])


@router.get("/.well-known/jwks.json")
async def key_set(issuer: IssuerPart) -> dict[str, Any]:
    return issuer.key_set()


@router.get("/.well-known/openid-configuration")
async def configuration(issuer: IssuerPart) -> dict[str, Any]:
    return {
        "issuer": issuer.url,
        "jwks_uri": f"{issuer.url}/.well-known/jwks.json",
        "authorization_endpoint": f"{issuer.url}/authorize",
        "token_endpoint": f"{issuer.url}/token",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    }


@router.post("/token")
async def token(request: Request, issuer: IssuerPart) -> dict[str, str | int]:
    """A token for whoever asks in JSON, or as OAuth has it, for a code that somebody was given at `/authorize`."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        wanted = issuer.redeemed(dict(parse_qsl(body.decode())))
    else:
        wanted = _token_request(body)
    return {"access_token": issuer.token(wanted), "token_type": "Bearer", "expires_in": wanted.ttl_s}


def _token_request(body: bytes) -> TokenRequest:
    try:
        return TokenRequest.model_validate_json(body)
    except ValidationError as invalid:
        raise HTTPException(422, invalid.errors(include_url=False, include_context=False)) from None
