"""The facts of a case, in the past tense. What a fact tells of a person is under `personal` and nowhere else."""

from typing import Annotated

from pydantic import Field

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
from domain.contracts.events.provision import (
    AuthorityConfirmed,
    AuthorityDenied,
    DataDestroyed,
    DataFetched,
    DataPrepared,
    DataProvisionFailed,
    DataRequested,
)
from domain.contracts.events.recovery import (
    AccountSecurityReported,
    DocumentsMatched,
    DocumentsMismatched,
    PasswordIssued,
    RequestRecorded,
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
    | DataRequested
    | AuthorityConfirmed
    | AuthorityDenied
    | DataPrepared
    | DataProvisionFailed
    | DataFetched
    | DataDestroyed,
    Field(discriminator="type"),
]

__all__ = [
    "AccountSecurityReported",
    "Answer",
    "AppealClassified",
    "AppealRefused",
    "AppealRegistered",
    "AppealWithdrawn",
    "AttemptAbandoned",
    "AuthorityConfirmed",
    "AuthorityDenied",
    "CalendarAdopted",
    "ClockChanged",
    "ClockRang",
    "DataDestroyed",
    "DataFetched",
    "DataPrepared",
    "DataProvisionFailed",
    "DataRequested",
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
    "PasswordIssued",
    "PlanDrafted",
    "PreviousFound",
    "QuestionAnswered",
    "RegistriesAnswered",
    "RegistryUnavailable",
    "RequestRecorded",
    "ResultPublished",
    "SatisfactionRated",
    "SolutionConfirmed",
    "SolutionDenied",
    "StatusAsked",
    "StatusChanged",
]
