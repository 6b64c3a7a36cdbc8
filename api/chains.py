"""The chain of an appeal over HTTP: what it follows, what follows it, and their one journal (REP-5)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import StringConstraints

from api.appeals import JOURNAL_PAGE, problems
from api.dependencies import Composed
from api.etags import SAME_AS_READ, KnownStates, unless_known
from api.rights import Caller, chain_for
from api.strangers import known_to
from api.views import ChainJournalOut, ChainOut, chain_journal_out, chain_out
from domain.case import CaseView
from domain.rights import Operation
from store.chain import Position

router = APIRouter(prefix="/v1/appeals/{number}/chain", tags=["appeals"])

Cursor = Annotated[str, StringConstraints(pattern=r"^\d{1,32}-\d{1,9}$"), Query(examples=["4821093755612044-17"])]


@router.get("", response_model=ChainOut, responses=problems(404, 422) | SAME_AS_READ)
async def read_chain(
    chain: Annotated[list[CaseView], Depends(chain_for(Operation.READ_CHAIN))], known: KnownStates
) -> Response:
    """All appeals that this one follows or that follow it, oldest first, with relation and status."""
    return unless_known(chain_out(chain), known)


@router.get("/journal", response_model=ChainJournalOut, responses=problems(404, 422) | SAME_AS_READ)
async def read_chain_journal(
    chain: Annotated[list[CaseView], Depends(chain_for(Operation.READ_CHAIN_JOURNAL))],
    actor: Caller,
    composed: Composed,
    known: KnownStates,
    after: Cursor | None = None,
) -> Response:
    """The facts of all these appeals in the order of time; a page ends where `next_after` goes on."""
    number, _, position = (after or "").partition("-")
    place = Position(number, int(position)) if after else None
    numbers = [view.number for view in chain]
    entries = await composed.chains.journal(numbers, after=place, limit=JOURNAL_PAGE)
    others = await known_to(actor, entries, composed.register)
    return unless_known(chain_journal_out(entries, JOURNAL_PAGE, others), known)
