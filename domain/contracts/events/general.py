"""Facts that any case may hold."""

from typing import Literal

from domain.appeal import Category, Channel, RecoveryReason, Relation, Status, Unit
from domain.clocks import Clock
from domain.comparison import FieldComparison
from domain.contracts.appeal import Details, Failure, Request
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.expectation import Expectation

ClockChangeKind = Literal["started", "paused", "resumed", "stopped", "recomputed"]


class AppealRegistered(Request):
    type: Literal["AppealRegistered"] = "AppealRegistered"
    portal: str
    citizen: str | None = None
    channel: Channel
    received_at: AwareDatetime
    calendar_version: str
    request_digest: str = ""
    body_digest: str = ""
    personal: Details


class Answer(Contract):
    """A reply in its parts: what the problem is, and what to do, step by step (RPL-1)."""

    summary: str
    steps: list[str]


class PlanDrafted(Contract):
    type: Literal["PlanDrafted"] = "PlanDrafted"
    steps: list[str]
    related_numbers: list[str]


class StatusChanged(Contract):
    type: Literal["StatusChanged"] = "StatusChanged"
    status: Status
    reason: str


class ClockChanged(Contract):
    """A clock was started, halted, moved on or recomputed; the whole ledger, so that no reader has to add up."""

    type: Literal["ClockChanged"] = "ClockChanged"
    change: ClockChangeKind
    clock: Clock


class ClockRang(Contract):
    """A share of a clock's budget was used up; `breached` when it was the last."""

    type: Literal["ClockRang"] = "ClockRang"
    share: float
    breached: bool
    clock: Clock


class DecisionExpected(Contract):
    type: Literal["DecisionExpected"] = "DecisionExpected"
    expectation: Expectation


class DecisionEscalated(Contract):
    """A decision that is overdue may now be taken by the supervisor too."""

    type: Literal["DecisionEscalated"] = "DecisionEscalated"
    expectation: Expectation


class DecisionReassigned(Contract):
    """A decision is awaited from another unit's people now (CLS-2)."""

    type: Literal["DecisionReassigned"] = "DecisionReassigned"
    expectation: Expectation


class DecisionTaken(Contract):
    type: Literal["DecisionTaken"] = "DecisionTaken"
    expectation_id: str
    command: str
    command_id: str


class DecisionRefused(Contract):
    """A command sent without waiting for an answer was not taken; its sender reads here why."""

    type: Literal["DecisionRefused"] = "DecisionRefused"
    command: str
    command_id: str
    reason: str


class ExpectationClosed(Contract):
    """A decision is awaited no more: its time has run out, or the case has gone on without it."""

    type: Literal["ExpectationClosed"] = "ExpectationClosed"
    expectation_id: str


class DetailsRequested(Contract):
    type: Literal["DetailsRequested"] = "DetailsRequested"
    items: list[str]


class DetailsSupplied(Contract):
    type: Literal["DetailsSupplied"] = "DetailsSupplied"
    items: list[str]
    personal: Details


class RegistriesAnswered(Contract):
    type: Literal["RegistriesAnswered"] = "RegistriesAnswered"
    account_found: bool
    disagreeing_fields: list[str]
    personal: list[FieldComparison]


class RegistryUnavailable(Contract):
    type: Literal["RegistryUnavailable"] = "RegistryUnavailable"
    operation: str
    reason: str


class MessageQueued(Contract):
    type: Literal["MessageQueued"] = "MessageQueued"
    template: str
    recipient: str


class MessageUndelivered(Contract):
    type: Literal["MessageUndelivered"] = "MessageUndelivered"
    message_key: str
    outcome: str
    reason: str


class ResultPublished(Contract):
    type: Literal["ResultPublished"] = "ResultPublished"
    summary: str
    steps: list[str]


class AttemptAbandoned(Contract):
    """The register had recorded a step that the engine then abandoned, because its worker died.

    Made by the register itself: the entries from `first_sequence` on are void, and what happened instead follows.
    """

    type: Literal["AttemptAbandoned"] = "AttemptAbandoned"
    first_sequence: int


class DetailsAdded(Contract):
    """The citizen has told something unasked; `items` names the files."""

    type: Literal["DetailsAdded"] = "DetailsAdded"
    items: list[str]
    personal: Details


class StatusAsked(Contract):
    type: Literal["StatusAsked"] = "StatusAsked"
    personal: str | None = None


class AppealClassified(Contract):
    """A person has said what the appeal is about; `previous` is what it was held for, for CLS-3."""

    type: Literal["AppealClassified"] = "AppealClassified"
    category: Category
    previous: Category | None = None
    reason: str
    service: str | None = None
    failure: Failure | None = None
    recovery_reason: RecoveryReason | None = None


class HandedOver(Contract):
    type: Literal["HandedOver"] = "HandedOver"
    unit: Unit
    previous: Unit | None = None
    reason: str


class AppealWithdrawn(Contract):
    type: Literal["AppealWithdrawn"] = "AppealWithdrawn"
    personal: str | None = None


class AppealRefused(Contract):
    """A person has ended the appeal, for a reason that the citizen reads."""

    type: Literal["AppealRefused"] = "AppealRefused"
    reason: str


class CalendarAdopted(Contract):
    """Terms follow another calendar; `moved` names the clocks whose due instant has changed."""

    type: Literal["CalendarAdopted"] = "CalendarAdopted"
    version: str
    moved: list[str]
    reason: str


class QuestionAnswered(Contract):
    """The citizen has an answer from this unit; the entries of the knowledge base and the acts it rests on."""

    type: Literal["QuestionAnswered"] = "QuestionAnswered"
    knowledge: list[str] = []
    acts: list[str] = []
    personal: Answer


class SolutionConfirmed(Contract):
    type: Literal["SolutionConfirmed"] = "SolutionConfirmed"
    personal: str | None = None


class SolutionDenied(Contract):
    type: Literal["SolutionDenied"] = "SolutionDenied"
    personal: str | None = None


class SatisfactionRated(Contract):
    type: Literal["SatisfactionRated"] = "SatisfactionRated"
    score: int
    personal: str | None = None


class PreviousFound(Contract):
    """The appeal follows an earlier one, named by its number or found by the citizen (REP-1)."""

    type: Literal["PreviousFound"] = "PreviousFound"
    relation: Relation
    found_by: Literal["number", "citizen"]
    number: str


class LinkedAppealOpened(Contract):
    """The case has started another one that follows it (SEC-1)."""

    type: Literal["LinkedAppealOpened"] = "LinkedAppealOpened"
    relation: Relation
    number: str
