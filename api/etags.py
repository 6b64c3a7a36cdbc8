"""Which state of a case a caller has seen: given with each reading, brought along with a decision (ADR 21)."""

import re
from typing import Annotated

from fastapi import Depends, Header
from pydantic import StringConstraints

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


async def seen_state(if_match: IfMatch = None) -> int | None:
    """How many facts the caller has seen, or None for one who decides whatever has happened.

    An `ETag` that is none of ours is that of no state. A proxy that compresses makes ours weak: the same state.
    """
    if if_match in (None, "*"):
        return None
    found = _OURS.fullmatch(if_match)
    return int(found[1]) if found else 0


SeenState = Annotated[int | None, Depends(seen_state)]
