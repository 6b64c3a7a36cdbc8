"""The facts of a case, in the past tense. What a fact tells of a person is under `personal` and nowhere else."""

from typing import Annotated

from pydantic import Field

from domain.contracts.events.failure import (
    AppealJoined,
    FailureAssessed,
    FailureFixed,
    FailureLogged,
    IncidentJoined,
    IncidentOpened,
    IncidentResolved,
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
    | RequestRecorded
    | DocumentsMatched
    | DocumentsMismatched
    | PasswordIssued
    | AccountSecurityReported
    | FailureLogged
    | FailureAssessed
    | FailureFixed
    | IncidentJoined
    | IncidentResolved
    | IncidentOpened
    | AppealJoined,
    Field(discriminator="type"),
]

__all__ = [
    "AccountSecurityReported",
    "Answer",
    "AppealClassified",
    "AppealJoined",
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
    "Event",
    "ExpectationClosed",
    "FailureAssessed",
    "FailureFixed",
    "FailureLogged",
    "HandedOver",
    "IncidentJoined",
    "IncidentOpened",
    "IncidentResolved",
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
