"""The facts of a case, in the past tense. What a fact tells of a person is under `personal` and nowhere else."""

from typing import Annotated

from pydantic import Field

from domain.contracts.events.contacts import (
    EscalationDecided,
    OfficialDecision,
    PreviousContact,
    RepeatAssessed,
    RepeatCompared,
    RepeatComparison,
    WrittenRequestComposed,
)
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
    | RepeatCompared
    | RepeatAssessed
    | WrittenRequestComposed
    | EscalationDecided
    | RequestRecorded
    | DocumentsMatched
    | DocumentsMismatched
    | PasswordIssued
    | AccountSecurityReported,
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
    "CalendarAdopted",
    "ClockChanged",
    "ClockRang",
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
    "EscalationDecided",
    "Event",
    "ExpectationClosed",
    "HandedOver",
    "LinkedAppealOpened",
    "MessageQueued",
    "MessageUndelivered",
    "OfficialDecision",
    "PasswordIssued",
    "PlanDrafted",
    "PreviousContact",
    "PreviousFound",
    "QuestionAnswered",
    "RegistriesAnswered",
    "RegistryUnavailable",
    "RepeatAssessed",
    "RepeatCompared",
    "RepeatComparison",
    "RequestRecorded",
    "ResultPublished",
    "SatisfactionRated",
    "SolutionConfirmed",
    "SolutionDenied",
    "StatusAsked",
    "StatusChanged",
    "WrittenRequestComposed",
]
