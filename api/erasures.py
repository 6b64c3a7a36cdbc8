"""Erasing a case over HTTP: one person asks, another one consents, and nobody can read it any more (ADR 18)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.appeals import problems
from api.dependencies import AppealNumber, Composed
from api.idempotency import KeyedRequest, once
from api.problems import ProblemError, unknown_appeal
from api.rights import allowed
from domain.actors import Actor
from domain.erasure import REQUEST_VALID, ErasureGround, is_one_person
from domain.rights import Operation
from store.answers import Done, Turn
from store.erasures import Erasure

router = APIRouter(prefix="/v1/appeals/{number}/erasure", tags=["erasure"])


class ErasureIn(BaseModel):
    """Why the case is to be erased."""

    model_config = ConfigDict(extra="forbid")

    ground: ErasureGround


class ErasureOut(BaseModel):
    """How far the erasure is. A request that nobody has consented to by `expires_at` is void."""

    number: str
    ground: str
    requested_by: str | None
    requested_at: AwareDatetime
    expires_at: AwareDatetime
    approved_by: str | None
    approved_at: AwareDatetime | None
    erased_at: AwareDatetime | None


@router.post("", responses=problems(403, 404, 409, 410, 422))
async def request_erasure(
    number: AppealNumber,
    wanted: ErasureIn,
    actor: Annotated[Actor, Depends(allowed(Operation.REQUEST_ERASURE))],
    composed: Composed,
    keyed: KeyedRequest,
    response: Response,
) -> ErasureOut:
    """Ask for the erasure of a case whose process has ended. Another person has to consent."""
    if wanted.ground is ErasureGround.RETENTION:
        raise _refused("ground_not_allowed", "Срок хранения считает система: выберите другое основание.", 422)
    asked = Erasure(number=number, ground=wanted.ground, requested_by=actor.subject, requested_at=datetime.now(UTC))

    async def ask(turn: Turn | None) -> ErasureOut:
        await _refuse_unless_ended(number, composed)
        known = await composed.erasures.of(number)
        if known and (known.approved_at or (_holds(known) and _same(known, asked))):
            return _out(known)
        await composed.erasures.ask(asked, _answer(turn, asked))
        return _out(asked)

    return await once(composed, keyed, response, ErasureOut, ask)


@router.post("/approval", responses=problems(403, 404, 409, 410, 422))
async def approve_erasure(
    number: AppealNumber,
    actor: Annotated[Actor, Depends(allowed(Operation.APPROVE_ERASURE))],
    composed: Composed,
    keyed: KeyedRequest,
    response: Response,
) -> ErasureOut:
    """Consent to the erasure, which is done when this answers. It can't be taken back."""

    async def approve(turn: Turn | None) -> ErasureOut:
        return await _approved(number, actor, composed, turn)

    return await once(composed, keyed, response, ErasureOut, approve)


async def _approved(number: str, actor: Actor, composed: Composed, turn: Turn | None) -> ErasureOut:
    asked = await composed.erasures.of(number)
    if asked is None or not (asked.approved_at or _holds(asked)):
        raise _refused("not_requested", "Удаление никто не запросил, или срок запроса истёк.")
    if is_one_person(asked.requested_by, actor.subject):
        raise _refused("same_person", "Согласие даёт другой сотрудник, не тот, кто запросил удаление.", 403)
    if asked.approved_at is None:
        await _refuse_unless_ended(number, composed)
        asked = await _consented(asked, actor, composed)
    if asked.done_at is None:
        now = datetime.now(UTC)
        asked = await composed.erasures.carry_out(
            asked, now, _answer(turn, asked.model_copy(update={"done_at": now}))
        )
    return _out(asked)


async def _consented(asked: Erasure, actor: Actor, composed: Composed) -> Erasure:
    now = datetime.now(UTC)
    if not await composed.erasures.consent(asked, actor.subject, now):
        raise _refused("not_requested", "Запрос на удаление изменился. Проверьте его ещё раз.")
    return asked.model_copy(update={"approved_by": actor.subject, "approved_at": now})


async def _refuse_unless_ended(number: str, composed: Composed) -> None:
    """Only a case is erased that nobody works on any more; an incident tells of no person."""
    view = await composed.register.view(number)
    if view is None:
        raise unknown_appeal()
    if view.facts.incident:
        raise _refused("nothing_personal", "Это карточка сбоя: персональных данных в ней нет.")
    if not view.is_closed or not await composed.cases.has_ended(number):
        raise _refused("still_open", "Обращение ещё не завершено: удалить его можно после закрытия.")


def _answer(turn: Turn | None, known: Erasure) -> Done | None:
    return turn.answered(200, _out(known).model_dump(mode="json")) if turn else None


def _same(known: Erasure, asked: Erasure) -> bool:
    return (known.requested_by, known.ground) == (asked.requested_by, asked.ground)


def _holds(asked: Erasure) -> bool:
    return datetime.now(UTC) < asked.requested_at + REQUEST_VALID


def _refused(code: str, detail: str, status: int = 409) -> ProblemError:
    return ProblemError(status, code, "Удаление невозможно", detail)


def _out(known: Erasure) -> ErasureOut:
    return ErasureOut(
        **known.model_dump(include={"number", "ground", "requested_by", "requested_at"}),
        approved_by=known.approved_by,
        approved_at=known.approved_at,
        expires_at=known.requested_at + REQUEST_VALID,
        erased_at=known.done_at,
    )
