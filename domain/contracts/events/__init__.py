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
from domain.contracts.events.display import ChecklistBegun, CheckRecorded
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
from domain.contracts.events.security import (
    AccountSecured,
    AccountUnlocked,
    LockJudged,
    LockReviewed,
    SecuringDecided,
    SubscriberIdentified,
    SubscriberNotIdentified,
    ThreatReviewed,
)
from domain.contracts.events.verification import (
    AnotherCodeRequested,
    CodeExpired,
    CodeMismatched,
    CodeSent,
    CodeUndelivered,
    IdentityConfirmed,
    IdentityDenied,
    ScanAccepted,
    ScanRefused,
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
    | ChecklistBegun
    | CheckRecorded
    | ScanAccepted
    | ScanRefused
    | CodeSent
    | CodeUndelivered
    | AnotherCodeRequested
    | CodeMismatched
    | CodeExpired
    | IdentityConfirmed
    | IdentityDenied
    | LockJudged
    | LockReviewed
    | SubscriberIdentified
    | SubscriberNotIdentified
    | AccountUnlocked
    | SecuringDecided
    | AccountSecured
    | ThreatReviewed
    | FailureLogged
    | FailureAssessed
    | FailureFixed
    | IncidentJoined
    | IncidentResolved
    | IncidentOpened
    | AppealJoined
    | RepeatCompared
    | RepeatAssessed
    | WrittenRequestComposed
    | EscalationDecided
    | AuthorityConfirmed
    | AuthorityDenied
    | DataDestroyed
    | DataFetched
    | DataPrepared
    | DataProvisionFailed
    | DataRequested,
    Field(discriminator="type"),
]

__all__ = [
    "AccountSecured",
    "AccountSecurityReported",
    "AccountUnlocked",
    "AnotherCodeRequested",
    "Answer",
    "AppealClassified",
    "AppealJoined",
    "AppealRefused",
    "AppealRegistered",
    "AppealWithdrawn",
    "AttemptAbandoned",
    "AuthorityConfirmed",
    "AuthorityDenied",
    "CalendarAdopted",
    "CheckRecorded",
    "ChecklistBegun",
    "ClockChanged",
    "ClockRang",
    "CodeExpired",
    "CodeMismatched",
    "CodeSent",
    "CodeUndelivered",
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
    "EscalationDecided",
    "Event",
    "ExpectationClosed",
    "FailureAssessed",
    "FailureFixed",
    "FailureLogged",
    "HandedOver",
    "IdentityConfirmed",
    "IdentityDenied",
    "IncidentJoined",
    "IncidentOpened",
    "IncidentResolved",
    "LinkedAppealOpened",
    "LockJudged",
    "LockReviewed",
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
    "ScanAccepted",
    "ScanRefused",
    "SecuringDecided",
    "SolutionConfirmed",
    "SolutionDenied",
    "StatusAsked",
    "StatusChanged",
    "SubscriberIdentified",
    "SubscriberNotIdentified",
    "ThreatReviewed",
    "WrittenRequestComposed",
]
