"""Pages for people: everything that citizens have got, as they would see it."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from sandbox.mailbox import MAIL
from sandbox.parts import part
from sandbox.storage import Document, Store

SHOWN = 200
MOSCOW = timezone(timedelta(hours=3), "МСК")

StorePart = Annotated[Store, part(Store)]
router = APIRouter(prefix="/inbox", tags=["pages"], default_response_class=HTMLResponse)
templates = Jinja2Templates(Path(__file__).with_name("templates"))


def _moscow_time(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S")


templates.env.filters["moscow_time"] = _moscow_time


@router.get("")
async def inbox(request: Request, store: StorePart) -> HTMLResponse:
    shown = {kind: _newest(store, kind) for kind in (MAIL, "sms", "push", "codes")}
    return templates.TemplateResponse(request, "inbox.html", shown)


@router.get("/{mail_id}")
async def mail(request: Request, mail_id: str, store: StorePart) -> HTMLResponse:
    found = store.get(MAIL, mail_id)
    if found is None:
        raise HTTPException(404, "no such mail")
    return templates.TemplateResponse(request, "mail.html", {"mail": found})


def _newest(store: Store, kind: str) -> list[Document]:
    return store.every(kind)[: -SHOWN - 1 : -1]
