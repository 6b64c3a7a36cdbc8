"""Registering a phone call while talking: one form, from its first field to its button by the keyboard (INT-1)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Composed
from api.pages.forms import Form, filled, new_key, read
from api.pages.opening import PAPERS, PERSON, lacks_in, opened_once
from api.pages.pages import page
from api.rights import allowed, put_search_on_record
from api.schemas import AppealIn
from domain.actors import Actor, Role
from domain.appeal import Channel
from domain.listing import Filter, ListedAppeal, searched
from domain.rights import Operation, sight

router = APIRouter(prefix="/desk/call", include_in_schema=False)

Opener = Annotated[Actor, Depends(allowed(Operation.OPEN_APPEAL))]

_QUESTION = ("details.description", "category", "service")
_FIELDS = (*_QUESTION, *PERSON, *PAPERS)


@router.get("")
async def read_form(request: Request, actor: Opener) -> Response:
    """The empty form; a citizen has one of their own."""
    if actor.role is not Role.OPERATOR:
        return RedirectResponse("/new", 303)
    return _shown(request, {}, {})


@router.post("")
async def register(
    request: Request, actor: Opener, composed: Composed, form: Annotated[Form, Depends(Form.sent)]
) -> Response:
    """Open the appeal, or say what is wrong; what the caller can still be asked for is said once."""
    if actor.role is not Role.OPERATOR:
        return RedirectResponse("/new", 303)
    values = {name: form.values.get(name, "") for name in _FIELDS}
    appeal, faults = read(AppealIn, values, channel=Channel.PHONE)
    if appeal is None:
        return _shown(request, values, faults, form.key, status=422)
    if not form.values.get("_anyway"):
        lacks, earlier = lacks_in(composed, actor, appeal), list[ListedAppeal]()
        if phone := appeal.details.phone:
            asked = Filter(text=searched(phone))
            found = await composed.listing.appeals(sight(actor), asked)
            earlier = [each for each in found.appeals if not each.status.is_final]
            numbers = [each.number for each in found.appeals]
            await put_search_on_record(request, composed, actor, Operation.LIST_APPEALS, numbers)
        if lacks or earlier:
            return _shown(request, values, lacks, form.key, earlier, may_send_anyway=True, status=422)
    opened = await opened_once(composed, actor, form.key, appeal)
    if opened is None:
        sentence = "Этот звонок уже зарегистрирован с другим текстом. Если звонят снова, отправьте форму ещё раз."
        return _shown(request, values, {"": sentence}, status=409)
    return RedirectResponse(f"/desk/{opened.number}?done=call", 303)


def _shown(
    request: Request,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    key: str = "",
    earlier: list[ListedAppeal] | None = None,
    may_send_anyway: bool = False,
    status: int = 200,
) -> Response:
    form = filled(AppealIn, _FIELDS, values, faults)
    parts = {
        name: [each for each in form.fields if each.name in names]
        for name, names in (("question", _QUESTION), ("person", PERSON), ("papers", PAPERS))
    }
    return page(
        request,
        "desk/call.html",
        status,
        **parts,
        faults=form.faults,
        earlier=earlier or [],
        may_send_anyway=may_send_anyway,
        key=key or new_key(),
    )
