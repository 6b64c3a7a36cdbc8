"""Which state of a case a caller has seen: given with each reading, brought along with a decision (ADR 21)."""

import hashlib
import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response, status
from pydantic import BaseModel, StringConstraints

from domain.case import CaseView

_OURS = re.compile(r'(?:W/)?"(\d{1,9})"')

IfMatch = Annotated[
    Annotated[str, StringConstraints(max_length=100, pattern=r'^(\*|(W/)?"[\x21\x23-\x7e]*")$')] | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the case as the person has seen it who decides: where it has changed since, 412.",
        examples=['"12"'],
    ),
]


def etag(view: CaseView) -> str:
    """The state of a case: how many facts its process has recorded.

    The process counts them too, so that it can compare: the register's positions it does not know.
    """
    return f'"{view.last_sequence}"'


async def known_states(
    if_none_match: Annotated[
        str | None,
        Header(
            alias="If-None-Match",
            max_length=1000,
            description="The `ETag` of the reading that the caller has: where nothing has happened since, 304.",
            examples=['"12"'],
        ),
    ] = None,
) -> set[str]:
    """The states of a case that the caller has read and kept."""
    return {each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")}


KnownStates = Annotated[set[str], Depends(known_states)]


def unchanged(view: CaseView, known: set[str]) -> Response | None:
    """The answer to a caller who has read this state already; None for all others.

    The same caller, that is: what is told differs by role, so nothing in between may keep it.
    """
    if known.isdisjoint({etag(view), "*"}):
        return None
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=state_headers(view))


def unless_known(content: BaseModel, known: set[str]) -> Response:
    """What changes by more than the facts of one case, with a tag of what it says; 304 to a caller who has read that.

    The tag is that of no state of a case: a decision that brings it as `If-Match` is refused.
    """
    body = content.model_dump_json(by_alias=True).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Authorization"}
    if known.isdisjoint({tag, "*"}):
        return Response(body, media_type="application/json", headers=headers)
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)


def state_headers(view: CaseView) -> dict[str, str]:
    """What a reading of a case says about its state."""
    return {"ETag": etag(view), "Vary": "Authorization"}


async def seen_state(if_match: IfMatch = None) -> int | None:
    """How many facts the caller has seen, or None for one who decides whatever has happened.

    An `ETag` that is none of ours is that of no state. A proxy that compresses makes ours weak: the same state.
    """
    if if_match in (None, "*"):
        return None
    found = _OURS.fullmatch(if_match)
    return int(found[1]) if found else 0


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "The state of the appeal.", "schema": {"type": "string"}}}},
    304: {"description": "Nothing has happened since that state."},
}

SAME_AS_READ: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "Of what the answer says.", "schema": {"type": "string"}}}},
    304: {"description": "It says the same as that reading."},
}

SeenState = Annotated[int | None, Depends(seen_state)]
