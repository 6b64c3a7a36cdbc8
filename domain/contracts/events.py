"""The facts of a case, in the past tense. What a fact tells of a person is under `personal` and nowhere else."""

from typing import Annotated, Literal

from pydantic import Field

from domain.appeal import Category, Channel, RecoveryReason, Status
from domain.clocks import Clock
from domain.comparison import FieldComparison
from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.expectation import Expectation


class AppealRegistered(Contract):
    type: Literal["AppealRegistered"] = "AppealRegistered"
    portal: str
    citizen: str | None = None
    channel: Channel
    category: Category
    received_at: AwareDatetime
    service: str | None = None
    recovery_reason: RecoveryReason | None = None
    related_number: str | None = None
    calendar_version: str
    request_digest: str = ""
    body_digest: str = ""
    personal: Details


class PlanDrafted(Contract):
    type: Literal["PlanDrafted"] = "PlanDrafted"
    steps: list[str]
    related_numbers: list[str]


class StatusChanged(Contract):
    type: Literal["StatusChanged"] = "StatusChanged"
    status: Status
    reason: str


class ClockChanged(Contract):
    """A clock was started, paused, resumed or stopped; the whole ledger, so that no reader has to add up."""

    type: Literal["ClockChanged"] = "ClockChanged"
    change: Literal["started", "paused", "resumed", "stopped"]
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


class RequestRecorded(Contract):
    type: Literal["RequestRecorded"] = "RequestRecorded"
    processing_time: str
    note: str | None = None


class DocumentsMatched(Contract):
    type: Literal["DocumentsMatched"] = "DocumentsMatched"
    reason: str


class DocumentsMismatched(Contract):
    type: Literal["DocumentsMismatched"] = "DocumentsMismatched"
    reason: str
    attempts_left: int


class PasswordIssued(Contract):
    type: Literal["PasswordIssued"] = "PasswordIssued"
    issue_id: str
    expires_at: AwareDatetime


class AccountSecurityReported(Contract):
    type: Literal["AccountSecurityReported"] = "AccountSecurityReported"
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None


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


Event = Annotated[
    AppealRegistered
    | PlanDrafted
    | StatusChanged
    | ClockChanged
    | ClockRang
    | DecisionExpected
    | DecisionEscalated
    | DecisionTaken
    | DecisionRefused
    | ExpectationClosed
    | DetailsRequested
    | DetailsSupplied
    | RegistriesAnswered
    | RegistryUnavailable
    | RequestRecorded
    | DocumentsMatched
    | DocumentsMismatched
    | PasswordIssued
    | AccountSecurityReported
    | MessageQueued
    | MessageUndelivered
    | ResultPublished
    | AttemptAbandoned,
    Field(discriminator="type"),
]
