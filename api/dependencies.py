"""What every route shares: who calls, and the parts that the app was composed of."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import StringConstraints

from api.cases import Cases
from api.problems import ProblemError, erased_appeal, unavailable, unknown_appeal
from domain.actors import Actor
from domain.case import CaseView
from domain.identifiers import InvalidIdentifier
from domain.number import parse_number
from domain.rights import may_know_of_erased, may_see
from domain.sealing import Erased, Keyring
from infra.codes import ConfirmationCodes
from infra.tokens import InvalidToken, IssuerUnavailable, TokenVerifier
from store.erasures import Erasures
from store.parcels import Parcels
from store.register import Register


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


async def parts(request: Request) -> Parts:
    composed: Parts = request.app.state.parts
    return composed


bearer = HTTPBearer(auto_error=False, description="A JWT of the configured issuer; its `role` claim is the role.")


async def caller(
    composed: Annotated[Parts, Depends(parts)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Actor:
    """Who calls, by a checked token; nothing is ever taken from an unsigned header."""
    if credentials is None:
        raise _unauthorised("В запросе нет токена доступа.")
    try:
        return await composed.tokens.verify(credentials.credentials)
    except InvalidToken:
        raise _unauthorised("Токен доступа недействителен или просрочен.") from None
    except IssuerUnavailable:
        raise unavailable("issuer_unavailable") from None


def _unauthorised(detail: str) -> ProblemError:
    return ProblemError(401, "unauthorised", "Нужен действительный токен доступа", detail)


async def appeal_number(number: Annotated[str, Path(examples=["4821093755612044"])]) -> str:
    """The number in the path; one that was mistyped is told from one that is unknown (INT-5)."""
    try:
        return parse_number(number)
    except InvalidIdentifier as fault:
        raise ProblemError(422, "mistyped_number", "Номер обращения неверен", str(fault)) from None


async def seen_case(
    number: Annotated[str, Depends(appeal_number)],
    actor: Annotated[Actor, Depends(caller)],
    composed: Annotated[Parts, Depends(parts)],
) -> CaseView:
    """The case, if it exists and this caller may see it; the two are not told apart."""
    view = await registered_case(number, actor, composed)
    if not may_see(actor, view):
        raise unknown_appeal()
    return view


async def registered_case(number: str, actor: Actor, composed: Parts) -> CaseView:
    """The case on record; 410 where it was erased, for those who may know that it was there."""
    try:
        view = await composed.register.view(number)
    except Erased:
        portal = await composed.register.portal_of(number)
        raise erased_appeal() if may_know_of_erased(actor, portal) else unknown_appeal() from None
    if view is None and await composed.cases.is_started(number):
        raise unavailable("not_yet_registered")
    if view is None:
        raise unknown_appeal()
    return view


IdempotencyKey = Annotated[
    str,
    StringConstraints(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$"),
    Header(
        alias="Idempotency-Key",
        description="Made by the caller, one per intention: a request sent again under it is the same request.",
        examples=["7f9c2ba4-e88f-4d26-9f0f-0d6b3c0e5b1a"],
    ),
]
Caller = Annotated[Actor, Depends(caller)]
Composed = Annotated[Parts, Depends(parts)]
SeenCase = Annotated[CaseView, Depends(seen_case)]
AppealNumber = Annotated[str, Depends(appeal_number)]
