"""Audit: cases found, their journals beside their processes, proofs, and who has read them (AUD-1, AUD-2, AUD-3).

Nothing here changes a case, and nothing shows what it tells of a person.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.accesses import After, accesses_of
from api.dependencies import AppealNumber, Composed, Parts, Position
from api.lists import place_of, search_of
from api.pages.audit_words import TAKEN_FOR
from api.pages.forms import Form, filled, names_of, read
from api.pages.pages import page
from api.problems import ProblemError, http_problem, unknown_appeal
from api.rights import Caller, allowed, case_for, put_search_on_record
from audit.timeline import Moment, Timeline
from domain.actors import Actor
from domain.appeal import Category, Status
from domain.case import CaseView
from domain.checkpoint import Checkpoint
from domain.contracts.journal import chained_hash, content_of_said
from domain.digest import digest
from domain.listing import AppealPage, Filter, Sort
from domain.merkle import inclusion_steps, leaf_hash
from domain.rights import STAFF, Operation, sight
from store.evidence import Row, rows_of_case
from store.log import Log

router = APIRouter(prefix="/audit", include_in_schema=False)

ENTRIES_AT_ONCE = 50
"""Entries on a page, give or take a moment: on a slow phone more would be waited for."""
Auditor = Annotated[Actor, Depends(allowed(Operation.AUDIT_CASES))]
Reader = Annotated[Actor, Depends(allowed(Operation.AUDIT_CASE))]
"""Reaches every case; no case is opened for it, so that what was erased or tampered with can be looked at as well."""


class Wanted(BaseModel):
    """What cases are looked for by."""

    text: str | None = None
    status: Status | None = None
    category: Category | None = None
    is_breached: bool | None = None


class Asked(Wanted):
    """The same in an address, with where the page begins."""

    after: Annotated[str | None, Field(max_length=400)] = None


@router.get("")
async def list_cases(
    request: Request,
    actor: Auditor,
    composed: Composed,
    wanted: Annotated[Asked, Query()],
) -> Response:
    """The newest cases, or those that were asked for by what may stand in an address."""
    asked = _filter(wanted)
    if asked.names_a_person:
        # It would stay in the browser's history; the form asks for it otherwise.
        return RedirectResponse("/audit", 303)
    found = await composed.listing.appeals(sight(actor), asked, Sort.NEWEST, place_of(wanted.after, Sort.NEWEST))
    return await _listed(request, composed, wanted, found, is_first=wanted.after is None)


@router.post("")
async def search(
    request: Request, actor: Auditor, composed: Composed, form: Annotated[Form, Depends(Form.sent)]
) -> Response:
    """Find cases; a search for a person is on record with each case that it tells (AUD-3)."""
    wanted, faults = read(Wanted, form.values)
    try:
        asked = _filter(wanted) if wanted else Filter()
    except ProblemError as refusal:
        faults = {"text": refusal.problem.detail}
    if wanted is None or faults:
        return await _listed(request, composed, Wanted(text=form.values.get("text")), None, faults=faults, status=422)
    if not asked.names_a_person:
        return RedirectResponse(_address(wanted), 303)
    found = await composed.listing.appeals(sight(actor), asked, Sort.NEWEST)
    numbers = [each.number for each in found.appeals]
    await put_search_on_record(request, composed, actor, Operation.AUDIT_CASES, numbers)
    taken_for = [TAKEN_FOR[kind] for kind in asked.text.kinds] if asked.text else []
    return await _listed(request, composed, wanted, found, taken_for=taken_for)


@router.get("/{number}")
async def read_case(
    request: Request,
    _actor: Reader,
    number: AppealNumber,
    composed: Composed,
    part: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The case's journal, each entry beside the event of the process that made it."""
    found = await composed.timelines.of(number)
    if not found.rows.is_known:
        raise unknown_appeal()
    # As long as the case: a thread's work, like the timeline itself.
    parts, strangers = await asyncio.to_thread(lambda: (_parts(found.moments), _strangers(found)))
    return page(
        request,
        "audit/case.html",
        number=number,
        case=found.rows.appeal,
        timeline=found,
        moments=parts[part - 1] if part <= len(parts) else [],
        part=part,
        last=len(parts),
        entries=sum(len(each.entries) for each in found.moments),
        strangers=strangers,
        staff=STAFF,
    )


@router.get("/{number}/entries/{position}")
async def read_entry(
    request: Request,
    _actor: Reader,
    number: AppealNumber,
    composed: Composed,
    position: Position,
) -> Response:
    """One entry as its hash is made of it, and the way from that hash to a signed root, step by step."""
    rows = await rows_of_case(composed.register.engine, number)
    row = next((each for each in rows.journal if each["position"] == position), None)
    if row is None:
        raise http_problem(404)
    return page(
        request,
        "audit/entry.html",
        number=number,
        row=row,
        content=json.dumps(_content(row), ensure_ascii=False, indent=1),
        is_intact=row["hash"] == chained_hash(position, row["previous_hash"], digest(_content(row))),
        proof=await _proof(Log(composed.register.engine), row),
        staff=STAFF,
        last=len(rows.journal),
    )


@router.get("/{number}/accesses")
async def read_accesses(
    request: Request,
    view: Annotated[CaseView, Depends(case_for(Operation.READ_ACCESSES))],
    actor: Caller,
    composed: Composed,
    after: After | None = None,
) -> Response:
    """Who has looked at what the case tells of a person."""
    found, following = await accesses_of(view.number, after, composed)
    return page(
        request,
        "audit/accesses.html",
        number=view.number,
        accesses=found,
        following=following,
        is_first=after is None,
    )


async def _listed(
    request: Request,
    composed: Parts,
    wanted: Wanted,
    found: AppealPage | None,
    is_first: bool = True,
    taken_for: list[str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    values = {name: _text(value) for name, value in wanted.model_dump(mode="json", exclude_none=True).items()}
    form = filled(Wanted, names_of(Wanted), values, faults)
    following = "" if taken_for or not (found and found.next) else _address(wanted, found.next.cursor(Sort.NEWEST))
    return page(
        request,
        "audit/cases.html",
        status,
        form=form,
        cases=found.appeals if found else None,
        following=following,
        has_more=bool(found and found.next),
        is_first=is_first,
        is_asked=bool(values),
        taken_for=taken_for or [],
        checkpoint=await Log(composed.register.engine).newest(),
    )


def _address(wanted: Wanted, after: str | None = None) -> str:
    asked = {name: _text(value) for name, value in wanted.model_dump(mode="json", exclude_none=True).items()}
    given = {**asked, **({"after": after} if after else {})}
    return "/audit" + (f"?{urlencode(given)}" if given else "")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filter(wanted: Wanted) -> Filter:
    return Filter(
        status=wanted.status,
        category=wanted.category,
        is_breached=wanted.is_breached,
        text=search_of(wanted.text) if wanted.text else None,
    )


def _parts(moments: Sequence[Moment]) -> list[list[Moment]]:
    parts: list[list[Moment]] = [[]]
    for moment in moments:
        if sum(max(1, len(each.entries)) for each in parts[-1]) >= ENTRIES_AT_ONCE:
            parts.append([])
        parts[-1].append(moment)
    return parts


def _strangers(found: Timeline) -> int:
    """How many moments lack their other half."""
    return 0 if found.is_whole else sum(not (each.entries and each.recording) for each in found.moments)


def _content(row: Row) -> dict[str, Any]:
    names = ("number", "sequence", "at", "actor", "event", "personal_digest")
    return content_of_said(*(row[name] for name in names))


async def _proof(known: Log, row: Row) -> dict[str, Any] | None:
    """The way to the newest signed root; None for an entry of the last seconds, or one that is not in the log."""
    newest = await known.newest()
    found = (await known.inclusion([row["hash"]], newest.size)).get(row["hash"]) if newest else None
    if newest is None or found is None:
        return None
    leaf = leaf_hash(bytes.fromhex(row["hash"]))
    steps = inclusion_steps(newest.size, found.index, leaf, found.path)
    root = Checkpoint.of_note(newest.note).root
    return {
        "index": found.index,
        "leaf": leaf,
        "steps": steps,
        "root": root,
        "holds": (steps[-1].above if steps else leaf) == root,
        "checkpoint": newest,
        "keys": await known.keys(),
    }
