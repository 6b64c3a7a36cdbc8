"""The facts of a case, in the past tense.

What a fact tells of a person, and free text of anybody, is marked as `Personal` and kept sealed; the rest is public.
"""

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
    AppealErased,
    AppealRefused,
    AppealRegistered,
    AppealWithdrawn,
    AttemptAbandoned,
    CalendarAdopted,
    CaseReleased,
    CaseTaken,
    CitizenTold,
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
    | AppealErased
    | DetailsAdded
    | CitizenTold
    | StatusAsked
    | AppealClassified
    | HandedOver
    | CaseTaken
    | CaseReleased
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
    "AgesCompared",
    "AnotherCodeRequested",
    "Answer",
    "AppealClassified",
    "AppealErased",
    "AppealJoined",
    "AppealRefused",
    "AppealRegistered",
    "AppealWithdrawn",
    "AttemptAbandoned",
    "AuthorityConfirmed",
    "AuthorityDenied",
    "CalendarAdopted",
    "CaseReleased",
    "CaseTaken",
    "CitizenTold",
    "CheckRecorded",
    "ChecklistBegun",
    "ClockChanged",
    "ClockRang",
    "CodeExpired",
    "CodeMismatched",
    "CodeSent",
    "CodeUndelivered",
    "ConsentRefused",
    "ConsentVerified",
    "DataDestroyed",
    "DataFetched",
    "DataPrepared",
    "DataProvisionFailed",
    "DataRequested",
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
    "PackageDecided",
    "PackageProcessed",
    "PackageRefused",
    "PasswordIssued",
    "PlanDrafted",
    "PreviousContact",
    "PreviousFound",
    "ProtocolConcluded",
    "QuestionAnswered",
    "RegistriesAnswered",
    "RegistryUnavailable",
    "RepeatAssessed",
    "RepeatCompared",
    "RepeatComparison",
    "RepeatOrdered",
    "RequestRecorded",
    "ResultPublished",
    "SatisfactionRated",
    "ScanAccepted",
    "ScanRefused",
    "SecuringDecided",
    "ServiceAnswered",
    "ServiceAsked",
    "SolutionConfirmed",
    "SolutionDenied",
    "StatusAsked",
    "StatusChanged",
    "SubscriberIdentified",
    "SubscriberNotIdentified",
    "ThreatReviewed",
    "WrittenRequestComposed",
]
