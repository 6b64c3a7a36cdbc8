"""The decisions a case can wait for, and what it answers to them."""

from typing import Annotated

from pydantic import Field

from domain.actors import Actor
from domain.contracts.commands.general import (
    FILES_AT_MOST,
    AddDetails,
    AdoptCalendar,
    AnswerQuestion,
    AskStatus,
    Classify,
    ConfirmSolution,
    HandOver,
    RateSatisfaction,
    RejectAppeal,
    ReportDelivery,
    RetryRegistry,
    SupplyDetails,
    Withdraw,
)
from domain.contracts.commands.provision import ConfirmAuthority, FetchData
from domain.contracts.commands.recovery import CheckDocuments, RecordRequest, ReportAccountSecurity
from domain.contracts.contract import AwareDatetime, Contract

Decision = Annotated[
    SupplyDetails
    | AddDetails
    | AskStatus
    | Withdraw
    | RejectAppeal
    | Classify
    | HandOver
    | AdoptCalendar
    | RetryRegistry
    | AnswerQuestion
    | ConfirmSolution
    | RateSatisfaction
    | ReportDelivery
    | RecordRequest
    | CheckDocuments
    | ReportAccountSecurity
    | ConfirmAuthority
    | FetchData,
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


__all__ = [
    "FILES_AT_MOST",
    "AddDetails",
    "AdoptCalendar",
    "AnswerQuestion",
    "AskStatus",
    "CheckDocuments",
    "Classify",
    "Command",
    "ConfirmAuthority",
    "ConfirmSolution",
    "Decision",
    "FetchData",
    "HandOver",
    "RateSatisfaction",
    "Receipt",
    "RecordRequest",
    "RejectAppeal",
    "ReportAccountSecurity",
    "ReportDelivery",
    "RetryRegistry",
    "SupplyDetails",
    "Withdraw",
]
