"""One decision for many appeals: what is ordered, how far it is, and what became of each (ADR 21)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.actors import Actor
from domain.contracts.commands import Classify, HandOver, TellCitizen
from domain.contracts.contract import AwareDatetime, Contract

NUMBERS_AT_MOST = 1000

BatchDecision = Annotated[HandOver | Classify | TellCitizen, Field(discriminator="type")]
"""What can be decided for many at once: to reassign, to reclassify, to write to the citizens."""


class BatchOrder(Contract):
    """A person's order; `history_events` bounds the history of a run, as a case's policy does."""

    id: str
    actor: Actor
    ordered_at: AwareDatetime
    decision: BatchDecision
    numbers: list[str]
    history_events: int | None = None


class BatchState(Contract):
    """The one serialisable state of `BatchWorkflow`: of the order's numbers the first `sent` have been decided on."""

    order: BatchOrder
    is_on_record: bool = False
    sent: int = 0
    cancelled_by: Actor | None = None


class BatchStart(Contract):
    """The start of a run: a new batch, or the state that the previous run handed over."""

    state: BatchState


class BatchPiece(Contract):
    """Some appeals of a batch, of which `first` is the place of the first one in the order, from 0."""

    batch_id: str
    actor: Actor
    decision: BatchDecision
    first: int
    numbers: list[str]


class BatchEnd(Contract):
    """A batch is over; what was not sent by then never will be."""

    batch_id: str
    cancelled_by: str | None = None
    at: AwareDatetime


class ItemOutcome(StrEnum):
    """What became of one appeal of a batch. `unknown`: the engine did not say in time whether it was taken."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class BatchItem(Contract):
    """One appeal of a batch at its place, from 1; `code` and `reason` say why it was refused."""

    position: int
    number: str
    outcome: ItemOutcome
    code: str | None = None
    reason: str | None = None
    at: AwareDatetime | None = None
