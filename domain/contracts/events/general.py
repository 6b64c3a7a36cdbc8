"""Facts that any case may hold."""

from typing import Literal

from domain.appeal import Category, Channel, RecoveryReason, Relation, Status, Unit
from domain.clocks import Clock
from domain.comparison import FieldComparison
from domain.contracts.appeal import Details, Failure, Request
from domain.contracts.contract import AwareDatetime, Contract, Personal
from domain.contracts.expectation import Expectation
from domain.erasure import ErasureGround

ClockChangeKind = Literal["started", "paused", "resumed", "stopped", "recomputed"]


class AppealRegistered(Request):
    type: Literal["AppealRegistered"] = "AppealRegistered"
    portal: str
    citizen: Personal[str | None] = None
    channel: Channel
    received_at: AwareDatetime
    calendar_version: str
    request_digest: str = ""
    body_digest: Personal[str] = ""
    personal: Personal[Details]


class Answer(Contract):
    """A reply in its parts: what the problem is, and what to do, step by step (RPL-1)."""

    summary: str
    steps: list[str]


class PlanDrafted(Contract):
    type: Literal["PlanDrafted"] = "PlanDrafted"
    steps: Personal[list[str]]
    related_numbers: list[str]


class StatusChanged(Contract):
    type: Literal["StatusChanged"] = "StatusChanged"
    status: Status
    reason: Personal[str]


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
    command: Personal[str]
    command_id: Personal[str]
    reason: Personal[str]


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
    personal: Personal[Details]


class RegistriesAnswered(Contract):
    type: Literal["RegistriesAnswered"] = "RegistriesAnswered"
    account_found: bool
    disagreeing_fields: list[str]
    personal: Personal[list[FieldComparison]]


class RegistryUnavailable(Contract):
    type: Literal["RegistryUnavailable"] = "RegistryUnavailable"
    operation: str
    reason: Personal[str]


class MessageQueued(Contract):
    type: Literal["MessageQueued"] = "MessageQueued"
    template: str
    recipient: str


class MessageUndelivered(Contract):
    type: Literal["MessageUndelivered"] = "MessageUndelivered"
    message_key: str
    outcome: str
    reason: Personal[str]


class ResultPublished(Contract):
    type: Literal["ResultPublished"] = "ResultPublished"
    summary: Personal[str]
    steps: Personal[list[str]]


class AttemptAbandoned(Contract):
    """The register had recorded a step that the engine then abandoned, because its worker died.

    Made by the register itself: the entries from `first_sequence` on are void, and what happened instead follows.
    """

    type: Literal["AttemptAbandoned"] = "AttemptAbandoned"
    first_sequence: int


class AppealErased(Contract):
    """The key of the case was destroyed: nobody can read what it told of a person (ADR 18).

    Made by the register itself, as the last entry. Where a retention period was over, nobody had to ask or consent.
    """

    type: Literal["AppealErased"] = "AppealErased"
    ground: ErasureGround
    requested_by: str | None = None
    requested_at: AwareDatetime | None = None
    approved_by: str | None = None


class DetailsAdded(Contract):
    """The citizen has told something unasked; `items` names the files."""

    type: Literal["DetailsAdded"] = "DetailsAdded"
    items: list[str]
    personal: Personal[Details]


class CitizenTold(Contract):
    """A person of the staff has told the citizen something; the message follows."""

    type: Literal["CitizenTold"] = "CitizenTold"
    personal: Personal[str]


class StatusAsked(Contract):
    type: Literal["StatusAsked"] = "StatusAsked"
    personal: Personal[str | None] = None


class AppealClassified(Contract):
    """A person has said what the appeal is about; `previous` is what it was held for, for CLS-3."""

    type: Literal["AppealClassified"] = "AppealClassified"
    category: Category
    previous: Category | None = None
    reason: Personal[str]
    service: str | None = None
    failure: Failure | None = None
    recovery_reason: RecoveryReason | None = None


class HandedOver(Contract):
    type: Literal["HandedOver"] = "HandedOver"
    unit: Unit
    previous: Unit | None = None
    reason: Personal[str]


class CaseTaken(Contract):
    """The actor of this entry works on the case from here on, until it goes to another unit or another takes it."""

    type: Literal["CaseTaken"] = "CaseTaken"


class CaseReleased(Contract):
    """Nobody in particular works on the case any more."""

    type: Literal["CaseReleased"] = "CaseReleased"


class AppealWithdrawn(Contract):
    type: Literal["AppealWithdrawn"] = "AppealWithdrawn"
    personal: Personal[str | None] = None


class AppealRefused(Contract):
    """A person has ended the appeal, for a reason that the citizen reads."""

    type: Literal["AppealRefused"] = "AppealRefused"
    reason: Personal[str]


class CalendarAdopted(Contract):
    """Terms follow another calendar; `moved` names the clocks whose due instant has changed."""

    type: Literal["CalendarAdopted"] = "CalendarAdopted"
    version: str
    moved: list[str]
    reason: Personal[str]


class QuestionAnswered(Contract):
    """The citizen has an answer from this unit; the entries of the knowledge base and the acts it rests on."""

    type: Literal["QuestionAnswered"] = "QuestionAnswered"
    knowledge: Personal[list[str]] = []
    acts: Personal[list[str]] = []
    personal: Personal[Answer]


class SolutionConfirmed(Contract):
    type: Literal["SolutionConfirmed"] = "SolutionConfirmed"
    personal: Personal[str | None] = None


class SolutionDenied(Contract):
    type: Literal["SolutionDenied"] = "SolutionDenied"
    personal: Personal[str | None] = None


class SatisfactionRated(Contract):
    type: Literal["SatisfactionRated"] = "SatisfactionRated"
    score: int
    personal: Personal[str | None] = None


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
