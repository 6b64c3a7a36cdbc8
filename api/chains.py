"""The chain of an appeal over HTTP: what it follows, what follows it, and their one journal (REP-5)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints

from api.appeals import JOURNAL_PAGE, problems
from api.dependencies import Caller, Composed, SeenCase
from api.views import ChainJournalOut, ChainOut, chain_journal_out, chain_out
from domain.case import CaseView
from domain.rights import may_see
from store.chain import Chains, Position

router = APIRouter(prefix="/v1/appeals/{number}/chain", tags=["appeals"])

Cursor = Annotated[str, StringConstraints(pattern=r"^\d{1,32}-\d{1,9}$"), Query(examples=["4821093755612044-17"])]


async def seen_chain(view: SeenCase, actor: Caller, composed: Composed) -> list[CaseView]:
    """The appeals of the chain that this caller may see, each judged by itself."""
    linked = await Chains(composed.register).of(view.number)
    return [each for each in linked if may_see(actor, each)]


SeenChain = Annotated[list[CaseView], Depends(seen_chain)]


@router.get("", responses=problems(404, 422))
async def read_chain(chain: SeenChain) -> ChainOut:
    """All appeals that this one follows or that follow it, oldest first, with relation and status."""
    return chain_out(chain)


@router.get("/journal", responses=problems(404, 422))
async def read_chain_journal(chain: SeenChain, composed: Composed, after: Cursor | None = None) -> ChainJournalOut:
    """The facts of all these appeals in the order of time; a page ends where `next_after` goes on."""
    number, _, position = (after or "").partition("-")
    place = Position(number, int(position)) if after else None
    numbers = [view.number for view in chain]
    entries = await Chains(composed.register).journal(numbers, after=place, limit=JOURNAL_PAGE)
    return chain_journal_out(entries, JOURNAL_PAGE)
