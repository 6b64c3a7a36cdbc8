"""Quality control at the desk: the replies that await a check, one of them beside its question, the marks (RPL-2)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Composed, Parts
from api.pages.forms import Form, filled, names_of, read
from api.pages.pages import page
from api.problems import ProblemError
from api.rights import allowed, case_for
from domain.actors import Actor
from domain.case import CaseView
from domain.contracts.events import CitizenTold, QuestionAnswered
from domain.contracts.journal import RecordedEntry, effective
from domain.quality import Check
from domain.rights import Operation
from store.quality import NoReplyDue, OwnReply

router = APIRouter(include_in_schema=False)

Controller = Annotated[Actor, Depends(allowed(Operation.CHECK_REPLY))]
Seen = Annotated[CaseView, Depends(case_for(Operation.CHECK_REPLY))]


@router.get("/desk/quality")
async def list_replies(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.LIST_REPLIES))],
    composed: Composed,
    done: str = "",
) -> Response:
    """The replies that await a check, the oldest first; nothing of a person."""
    replies = await composed.quality.waiting(actor, datetime.now(UTC))
    return page(request, "desk/replies.html", replies=replies, is_checked=done == "checked")


@router.get("/desk/quality/{number}/{position}")
async def read_reply(request: Request, actor: Controller, composed: Composed, view: Seen, position: int) -> Response:
    """The reply beside the question, and the form of its check."""
    if position not in await _awaited(composed, actor, view):
        raise _not_due()
    return await _shown(request, composed, view, position, {}, {})


@router.post("/desk/quality/{number}/{position}")
async def check(
    request: Request,
    actor: Controller,
    composed: Composed,
    view: Seen,
    position: int,
    form: Annotated[Form, Depends(Form.sent)],
) -> Response:
    """Keep the check, once; who comes second is told so."""
    found, faults = read(Check, form.values)
    if found is None:
        if position not in await _awaited(composed, actor, view):
            raise _not_due()
        return await _shown(request, composed, view, position, form.values, faults, 422)
    try:
        is_kept = await composed.quality.check(view.number, position, found, actor, datetime.now(UTC))
    except (OwnReply, NoReplyDue):
        raise _not_due() from None
    if not is_kept:
        fault = {"": "Этот ответ уже проверили."}
        return await _shown(request, composed, view, position, form.values, fault, 409)
    return RedirectResponse("/desk/quality?done=checked", 303)


async def _awaited(composed: Parts, actor: Actor, view: CaseView) -> set[int]:
    replies = await composed.quality.waiting(actor, datetime.now(UTC))
    return {reply.position for reply in replies if reply.number == view.number}


async def _shown(
    request: Request,
    composed: Parts,
    view: CaseView,
    position: int,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    status: int = 200,
) -> Response:
    entries = effective(await composed.register.journal(view.number, position - 1, 1))
    said = _said(entries[0]) if entries else []
    if not said:
        raise _not_due()
    form = filled(Check, names_of(Check), values, faults)
    told = {"number": view.number, "position": position, "question": view.details.description, "said": said}
    return page(request, "desk/reply.html", status, form=form, at=entries[0].at, **told)


def _said(entry: RecordedEntry) -> list[str]:
    match entry.event:
        case CitizenTold(personal=text):
            return [text]
        case QuestionAnswered(personal=answer):
            return [answer.summary, *answer.steps]
        case _:
            return []


def _not_due() -> ProblemError:
    return ProblemError(404, "no_reply_due", "Этот ответ не ждёт проверки", "Выберите другой из списка.")
