"""`?dry_run=true`: what an appeal or a decision would do, without doing it (ADR 21)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.cases import Cases, appeal_contract, refusal_problem
from api.problem import Problem
from api.schemas import AppealIn
from api.views import ItemOut
from domain.actors import Actor
from domain.case import CaseView
from domain.contracts.commands import Command
from domain.foresight import foresee, foresee_opening
from domain.intake import item_name
from domain.rules import Refusal

DryRun = Annotated[bool, Query(description="Only tell what would happen. Nothing is written; the key stays free.")]


class AwaitedOut(BaseModel):
    command: str
    roles: list[str]


class ForeseenOpeningOut(BaseModel):
    """How the appeal would begin, unless an earlier one of the citizen makes it a repeat.

    `awaits` is empty where systems are asked before anybody else.
    """

    procedure: str
    missing: list[ItemOut]
    awaits: str | None


class ForeseenOut(BaseModel):
    """Whether the case would take the decision now, and if not, the problem that would be the answer.

    `events` is what would be on record at once, in this order. Where the case `moves_on`, its procedure then acts on
    the decision, and more is recorded and awaited.
    """

    accepted: bool
    refusal: Problem | None = None
    events: list[str] = []
    awaits: list[AwaitedOut] = []
    moves_on: bool = False


def _described(model: type[BaseModel], example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"example": example}}
    return {200: {"model": model, "description": "With `dry_run`: what would happen", "content": content}}


OPENING_FORESEEN = _described(
    ForeseenOpeningOut,
    {
        "procedure": "access_recovery",
        "missing": [{"item": "login", "name": "логин учётной записи"}],
        "awaits": "SupplyDetails",
    },
)
FORESEEN = _described(
    ForeseenOut, {"accepted": True, "events": ["StatusAsked", "MessageQueued"], "awaits": [], "moves_on": False}
)


def opening_foreseen(cases: Cases, actor: Actor, sent: AppealIn) -> JSONResponse:
    """How this appeal would begin."""
    foreseen = foresee_opening(appeal_contract(actor, sent), cases.opener.policy, actor, datetime.now(UTC))
    out = ForeseenOpeningOut(
        procedure=foreseen.procedure,
        missing=[ItemOut(item=item, name=item_name(item)) for item in foreseen.missing],
        awaits=foreseen.awaits,
    )
    return JSONResponse(out.model_dump(mode="json"))


async def foreseen(cases: Cases, view: CaseView, command: Command) -> JSONResponse:
    """What the case would do with this command, as the register knows it."""
    try:
        outcome = foresee(view, command, cases.opener.policy, datetime.now(UTC))
    except Refusal as refusal:
        problem = await refusal_problem(cases.register, view, command, refusal)
        out = ForeseenOut(accepted=False, refusal=problem.problem)
    else:
        out = ForeseenOut(
            accepted=True,
            events=outcome.events,
            awaits=[AwaitedOut(command=open_.command, roles=list(open_.roles)) for open_ in outcome.awaits],
            moves_on=outcome.moves_on,
        )
    return JSONResponse(out.model_dump(mode="json", exclude_none=True))
