"""The decisions a case can wait for, and what it answers to them."""

from typing import Annotated

from pydantic import Field

from domain.actors import Actor
from domain.contracts.commands.contacts import AssessRepeat, DecideEscalation
from domain.contracts.commands.display import RecordCheck
from domain.contracts.commands.failure import AssessFailure, JoinIncident, ReportFix, ResolveIncident
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
    ReleaseCase,
    ReportDelivery,
    RetryRegistry,
    SupplyDetails,
    TakeCase,
    TellCitizen,
    Withdraw,
)
from domain.contracts.commands.provision import ConfirmAuthority, FetchData
from domain.contracts.commands.recovery import CheckDocuments, RecordRequest, ReportAccountSecurity
from domain.contracts.commands.security import DecideSecuring, IdentifySubscriber, ReviewLock, ReviewThreat
from domain.contracts.commands.services import ConcludeProtocol, DecidePackage, RepeatRequest
from domain.contracts.commands.verification import ConfirmCode, DecideIdentity, RequestAnotherCode
from domain.contracts.contract import AwareDatetime, Contract

Decision = Annotated[
    SupplyDetails
    | AddDetails
    | AskStatus
    | Withdraw
    | RejectAppeal
    | Classify
    | HandOver
    | TakeCase
    | ReleaseCase
    | TellCitizen
    | AdoptCalendar
    | RetryRegistry
    | AnswerQuestion
    | ConfirmSolution
    | RateSatisfaction
    | ReportDelivery
    | RecordRequest
    | CheckDocuments
    | ReportAccountSecurity
    | RecordCheck
    | ConfirmCode
    | RequestAnotherCode
    | DecideIdentity
    | IdentifySubscriber
    | ReviewLock
    | DecideSecuring
    | ReviewThreat
    | AssessFailure
    | ReportFix
    | JoinIncident
    | ResolveIncident
    | AssessRepeat
    | DecideEscalation
    | ConcludeProtocol
    | RepeatRequest
    | DecidePackage
    | ConfirmAuthority
    | FetchData,
    Field(discriminator="type"),
]


class Command(Contract):
    """One decision by one actor; sent twice under the same id, it is one decision.

    `number` names the case that is meant, where one process serves several in turn. `attempt` tells the sendings
    under one id apart: the receipt names the one that was taken. `seen` is how many facts of the case its sender has
    seen: it is not taken where there are others.
    """

    id: str
    actor: Actor
    decision: Decision
    number: str | None = None
    attempt: str | None = None
    seen: int | None = None


class Receipt(Contract):
    """The acknowledgement of a command: it is durable and will be acted on."""

    command_id: str
    type: str
    accepted_at: AwareDatetime
    digest: str = ""
    attempt: str | None = None


__all__ = [
    "AddDetails",
    "AdoptCalendar",
    "AnswerQuestion",
    "AskStatus",
    "AssessFailure",
    "AssessRepeat",
    "CheckDocuments",
    "Classify",
    "Command",
    "ConcludeProtocol",
    "ConfirmAuthority",
    "ConfirmCode",
    "ConfirmSolution",
    "DecideEscalation",
    "DecideIdentity",
    "DecidePackage",
    "DecideSecuring",
    "Decision",
    "FILES_AT_MOST",
    "FetchData",
    "HandOver",
    "IdentifySubscriber",
    "JoinIncident",
    "RateSatisfaction",
    "Receipt",
    "RecordCheck",
    "RecordRequest",
    "RejectAppeal",
    "ReleaseCase",
    "RepeatRequest",
    "ReportAccountSecurity",
    "ReportDelivery",
    "ReportFix",
    "RequestAnotherCode",
    "ResolveIncident",
    "RetryRegistry",
    "ReviewLock",
    "ReviewThreat",
    "SupplyDetails",
    "TakeCase",
    "TellCitizen",
    "Withdraw",
]
