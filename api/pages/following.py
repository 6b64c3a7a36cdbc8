"""Pages that follow along: the streams of the API, by the session of whoever has signed in (ADR 22)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime

from api.dependencies import Composed, caller
from api.events import LastPlace, LastPosition, Stream, events_of, room
from api.pages.desk_words import time_left
from api.pages.leaving import while_signed_in
from api.pages.presence import among_colleagues
from api.pages.sessions import Session, session_over
from api.rights import allowed, case_for
from domain.actors import Actor
from domain.case import CaseView
from domain.rights import Operation
from infra.tokens import Bearer

router = APIRouter(include_in_schema=False)

CLOCKS_AT_MOST = 100

Signed = Annotated[Bearer, Depends(caller)]
After = Annotated[int | None, Query(ge=0, le=2**63 - 1, description="What the page shows already.")]


async def token_of_session(request: Request) -> str:
    """What the session is known by once it has ended."""
    session: Session | None = request.state.session
    if session is None:
        raise session_over()
    return session.token


Token = Annotated[str, Depends(token_of_session)]


# "events" is no number, so this comes before the pages of cases.
@router.get("/desk/events", response_class=Stream, dependencies=[Depends(room)])
async def follow_desk(
    actor: Annotated[Actor, Depends(allowed(Operation.FOLLOW_DESK))],
    bearer: Signed,
    token: Token,
    composed: Composed,
    last: LastPlace = None,
    after: After = None,
) -> Stream:
    """What happens in the cases that this person reaches, as over the API."""
    begin = after if last is None else last
    happening = events_of(composed.live, actor, None, begin, bearer.expires_at)
    return Stream(while_signed_in(happening, composed.ended_sessions, token))


@router.get("/my/{number}/events", response_class=Stream, dependencies=[Depends(room)])
async def follow_appeal(
    view: Annotated[CaseView, Depends(case_for(Operation.FOLLOW_APPEAL))],
    bearer: Signed,
    token: Token,
    composed: Composed,
    last: LastPosition = None,
    after: After = None,
) -> Stream:
    """What happens in the citizen's own appeal, as over the API."""
    begin = after if last is None else last
    happening = events_of(composed.live, bearer.actor, view.number, begin, bearer.expires_at)
    return Stream(while_signed_in(happening, composed.ended_sessions, token))


@router.get("/desk/clocks")
async def read_clocks(
    _actor: Annotated[Actor, Depends(allowed(Operation.LIST_TASKS))],
    due: Annotated[list[AwareDatetime], Query(max_length=CLOCKS_AT_MOST)] = [],  # noqa: B006 - FastAPI copies it
) -> list[tuple[str, bool]]:
    """How long there is until each of these moments, in words, and whether it is past."""
    moments: list[datetime] = due
    return [time_left(each) for each in moments]


@router.get("/desk/{number}/events", response_class=Stream, dependencies=[Depends(room)])
async def follow_case(
    view: Annotated[CaseView, Depends(case_for(Operation.FOLLOW_DESK))],
    bearer: Signed,
    token: Token,
    composed: Composed,
    last: LastPosition = None,
    after: After = None,
) -> Stream:
    """That something happens in a case on the desk, and which colleagues have it open (CLS-2)."""
    begin = after if last is None else last
    happening = events_of(composed.live, bearer.actor, view.number, begin, bearer.expires_at)
    among = among_colleagues(happening, composed.presences, view.number, bearer.actor)
    return Stream(while_signed_in(among, composed.ended_sessions, token))
