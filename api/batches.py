"""One decision for many appeals: order it, follow it, cancel it (ADR 21)."""

from contextlib import suppress
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Query, Response, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.appeals import problems
from api.cases import EngineNotFound, engine_trouble_is_a_503
from api.dependencies import Composed, IdempotencyKey, Parts
from api.idempotency import mark_replayed
from api.problems import ProblemError, key_reused
from api.rights import allowed
from api.schemas import ClassifyIn, HandOverIn, Number, TellCitizenIn
from domain.actors import Actor
from domain.contracts import commands
from domain.contracts.batches import NUMBERS_AT_MOST, BatchDecision, BatchItem, ItemOutcome
from domain.rights import Operation
from infra.batches import Ordered
from infra.cases import KeyReused
from store.batches import BatchFilter, BatchRecord

ITEMS_PAGE = 100

router = APIRouter(prefix="/v1/batches", tags=["batches"])


class BatchFilterIn(BatchFilter):
    model_config = ConfigDict(extra="forbid")


class BatchIn(BaseModel):
    """A decision, and for which appeals: either their `numbers` or a `filter` that at most 1,000 open ones fit."""

    model_config = ConfigDict(extra="forbid")

    decision: Annotated[HandOverIn | ClassifyIn | TellCitizenIn, Field(discriminator="type")]
    numbers: Annotated[list[Number], Field(min_length=1, max_length=NUMBERS_AT_MOST)] | None = None
    filter: BatchFilterIn | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if (self.numbers is None) == (self.filter is None):
            raise ValueError("Укажите что-то одно: номера обращений или условия отбора.")
        if self.filter and not self.filter.model_dump():
            raise ValueError("Назовите хотя бы одно условие отбора.")
        return self

    def contract(self) -> BatchDecision:
        """The decision as the cases take it."""
        decision: BatchDecision = getattr(commands, self.decision.type)(**self.decision.model_dump())
        return decision


class BatchOrderedOut(BaseModel):
    """The batch is durable and will be carried out."""

    id: str
    command: str
    total: int


class BatchOut(BaseModel):
    """How far a batch is: of `total` appeals so many are done, refused, unknown, left or cancelled."""

    id: str
    command: str
    ordered_by: str
    ordered_at: AwareDatetime
    total: int
    done: int
    refused: int
    unknown: int
    waiting: int
    cancelled: int
    is_over: bool
    ended_at: AwareDatetime | None = None
    cancelled_by: str | None = None


class BatchItemsOut(BaseModel):
    """A page of the report; `next_after` continues it."""

    items: list[BatchItem]
    next_after: int | None


AfterItem = Annotated[int, Query(ge=0, le=NUMBERS_AT_MOST)]
BatchId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


@router.post("", status_code=status.HTTP_202_ACCEPTED, responses=problems(400, 403, 413, 422))
async def order_batch(
    sent: BatchIn,
    key: IdempotencyKey,
    actor: Annotated[Actor, Depends(allowed(Operation.ORDER_BATCH))],
    composed: Composed,
    response: Response,
) -> BatchOrderedOut:
    """Reassign, reclassify or write to up to 1,000 appeals. Each takes the decision once, or the report says why not.

    What a filter fits is found out when it is ordered: appeals that come later are not in it.
    """
    ordered = await start_batch(composed, actor, key, sent)
    mark_replayed(response, not ordered.is_new)
    response.headers["Location"] = f"/v1/batches/{ordered.id}"
    return BatchOrderedOut(id=ordered.id, command=sent.decision.type, total=ordered.total)


@router.get("/{batch_id}", responses=problems(403, 404, 422))
async def read_batch(
    batch_id: BatchId, _: Annotated[Actor, Depends(allowed(Operation.READ_BATCH))], composed: Composed
) -> BatchOut:
    """How far the batch is."""
    return _out(await _found(composed, batch_id))


@router.get("/{batch_id}/items", responses=problems(403, 404, 422))
async def read_batch_items(
    batch_id: BatchId,
    _: Annotated[Actor, Depends(allowed(Operation.READ_BATCH))],
    composed: Composed,
    after: AfterItem = 0,
    outcome: ItemOutcome | None = None,
) -> BatchItemsOut:
    """What became of each appeal, in the order of the batch."""
    await _found(composed, batch_id)
    found = await composed.batches.items(batch_id, after, ITEMS_PAGE, outcome)
    return BatchItemsOut(items=found, next_after=found[-1].position if len(found) == ITEMS_PAGE else None)


@router.post("/{batch_id}/cancellation", status_code=status.HTTP_202_ACCEPTED, responses=problems(403, 404, 409, 422))
async def cancel_batch(
    batch_id: BatchId, actor: Annotated[Actor, Depends(allowed(Operation.CANCEL_BATCH))], composed: Composed
) -> BatchOut:
    """Have the batch send nothing more. What was decided by then stays decided; cancelled again, it is the same."""
    await _found(composed, batch_id)
    try:
        async with engine_trouble_is_a_503():
            await composed.starter.cancel(batch_id, actor)
    except EngineNotFound:
        # Over by a cancellation: the request was sent again, since nobody heard the first answer.
        if (await _found(composed, batch_id)).cancelled_by is None:
            raise ProblemError(
                409, "batch_ended", "Пакет уже выполнен", "Отменить его нельзя: посмотрите отчёт по обращениям."
            ) from None
    return _out(await _found(composed, batch_id))


async def start_batch(composed: Parts, actor: Actor, key: str, sent: BatchIn) -> Ordered:
    """Start the batch of this request, or find the one that it has started before; for routes and pages alike."""
    batch_id, body = composed.starter.id_of(actor, key), sent.model_dump(mode="json", exclude_unset=True)
    try:
        async with engine_trouble_is_a_503():
            with suppress(EngineNotFound):
                return await _known(composed, batch_id, body)
            numbers = await _numbers(composed, sent)
            started = await composed.starter.start(batch_id, actor, sent.contract(), numbers, body)
            return started or await _known(composed, batch_id, body)
    except KeyReused:
        raise key_reused() from None


async def _known(composed: Parts, batch_id: str, body: object) -> Ordered:
    async with engine_trouble_is_a_503():
        return await composed.starter.known(batch_id, body)


async def _numbers(composed: Parts, sent: BatchIn) -> list[str]:
    if sent.numbers is not None:
        return list(dict.fromkeys(sent.numbers))
    found = await composed.batches.matching(sent.filter or BatchFilter(), NUMBERS_AT_MOST + 1)
    if not found:
        raise ProblemError(422, "nothing_found", "Обращений не нашлось", "Измените условия отбора.")
    if len(found) > NUMBERS_AT_MOST:
        raise ProblemError(
            422,
            "too_many",
            "Обращений слишком много",
            f"Условиям отвечает больше {NUMBERS_AT_MOST} обращений: сузьте отбор.",
        )
    return found


async def _found(composed: Parts, batch_id: str) -> BatchRecord:
    if found := await composed.batches.find(batch_id):
        return found
    with suppress(EngineNotFound):
        async with engine_trouble_is_a_503():
            begun = await composed.starter.begun(batch_id)
            counts = {ItemOutcome.WAITING: begun.total}
            return BatchRecord(id=batch_id, **begun.model_dump(), counts=counts)
    raise ProblemError(404, "unknown_batch", "Пакет не найден", "Проверьте номер пакета.")


def _out(found: BatchRecord) -> BatchOut:
    counts = {outcome.value: found.counts.get(outcome, 0) for outcome in ItemOutcome}
    return BatchOut(**found.model_dump(exclude={"counts"}), **counts, is_over=found.ended_at is not None)
