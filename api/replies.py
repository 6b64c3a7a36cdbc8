"""Quality control of replies: which await a check, one beside what it answers, and the check (RPL-2, ADR 29)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel

from api.appeals import problems
from api.dependencies import Composed, Parts, Position
from api.problems import ProblemError
from api.rights import allowed, case_for
from domain.actors import Actor
from domain.appeal import Category, Unit
from domain.case import CaseView
from domain.contracts.journal import effective
from domain.facts.dialogue import Remark
from domain.quality import ReplyCheck, said_by
from domain.rights import Operation
from store.quality import NoReplyDue, OwnReply

router = APIRouter(prefix="/v1", tags=["quality"])

Lister = Annotated[Actor, Depends(allowed(Operation.LIST_REPLIES))]
Controller = Annotated[Actor, Depends(allowed(Operation.CHECK_REPLY))]
Seen = Annotated[CaseView, Depends(case_for(Operation.CHECK_REPLY))]


class CheckIn(ReplyCheck, extra="forbid"):
    """What a controller says of a reply."""


class WaitingReplyOut(BaseModel):
    """The place of a reply in the journal of its appeal, and whose it is."""

    number: str
    position: int
    at: AwareDatetime
    unit: Unit | None


class RepliesOut(BaseModel):
    """The replies that the caller may check, the oldest first; at most fifty."""

    replies: list[WaitingReplyOut]


class ReplyOut(BaseModel):
    """A reply and what it answers: the question as it was put, and all that was said `before` the reply."""

    number: str
    position: int
    at: AwareDatetime
    category: Category | None
    service: str | None
    error_code: str | None
    received_at: AwareDatetime
    question: str | None
    before: list[Remark]
    reply: list[str]


class CheckedOut(BaseModel):
    """The check as it is kept."""

    number: str
    position: int
    check: ReplyCheck


@router.get("/quality/replies", responses=problems(403))
async def list_replies(actor: Lister, composed: Composed) -> RepliesOut:
    """The replies that await a check by somebody who did not write them; nothing of what they say."""
    found = await composed.quality.waiting(actor, datetime.now(UTC))
    return RepliesOut(replies=[WaitingReplyOut.model_validate(each, from_attributes=True) for each in found])


@router.get("/appeals/{number}/replies/{position}", responses=problems(403, 404, 422))
async def read_reply(actor: Controller, composed: Composed, view: Seen, position: Position) -> ReplyOut:
    """A reply that awaits its check, beside what it answers."""
    await refuse_unless_due(composed, view, position, actor)
    return await reply_in(composed, view, position)


@router.put("/appeals/{number}/replies/{position}/check", responses=problems(403, 404, 409, 422))
async def check_reply(
    actor: Controller, composed: Composed, view: Seen, position: Position, found: CheckIn
) -> CheckedOut:
    """Check a reply, once. The same check sent again changes nothing; another one is refused."""
    await keep_check(composed, view, position, found, actor)
    return CheckedOut(number=view.number, position=position, check=found)


async def refuse_unless_due(composed: Parts, view: CaseView, position: int, actor: Actor) -> None:
    """A 404 unless this reply awaits a check by this actor."""
    if not await composed.quality.awaits(view.number, position, actor, datetime.now(UTC)):
        raise _not_due()


async def reply_in(composed: Parts, view: CaseView, position: int) -> ReplyOut:
    """The reply at this place, with what was asked and said before it; a 404 where there is none."""
    entries = effective(await composed.register.journal(view.number, position - 1, 1))
    said = said_by(entries[0].event) if entries else []
    if not said:
        raise _not_due()
    at, failure = entries[0].at, view.failure
    return ReplyOut(
        number=view.number,
        position=position,
        at=at,
        category=view.category,
        service=view.service,
        error_code=failure.error_code if failure else None,
        received_at=view.received_at,
        question=view.details.description,
        before=[each for each in view.facts.dialogue.remarks if each.at < at],
        reply=said,
    )


async def keep_check(composed: Parts, view: CaseView, position: int, found: ReplyCheck, actor: Actor) -> None:
    """Keep the check; a 409 where another one came first, a 404 where none is due from this actor."""
    try:
        is_kept = await composed.quality.check(view.number, position, found, actor, datetime.now(UTC))
    except (OwnReply, NoReplyDue):
        raise _not_due() from None
    if not is_kept:
        raise ProblemError(409, "already_checked", "Ответ уже проверен", "Этот ответ уже проверили.")


def _not_due() -> ProblemError:
    return ProblemError(404, "no_reply_due", "Этот ответ не ждёт проверки", "Выберите другой из списка.")
