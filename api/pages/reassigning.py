"""Handing many cases over at once: choose, see what would happen, confirm, follow (CLS-2, ADR 21)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.batches import (
    AfterItem,
    BatchFilterIn,
    BatchId,
    BatchIn,
    cancel_batch,
    read_batch,
    read_batch_items,
    start_batch,
)
from api.dependencies import Composed, Parts
from api.lists import place_of
from api.pages.forms import Form, filled, names_of, new_key, read
from api.pages.pages import page
from api.problems import ProblemError
from api.rights import allowed
from api.schemas import HandOverIn
from domain.actors import Actor
from domain.contracts.commands import Command, HandOver
from domain.foresight import foresee
from domain.identifiers import InvalidIdentifier
from domain.listing import Place, Sort
from domain.number import parse_number
from domain.rights import Operation, Reach, reach
from domain.rules import Refusal

router = APIRouter(prefix="/board", include_in_schema=False)

ROWS = 30
_ASKED = ("category", "channel", "unit", "status", "is_breached")
_PICKED = re.compile(r"n-(\d{16})")
_SELECTED = "Отметьте хотя бы одно обращение."

Chief = Annotated[Actor, Depends(allowed(Operation.ORDER_BATCH))]
Reader = Annotated[Actor, Depends(allowed(Operation.READ_BATCH))]
Sent = Annotated[Form, Depends(Form.sent)]


@router.get("/reassign")
async def choose(request: Request, _: Chief, composed: Composed) -> Response:
    """The open cases that a filter fits, the oldest first, to be marked."""
    return await _choice(request, composed, request.query_params, {}, {})


@router.post("/reassign")
async def foresee_all(request: Request, actor: Chief, composed: Composed, form: Sent) -> Response:
    """What would become of each case that was marked; nothing is done yet."""
    query, numbers = dict(parse_qsl(form.values.get("_query", ""))), _picked(form.values)
    decision, faults = read(HandOverIn, form.values, type="HandOver")
    if not numbers:
        faults["numbers"] = _SELECTED
    if decision is None or faults or form.values.get("_edit"):
        return await _choice(request, composed, query, form.values, {} if form.values.get("_edit") else faults)
    order = HandOver(**decision.model_dump())
    refusals = {number: await _refusal(composed, actor, number, order) for number in numbers}
    return page(
        request,
        "board/foreseen.html",
        taken=[number for number, refusal in refusals.items() if not refusal],
        refused=[(number, refusal) for number, refusal in refusals.items() if refusal],
        decision=decision,
        picked=numbers,
        query=form.values.get("_query", ""),
        key=new_key(),
    )


@router.post("/reassign/order")
async def order(request: Request, actor: Chief, composed: Composed, form: Sent) -> Response:
    """Start the batch; the same form sent twice is one batch."""
    numbers = _picked(form.values)
    decision, faults = read(HandOverIn, form.values, type="HandOver")
    if decision is None or not numbers:
        return await _choice(request, composed, {}, form.values, faults or {"numbers": _SELECTED})
    ordered = await start_batch(composed, actor, form.key, BatchIn(decision=decision, numbers=numbers))
    return RedirectResponse(f"/board/batches/{ordered.id}", 303)


@router.get("/batches/{batch_id}")
async def follow(
    request: Request, batch_id: BatchId, actor: Reader, composed: Composed, after: AfterItem = 0
) -> Response:
    """How far the batch is, and what became of each case."""
    batch = await read_batch(batch_id, actor, composed)
    found = await read_batch_items(batch_id, actor, composed, after)
    return page(
        request,
        "board/batch.html",
        batch=batch,
        items=found.items,
        following=found.next_after,
        settled=batch.total - batch.waiting,
        may_cancel=reach(actor.role, Operation.CANCEL_BATCH) is not Reach.NONE,
        may_open=reach(actor.role, Operation.WORK_ON_APPEAL) is not Reach.NONE,
    )


@router.post("/batches/{batch_id}/cancel")
async def cancel(
    batch_id: BatchId,
    actor: Annotated[Actor, Depends(allowed(Operation.CANCEL_BATCH))],
    composed: Composed,
    _: Sent,
) -> Response:
    """Have the batch send nothing more; what is over already is shown as it is."""
    try:
        await cancel_batch(batch_id, actor, composed)
    except ProblemError as refusal:
        if refusal.problem.code != "batch_ended":
            raise
    return RedirectResponse(f"/board/batches/{batch_id}", 303)


async def _choice(
    request: Request,
    composed: Parts,
    query: Mapping[str, str],
    values: Mapping[str, str],
    faults: Mapping[str, str],
) -> Response:
    wanted, wrong = read(BatchFilterIn, {name: query[name] for name in _ASKED if query.get(name)})
    after = place_of(query.get("after"), Sort.NEWEST)
    found = await composed.listing.open_appeals(wanted or BatchFilterIn(), after, ROWS)
    asked = {name: query[name] for name in _ASKED if query.get(name)}
    order = filled(HandOverIn, names_of(HandOverIn), values, faults)
    return page(
        request,
        "board/reassign.html",
        422 if faults or wrong else 200,
        filter=filled(BatchFilterIn, _ASKED, query, wrong),
        order=order,
        faults=[(id_ or "cases", sentence) for id_, sentence in order.faults],
        unmarked=faults.get("numbers", ""),
        appeals=found.appeals,
        marked=_marked(found.appeals, query, values),
        query=urlencode(asked | ({"after": query["after"]} if after else {})),
        all_marked=urlencode(asked | ({"after": query["after"]} if after else {}) | {"all": "1"}),
        following=_following(asked, found.next),
        is_first=after is None,
    )


def _marked(appeals: Any, query: Mapping[str, str], values: Mapping[str, str]) -> set[str]:
    return {each.number for each in appeals} if query.get("all") and not values else set(_picked(values))


def _following(asked: Mapping[str, str], place: Place | None) -> str:
    return urlencode({**asked, "after": place.cursor(Sort.NEWEST)}) if place else ""


def _picked(values: Mapping[str, str]) -> list[str]:
    """The numbers of the cases that were marked, without what is none."""
    found = []
    for name in values:
        if marked := _PICKED.fullmatch(name):
            try:
                found.append(parse_number(marked[1]))
            except InvalidIdentifier:
                continue
    return found


async def _refusal(composed: Parts, actor: Actor, number: str, decision: HandOver) -> str:
    """Why the case would not take the decision, as the register knows it; empty if it would."""
    views = await composed.register.views([number])
    if not views:
        return "Обращение не найдено."
    command = Command(id="dry-run", actor=actor, decision=decision)
    try:
        foresee(views[0], command, composed.cases.opener.policy, datetime.now(UTC))
    except Refusal as refusal:
        return str(refusal)
    return ""
