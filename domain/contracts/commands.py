"""The decisions a case can wait for, and what it answers to them."""

from typing import Annotated, Literal

from pydantic import Field

from domain.actors import Actor
from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract


class SupplyDetails(Contract):
    """The citizen, or somebody for them, supplies what was asked for (INT-3, VER-1)."""

    type: Literal["SupplyDetails"] = "SupplyDetails"
    details: Details


class RecordRequest(Contract):
    """The operator takes the request on record and sets the time for its processing (REC-2)."""

    type: Literal["RecordRequest"] = "RecordRequest"
    processing_hours: int | None = None
    processing_working_days: int | None = None
    note: str | None = None


class CheckDocuments(Contract):
    """The specialist decides whether the documents match the registered data, and says why (REC-3)."""

    type: Literal["CheckDocuments"] = "CheckDocuments"
    match: bool
    reason: str


class RetryRegistry(Contract):
    """A person asks again of a registry that did not answer in time."""

    type: Literal["RetryRegistry"] = "RetryRegistry"
    reason: str


class ReportAccountSecurity(Contract):
    """The account registry reports what the citizen has done since the one-time password (REC-5)."""

    type: Literal["ReportAccountSecurity"] = "ReportAccountSecurity"
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None


class ReportDelivery(Contract):
    """The delivery of a message ended in a way that a person must know of; always taken, from the system."""

    type: Literal["ReportDelivery"] = "ReportDelivery"
    message_key: str
    outcome: Literal["failed", "unknown"]
    reason: str


Decision = Annotated[
    SupplyDetails | RecordRequest | CheckDocuments | RetryRegistry | ReportAccountSecurity | ReportDelivery,
    Field(discriminator="type"),
]


class Command(Contract):
    """One decision by one actor; sent twice under the same id, it is one decision."""

    id: str
    actor: Actor
    decision: Decision


class Receipt(Contract):
    """The acknowledgement of a command: it is durable and will be acted on."""

    command_id: str
    type: str
    accepted_at: AwareDatetime
    digest: str = ""
