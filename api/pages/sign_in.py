"""Signing in at the configured issuer by OpenID Connect: a code with PKCE, never a password in our hands."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Composed
from api.pages.areas import is_page
from api.pages.forms import Form
from api.pages.pages import page
from api.pages.seal import Ending
from api.pages.sessions import Session
from api.problems import ProblemError, unavailable
from api.rights import open_to_all
from domain.actors import Role
from domain.rights import Operation
from infra.sign_in import SignInRefused
from infra.tokens import InvalidToken, IssuerUnavailable

router = APIRouter(include_in_schema=False, dependencies=[Depends(open_to_all(Operation.SIGN_IN))])

_SECONDS_TO_SIGN_IN = 600
MACHINES = frozenset({Role.PORTAL, Role.REGISTRY})
HOME = {Role.CITIZEN: "/my", Role.SUPERVISOR: "/board", Role.AUDITOR: "/audit"}


class Errand(Ending):
    """A sign-in under way in this browser: what the issuer sends back has to fit it."""

    state: str
    verifier: str
    to: str


@router.get("/")
async def read_start(request: Request) -> Response:
    """What can be done here; whoever is signed in goes on to their own page."""
    session: Session | None = request.state.session
    if session:
        return RedirectResponse(HOME.get(session.actor.role, "/desk"), 303)
    return page(request, "start.html")


@router.get("/sign-in")
async def begin(request: Request, composed: Composed, to: str = "/") -> Response:
    """Send the person to the issuer, and remember what for."""
    errand = Errand(
        state=secrets.token_urlsafe(18),
        verifier=secrets.token_urlsafe(48),
        to=_one_of_ours(to),
        expires_at=time.time() + _SECONDS_TO_SIGN_IN,
    )
    challenge = urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest()).decode().rstrip("=")
    try:
        address = await composed.sign_in.address()
    except IssuerUnavailable:
        raise unavailable("issuer_unavailable") from None
    asked = {
        "response_type": "code",
        "client_id": composed.sign_in.client_id,
        "redirect_uri": composed.sign_in.back,
        "scope": "openid",
        "state": errand.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", 303)
    composed.cookies.put(answer, _cookie(errand.state), errand)
    return answer


@router.get("/sign-in/back")
async def come_back(
    request: Request, composed: Composed, code: str = "", state: str = "", error: str = ""
) -> Response:
    """Take the issuer's code for a token, and its word for who this is."""
    errand = composed.cookies.get(request.scope, _cookie(state), Errand)
    if errand is None or not secrets.compare_digest(errand.state.encode(), state.encode()):
        raise _not_signed_in("Вход длился слишком долго или начат в другом окне. Войдите ещё раз.")
    if error or not code:
        raise _not_signed_in("Вход отменён. Войдите ещё раз, когда будете готовы.")
    try:
        bearer = await composed.tokens.verify(await composed.sign_in.token(code, errand.verifier))
    except IssuerUnavailable:
        raise unavailable("issuer_unavailable") from None
    except (InvalidToken, SignInRefused):
        raise _not_signed_in("Для этой учётной записи здесь нет роли. Войдите под другой.") from None
    if bearer.actor.role in MACHINES:
        raise _not_signed_in("Эта учётная запись — для программ. Войдите под своей.")
    answer = RedirectResponse(errand.to, 303)
    composed.cookies.put(answer, "session", composed.cookies.session(bearer.actor))
    composed.cookies.drop(answer, _cookie(state))
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, composed: Composed, _form: Annotated[Form, Depends(Form.sent)]) -> Response:
    """End the session, in this browser and wherever else its cookie may have come to."""
    session: Session = request.state.session
    await composed.ended_sessions.end(session.token, session.expires_at)
    answer = RedirectResponse("/sign-out", 303)
    composed.cookies.drop(answer, "session")
    return answer


@router.get("/sign-out")
async def leave_issuer(request: Request, composed: Composed) -> Response:
    """Go on to the issuer, where one can sign out of it too: otherwise the next person here is let in unasked."""
    try:
        address = None if request.state.session else await composed.sign_in.end_address()
    except IssuerUnavailable:
        address = None
    if address is None:
        return RedirectResponse("/", 303)
    answer = page(request, "signed_out.html", issuer=address)
    # Not a redirect: the policy lets no form lead to elsewhere, and this page follows upon one.
    answer.headers["Refresh"] = f"0;url={address}"
    return answer


def _cookie(state: str) -> str:
    # Two tabs may sign in at once: each has a cookie of its own.
    return f"errand-{hashlib.sha256(state.encode()).hexdigest()[:8]}"


def _one_of_ours(to: str) -> str:
    """The address to go on to, if it is one of our pages: a link must not lead through us to elsewhere."""
    path = to.partition("?")[0]
    is_ours = to.isascii() and to.isprintable() and is_page({"type": "http", "path": path})
    return to if is_ours and not path.startswith("/sign") else "/"


def _not_signed_in(detail: str) -> ProblemError:
    return ProblemError(400, "not_signed_in", "Войти не получилось", detail)
