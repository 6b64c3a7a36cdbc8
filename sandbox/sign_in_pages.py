"""The issuer's page for people: choose who you are, one click, and back to where you came from."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from sandbox.issuer import IssuerPart, Role, TokenRequest
from sandbox.people import people

STAFF: dict[Role, str] = {
    "operator": "Оператор",
    "specialist": "Специалист",
    "legal": "Юрист",
    "quality_control": "Контроль качества",
    "developer": "Разработчик",
    "supervisor": "Руководитель",
    "auditor": "Аудитор",
}

router = APIRouter(prefix="/issuer/authorize", tags=["issuer"])
templates = Jinja2Templates(Path(__file__).with_name("templates"))


@router.get("")
async def choose(request: Request, redirect_uri: str, code_challenge: str, state: str = "") -> HTMLResponse:
    """Everybody whom one can be; nobody is asked for a password."""
    _require_this_machine(redirect_uri)
    asked = {"redirect_uri": redirect_uri, "code_challenge": code_challenge, "state": state}

    def as_whom(role: Role, subject: str) -> str:
        return urlencode({"role": role, "subject": subject} | asked)

    shown = {"citizens": list(people().values()), "staff": STAFF, "as_whom": as_whom}
    return templates.TemplateResponse(request, "sign_in.html", shown)


@router.get("/as")
async def give_code(
    issuer: IssuerPart, role: Role, subject: str, redirect_uri: str, code_challenge: str, state: str = ""
) -> RedirectResponse:
    """Back with a code for this person."""
    _require_this_machine(redirect_uri)
    code = issuer.code(TokenRequest(subject=subject, role=role), redirect_uri, code_challenge)
    return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 303)


def _require_this_machine(address: str) -> None:
    if urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
        raise HTTPException(400, "the sandbox signs people in on its own machine alone")
