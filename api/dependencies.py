"""What every route shares: who calls, and the parts that the app was composed of."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Header, Path, Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import StringConstraints

from api.cases import Cases
from api.live import Live
from api.pages.areas import is_page
from api.pages.sessions import Cookies, Session, session_over
from api.problems import ProblemError, unavailable
from api.uploads import Uploads
from audit.timeline import Timelines
from domain.identifiers import InvalidIdentifier
from domain.number import parse_number
from domain.sealing import Keyring
from infra.audits import AuditOrders
from infra.batches import BatchStarter
from infra.codes import ConfirmationCodes
from infra.files.cases import Screenings
from infra.files.vault import FileVault
from infra.files.workroom import Workroom
from infra.sign_in import SignIn
from infra.tokens import Bearer, InvalidToken, IssuerUnavailable, TokenVerifier
from store.access import AccessLog
from store.answers import Answers
from store.attachments import Attachments
from store.batches import Batches
from store.chain import Chains
from store.ended_sessions import EndedSessions
from store.erasures import Erasures
from store.helps import Helps
from store.listing import Listing
from store.parcels import Parcels
from store.presence import Presences
from store.quality import Quality
from store.register import Register
from store.supervision import RecentFigures
from store.webhook_ledger import WebhookLedger
from store.webhooks import Endpoints, WebhookSecrets

log = structlog.get_logger()


@dataclass(frozen=True)
class Files:
    """The parts that deal with attached files."""

    uploads: Uploads
    workroom: Workroom
    vault: FileVault
    attachments: Attachments
    screenings: Screenings
    patience_seconds: float


@dataclass(frozen=True)
class Webhooks:
    """The parts that deal with webhooks; `plain_allowed` lets an endpoint do without TLS."""

    endpoints: Endpoints
    secrets: WebhookSecrets
    ledger: WebhookLedger
    plain_allowed: bool


@dataclass(frozen=True)
class Parts:
    """What the app factory composed."""

    cases: Cases
    register: Register
    tokens: TokenVerifier
    codes: ConfirmationCodes
    help_phone: str
    parcels: Parcels
    erasures: Erasures
    keyring: Keyring
    files: Files
    accesses: AccessLog
    live: Live
    answers: Answers
    cookies: Cookies
    ended_sessions: EndedSessions
    sign_in: SignIn
    batches: Batches
    starter: BatchStarter
    figures: RecentFigures
    timelines: Timelines
    audits: AuditOrders

    @property
    def listing(self) -> Listing:
        """The lists of the same register."""
        return Listing(self.register)

    webhooks: Webhooks

    @property
    def presences(self) -> Presences:
        return Presences(self.register.engine)

    @property
    def helps(self) -> Helps:
        return Helps(self.register.engine, self.keyring, self.register.index_key)

    @property
    def quality(self) -> Quality:
        return Quality(self.register.engine, self.keyring)

    @property
    def chains(self) -> Chains:
        return Chains(self.register)


def parts_of(request: Request) -> Parts:
    composed: Parts = request.app.state.parts
    return composed


async def parts(request: Request) -> Parts:
    return parts_of(request)


bearer = HTTPBearer(
    auto_error=False, description="A JWT of the configured issuer: its role, and for a portal's client its scopes."
)


async def caller(request: Request) -> Bearer:
    """Who calls, by a checked token; nothing is ever taken from an unsigned header.

    On a page it is whoever has signed in; a session counts nowhere else, so no form of another site reaches the API.
    Doors ask it as a plain function: FastAPI walks the tree under a dependency again wherever it is named (ADR 24).
    """
    if is_page(request.scope):
        session: Session | None = request.state.session
        if session is None:
            raise session_over()
        return session.bearer
    kind, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if kind.lower() != "bearer" or not token:
        log.warning("access refused", why="no token", request_id=request.state.request_id)
        raise _unauthorised("В запросе нет токена доступа.")
    try:
        return await parts_of(request).tokens.verify(token)
    except InvalidToken as refusal:
        log.warning("access refused", why="token", fault=str(refusal), request_id=request.state.request_id)
        raise _unauthorised("Токен доступа недействителен или просрочен.", 'error="invalid_token"') from None
    except IssuerUnavailable:
        raise unavailable("issuer_unavailable") from None


def _unauthorised(detail: str, error: str = "") -> ProblemError:
    challenge = {"WWW-Authenticate": f"Bearer {error}".strip()}
    return ProblemError(401, "unauthorised", "Нужен действительный токен доступа", detail, headers=challenge)


async def appeal_number(
    number: Annotated[str, Path(json_schema_extra={"format": "appeal-number"}, examples=["4821093755612044"])],
) -> str:
    """The number in the path; one that was mistyped is told from one that is unknown (INT-5)."""
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        raise ProblemError(422, "mistyped_number", "Номер обращения неверен", str(fault)) from None


_Key = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]
_KEY_HEADER = Header(
    alias="Idempotency-Key",
    description="Made by the caller, one per intention: a request sent again under it is the same request.",
    examples=["7f9c2ba4-e88f-4d26-9f0f-0d6b3c0e5b1a"],
)
IdempotencyKey = Annotated[_Key, _KEY_HEADER]
OptionalIdempotencyKey = Annotated[_Key | None, _KEY_HEADER]
"""For what changes nothing more when it is sent again even without a key."""
Position = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A place in a journal. What the register's column can't hold is no position: asked for it, the database fails."""
Composed = Annotated[Parts, Depends(parts)]
AppealNumber = Annotated[str, Depends(appeal_number)]
