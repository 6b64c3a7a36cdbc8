"""Quality control at the desk: the replies that await a check, one of them beside its question, the marks (RPL-2)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Composed, Parts, Position
from api.pages.forms import Form, filled, names_of, read
from api.pages.pages import page
from api.problems import ProblemError
from api.replies import CheckIn, Controller, Lister, Seen, keep_check, refuse_unless_due, reply_in
from domain.case import CaseView

router = APIRouter(include_in_schema=False)


@router.get("/desk/quality")
async def list_replies(request: Request, actor: Lister, composed: Composed, done: str = "") -> Response:
    """The replies that await a check, the oldest first; nothing of a person."""
    replies = await composed.quality.waiting(actor, datetime.now(UTC))
    return page(request, "desk/replies.html", replies=replies, is_checked=done == "checked")


@router.get("/desk/quality/{number}/{position}")
async def read_reply(
    request: Request, actor: Controller, composed: Composed, view: Seen, position: Position
) -> Response:
    """The reply beside the question, and the form of its check."""
    await refuse_unless_due(composed, view, position, actor)
    return await _shown(request, composed, view, position, {}, {})


@router.post("/desk/quality/{number}/{position}")
async def check(
    request: Request,
    actor: Controller,
    composed: Composed,
    view: Seen,
    position: Position,
    form: Annotated[Form, Depends(Form.sent)],
) -> Response:
    """Keep the check, once; who comes second is told so."""
    found, faults = read(CheckIn, form.values)
    if found is None:
        await refuse_unless_due(composed, view, position, actor)
        return await _shown(request, composed, view, position, form.values, faults, 422)
    try:
        await keep_check(composed, view, position, found, actor)
    except ProblemError as refusal:
        if refusal.problem.status != 409:
            raise
        return await _shown(request, composed, view, position, form.values, {"": refusal.problem.detail}, 409)
    return RedirectResponse("/desk/quality?done=checked", 303)


async def _shown(
    request: Request,
    composed: Parts,
    view: CaseView,
    position: int,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    status: int = 200,
) -> Response:
    form = filled(CheckIn, names_of(CheckIn), values, faults)
    reply = await reply_in(composed, view, position)
    return page(request, "desk/reply.html", status, form=form, reply=reply)
