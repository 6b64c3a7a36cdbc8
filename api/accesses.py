"""Who has looked at the personal data of an appeal, for those who watch over it (AUD-3)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, StringConstraints

from api.appeals import problems
from api.dependencies import Composed, Parts
from api.problems import ProblemError
from api.rights import case_for
from domain.access import Access
from domain.case import CaseView
from domain.rights import Operation
from store import access

ACCESSES_PAGE = 200

router = APIRouter(prefix="/v1/appeals/{number}/accesses", tags=["appeals"])

After = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Query(description="The `next_after` of a page.")]


class AccessOut(BaseModel):
    """One look: `subject` is empty for the citizen of the appeal."""

    id: str
    at: AwareDatetime
    subject: str
    role: str
    operation: str
    ground: str
    request_id: str
    hash: str


class AccessesOut(BaseModel):
    number: str
    accesses: list[AccessOut]
    next_after: str | None


@router.get("", responses=problems(403, 404, 422))
async def read_accesses(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_ACCESSES))],
    composed: Composed,
    after: After | None = None,
) -> AccessesOut:
    """Each look at the appeal's personal data, oldest first: who, when, doing what, on what ground."""
    found, following = await accesses_of(view.number, after, composed)
    return AccessesOut(
        number=view.number,
        accesses=[_access_out(each) for each in found],
        next_after=following,
    )


async def accesses_of(number: str, after: str | None, composed: Parts) -> tuple[list[Access], str | None]:
    """A page of looks, and what the next page goes on after; 422 for a place that is none of this case's."""
    try:
        found = await access.of_case(composed.register.engine, number, after or "", ACCESSES_PAGE)
    except LookupError:
        raise ProblemError(
            422, "unknown_place", "Такой записи нет", "Продолжите с next_after прошлой страницы."
        ) from None
    return found, found[-1].id if len(found) == ACCESSES_PAGE else None


def _access_out(entry: Access) -> AccessOut:
    return AccessOut(hash=entry.hash, **entry.model_dump(exclude={"number"}))
