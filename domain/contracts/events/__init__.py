"""The facts of a case, in the past tense. What a fact tells of a person is under `personal` and nowhere else."""

from typing import Annotated

from pydantic import Field

from domain.contracts.events.display import ChecklistBegun, CheckRecorded
from domain.contracts.events.general import (
    Answer,
    AppealClassified,
    AppealRefused,
    AppealRegistered,
    AppealWithdrawn,
    AttemptAbandoned,
    CalendarAdopted,
    ClockChanged,
    ClockRang,
    DecisionEscalated,
    DecisionExpected,
    DecisionReassigned,
    DecisionRefused,
    DecisionTaken,
    DetailsAdded,
    DetailsRequested,
    DetailsSupplied,
    ExpectationClosed,
    HandedOver,
    LinkedAppealOpened,
    MessageQueued,
    MessageUndelivered,
    PlanDrafted,
    PreviousFound,
    QuestionAnswered,
    RegistriesAnswered,
    RegistryUnavailable,
    ResultPublished,
    SatisfactionRated,
    SolutionConfirmed,
    SolutionDenied,
    StatusAsked,
    StatusChanged,
)
from domain.contracts.events.recovery import (
    AccountSecurityReported,
    DocumentsMatched,
    DocumentsMismatched,
    PasswordIssued,
    RequestRecorded,
)
from domain.contracts.events.services import (
    AgesCompared,
    ConsentRefused,
    ConsentVerified,
    DataResent,
    PackageDecided,
    PackageProcessed,
    PackageRefused,
    ProtocolConcluded,
    RepeatOrdered,
    ServiceAnswered,
    ServiceAsked,
)

Event = Annotated[
    AppealRegistered
    | PlanDrafted
    | StatusChanged
    | ClockChanged
    | ClockRang
    | DecisionExpected
    | DecisionEscalated
    | DecisionReassigned
    | DecisionTaken
    | DecisionRefused
    | ExpectationClosed
    | DetailsRequested
    | DetailsSupplied
    | RegistriesAnswered
    | RegistryUnavailable
    | MessageQueued
    | MessageUndelivered
    | ResultPublished
    | AttemptAbandoned
    | DetailsAdded
    | StatusAsked
    | AppealClassified
    | HandedOver
    | AppealWithdrawn
    | AppealRefused
    | CalendarAdopted
    | QuestionAnswered
    | SolutionConfirmed
    | SolutionDenied
    | SatisfactionRated
    | PreviousFound
    | LinkedAppealOpened
    | RequestRecorded
    | DocumentsMatched
    | DocumentsMismatched
    | PasswordIssued
    | AccountSecurityReported
    | ServiceAsked
    | ServiceAnswered
    | DataResent
    | RepeatOrdered
    | AgesCompared
    | ProtocolConcluded
    | ConsentVerified
    | ConsentRefused
    | PackageProcessed
    | PackageRefused
    | PackageDecided
    | ChecklistBegun
    | CheckRecorded,
    Field(discriminator="type"),
]

__all__ = [
    "AccountSecurityReported",
    "AgesCompared",
    "Answer",
    "AppealClassified",
    "AppealRefused",
    "AppealRegistered",
    "AppealWithdrawn",
    "AttemptAbandoned",
    "CalendarAdopted",
    "CheckRecorded",
    "ChecklistBegun",
    "ClockChanged",
    "ClockRang",
    "ConsentRefused",
    "ConsentVerified",
    "DataResent",
    "DecisionEscalated",
    "DecisionExpected",
    "DecisionReassigned",
    "DecisionRefused",
    "DecisionTaken",
    "DetailsAdded",
    "DetailsRequested",
    "DetailsSupplied",
    "DocumentsMatched",
    "DocumentsMismatched",
    "Event",
    "ExpectationClosed",
    "HandedOver",
    "LinkedAppealOpened",
    "MessageQueued",
    "MessageUndelivered",
    "PackageDecided",
    "PackageProcessed",
    "PackageRefused",
    "PasswordIssued",
    "PlanDrafted",
    "PreviousFound",
    "ProtocolConcluded",
    "QuestionAnswered",
    "RegistriesAnswered",
    "RegistryUnavailable",
    "RepeatOrdered",
    "RequestRecorded",
    "ResultPublished",
    "SatisfactionRated",
    "ServiceAnswered",
    "ServiceAsked",
    "SolutionConfirmed",
    "SolutionDenied",
    "StatusAsked",
    "StatusChanged",
]
