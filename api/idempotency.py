"""One request, one effect, one answer, however often it is sent under its key (ADR 21)."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api.dependencies import Composed, OptionalIdempotencyKey
from api.problems import RETRY_AFTER_SECONDS, ProblemError, key_reused
from api.rights import Caller
from store.answers import Given, Keyed, KeyReused, StillRunning, Turn
from store.database import DATABASE_TROUBLE

REPLAYED = "Idempotency-Replayed"

Out = TypeVar("Out", bound=BaseModel)


def mark_replayed(response: Response, is_replayed: bool) -> None:
    """Say that this answer was given before."""
    if is_replayed:
        response.headers[REPLAYED] = "true"


async def keyed_request(
    request: Request, actor: Caller, composed: Composed, key: OptionalIdempotencyKey = None
) -> Keyed | None:
    """The request under the key that it came with, if any; another caller's same key is another request."""
    if key is None:
        return None
    body = await request.body()
    names = [actor.role, actor.subject, request.method, request.url.path, key]
    return composed.answers.keyed(names, json.loads(body) if body else None)


KeyedRequest = Annotated[Keyed | None, Depends(keyed_request)]


async def once(
    composed: Composed,
    request: Keyed | None,
    response: Response,
    model: type[Out],
    act: Callable[[Turn | None], Awaitable[Out]],
) -> Out:
    """What `act` answers, or what it has answered before under this key.

    `act` writes `turn.answered(...)` in the transaction of its effect. What it refuses is not kept: refused under a
    key, the same request may be sent again under it.
    """
    if request is None:
        return await act(None)
    try:
        turn = await composed.answers.begin(request, datetime.now(UTC))
        if isinstance(turn, Given):
            mark_replayed(response, True)
            response.status_code = turn.status
            return model.model_validate(turn.content)
        try:
            out = await act(turn)
        except Exception:
            with suppress(*DATABASE_TROUBLE):  # then the turn ends by itself
                await composed.answers.give_up(turn)
            raise
        await composed.answers.settle(turn, response.status_code or 200, out.model_dump(mode="json"))
        return out
    except KeyReused:
        raise key_reused() from None
    except StillRunning:
        raise _still_running() from None


def _still_running() -> ProblemError:
    return ProblemError(
        409,
        "still_running",
        "Такой же запрос ещё выполняется",
        "Повторите запрос немного позже с тем же ключом: вы получите ответ на первый.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
