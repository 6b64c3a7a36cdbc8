"""Live updates as server-sent events: what happened, in which appeal, and nothing of a person."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from api.appeals import problems
from api.dependencies import Composed, caller
from api.live import Begun, Live
from api.rights import allowed, case_for
from domain.actors import Actor
from domain.case import CaseView
from domain.feed import FeedEntry
from domain.rights import Operation
from infra.tokens import Bearer
from store.database import DATABASE_TROUBLE

HEARTBEAT_SECONDS = 15
SEND_SECONDS = 20
RETRY_MILLISECONDS = 2000
MEDIA_TYPE = "text/event-stream"
_POSITION_MAX = 2**31 - 1
_PLACE_MAX = 2**63 - 1

log = structlog.get_logger()

router = APIRouter(tags=["live"])


class Stream(EventSourceResponse):
    """The events, with a sign of life in between. A client that takes nothing any more is dropped; it comes again."""

    media_type = MEDIA_TYPE

    def __init__(self, content: AsyncIterator[ServerSentEvent], status_code: int = 200) -> None:
        super().__init__(
            content,
            status_code,
            ping=HEARTBEAT_SECONDS,
            ping_message_factory=_heartbeat,
            send_timeout=SEND_SECONDS,
            sep="\n",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            # The server closes a connection whose answer was not finished.
            return


async def events_of(
    live: Live, actor: Actor, number: str | None, after: int | None, until: float
) -> AsyncIterator[ServerSentEvent]:
    """The events of one appeal that the actor may read, or of all at the actor's desk; for API and pages alike.

    An event's id is what a broken connection goes on `after`. `until` is when the caller's token or session ends.
    """
    entries = live.of_desk(actor, after, until) if number is None else live.of_case(number, after, until)
    try:
        async for each in entries:
            yield _begun_event(each) if isinstance(each, Begun) else _entry_event(each, is_of_desk=number is None)
    except DATABASE_TROUBLE as trouble:
        log.warning("a stream ends with its database", error=type(trouble).__name__)


async def room(bearer: Annotated[Bearer, Depends(caller)], composed: Composed) -> AsyncIterator[None]:
    """Room for the caller's stream, until it has ended."""
    with composed.live.room_for(f"{bearer.actor.role}:{bearer.actor.subject}"):
        yield


def _described() -> dict[int | str, dict[str, Any]]:
    text = {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}
    return {200: {"description": "The events, until the token ends.", "content": text}}


_EXAMPLE = (
    'retry: 2000\nid: 3\nevent: ready\ndata: {"after": 3}\n\n'
    'id: 4\ndata: {"number": "4821093755612044", "position": 4, "at": "2026-11-22T09:00:00+00:00", '
    '"type": "StatusChanged", "status": "in_progress"}\n\n'
)

LastPosition = Annotated[
    int | None, Header(alias="Last-Event-ID", ge=0, le=_POSITION_MAX, description="A browser sends it by itself.")
]
LastPlace = Annotated[
    int | None, Header(alias="Last-Event-ID", ge=0, le=_PLACE_MAX, description="A browser sends it by itself.")
]


@router.get(
    "/v1/appeals/{number}/events",
    response_class=Stream,
    responses=problems(403, 404, 422, 429) | _described(),
    dependencies=[Depends(room)],
)
async def follow_appeal(
    view: Annotated[CaseView, Depends(case_for(Operation.FOLLOW_APPEAL))],
    bearer: Annotated[Bearer, Depends(caller)],
    composed: Composed,
    last: LastPosition = None,
    after: Annotated[int | None, Query(ge=0, le=_POSITION_MAX, description="A position of the journal.")] = None,
) -> Stream:
    """Each new entry of the appeal's journal as it is made: number, position, time and type.

    It begins with the entries after `Last-Event-ID`, or `after`, or with the next one. The event `ready` tells from
    where on; `reset` says that this place is not on record, and that what was read before has to be read again.
    Types are those of `JournalEntryOut`; `status` comes with a `StatusChanged`. A line that begins with a colon is a
    sign of life, every 15 seconds. When the stream ends, open another one with the last `id`.
    """
    begin = after if last is None else last
    return Stream(events_of(composed.live, bearer.actor, view.number, begin, bearer.expires_at))


@router.get(
    "/v1/desk/events",
    response_class=Stream,
    responses=problems(403, 422, 429) | _described(),
    dependencies=[Depends(room)],
)
async def follow_desk(
    actor: Annotated[Actor, Depends(allowed(Operation.FOLLOW_DESK))],
    bearer: Annotated[Bearer, Depends(caller)],
    composed: Composed,
    last: LastPlace = None,
    after: Annotated[int | None, Query(ge=0, le=_PLACE_MAX, description="The id of an event.")] = None,
) -> Stream:
    """Each new entry in the journals of all appeals that the caller reaches; begun and resumed in the same way."""
    begin = after if last is None else last
    return Stream(events_of(composed.live, actor, None, begin, bearer.expires_at))


def _begun_event(begun: Begun) -> ServerSentEvent:
    kind = "reset" if begun.is_reset else "ready"
    data = json.dumps({"after": begun.place})
    return ServerSentEvent(data, event=kind, id=str(begun.place), retry=RETRY_MILLISECONDS, sep="\n")


def _entry_event(entry: FeedEntry, is_of_desk: bool) -> ServerSentEvent:
    told = {"number": entry.number, "position": entry.position, "at": entry.at.isoformat(), "type": entry.type}
    if entry.status:
        told["status"] = entry.status
    return ServerSentEvent(json.dumps(told), id=str(entry.place if is_of_desk else entry.position), sep="\n")


def _heartbeat() -> ServerSentEvent:
    return ServerSentEvent(comment="still here", sep="\n")
