"""Decisions that any procedure may wait for, and those that every open case takes."""

from typing import Annotated, Literal

from pydantic import Field

from domain.appeal import Category, RecoveryReason, Unit
from domain.contracts.appeal import Details, DocumentScan, Failure
from domain.contracts.contract import Contract
from domain.contracts.text import Line, Text

FILES_AT_MOST = 10


class SupplyDetails(Contract):
    """The citizen, or somebody for them, supplies what was asked for (INT-3, VER-1)."""

    type: Literal["SupplyDetails"] = "SupplyDetails"
    details: Details


class AddDetails(Contract):
    """The citizen adds a word or files that nobody asked for (REP-2)."""

    type: Literal["AddDetails"] = "AddDetails"
    text: Text | None = None
    scans: Annotated[list[DocumentScan], Field(max_length=FILES_AT_MOST)] = []


class AskStatus(Contract):
    """The citizen asks how the appeal stands, by its number (REC-6)."""

    type: Literal["AskStatus"] = "AskStatus"
    question: Text | None = None


class Withdraw(Contract):
    """The citizen needs nothing more."""

    type: Literal["Withdraw"] = "Withdraw"
    reason: Text | None = None


class RejectAppeal(Contract):
    """A person ends what can't be granted or is no appeal at all; the citizen reads the reason (STS-1)."""

    type: Literal["RejectAppeal"] = "RejectAppeal"
    reason: Text


class Classify(Contract):
    """A person says what the appeal is about; its procedure then begins, or begins anew (CLS-1, CLS-3)."""

    type: Literal["Classify"] = "Classify"
    category: Category
    reason: Text
    service: Line | None = None
    failure: Failure | None = None
    recovery_reason: RecoveryReason | None = None


class HandOver(Contract):
    """What the case waits for goes to another unit; the appeal stays the same (CLS-2)."""

    type: Literal["HandOver"] = "HandOver"
    unit: Unit
    reason: Text


class TakeCase(Contract):
    """One of the staff takes the case on, so that no two do the same work; it forbids nobody to decide (CLS-2)."""

    type: Literal["TakeCase"] = "TakeCase"


class ReleaseCase(Contract):
    """Whoever has taken the case lets it go again; the supervisor may do so for them."""

    type: Literal["ReleaseCase"] = "ReleaseCase"


class TellCitizen(Contract):
    """A person of the staff tells the citizen something about the open appeal; nothing is awaited for it (STS-2)."""

    type: Literal["TellCitizen"] = "TellCitizen"
    text: Text


class AdoptCalendar(Contract):
    """The terms in working days are to follow another version of the production calendar (ESC-4)."""

    type: Literal["AdoptCalendar"] = "AdoptCalendar"
    version: Line
    reason: Text


class RetryRegistry(Contract):
    """A person asks again of a system that did not answer in time; without `operation`, of the first one."""

    type: Literal["RetryRegistry"] = "RetryRegistry"
    reason: Text
    operation: Line | None = None


class AnswerQuestion(Contract):
    """The answer to the citizen, in the parts every reply has (RPL-1).

    `knowledge` names the entries of the knowledge base it rests on (KBA-2), `acts` the legal acts (LAW-1).
    """

    type: Literal["AnswerQuestion"] = "AnswerQuestion"
    summary: Text
    steps: Annotated[list[Text], Field(min_length=1, max_length=20)]
    acts: Annotated[list[Line], Field(max_length=20)] = []
    knowledge: Annotated[list[Line], Field(max_length=20)] = []


class ConfirmSolution(Contract):
    """The citizen says whether the answer has solved the problem (KBA-2, REP-2)."""

    type: Literal["ConfirmSolution"] = "ConfirmSolution"
    solved: bool
    comment: Text | None = None


class RateSatisfaction(Contract):
    """The citizen rates the closed appeal, from 1 to 5 (ANA-1, REP-6)."""

    type: Literal["RateSatisfaction"] = "RateSatisfaction"
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Text | None = None


class ReportDelivery(Contract):
    """The delivery of a message ended in a way that a person must know of; always taken, from the system."""

    type: Literal["ReportDelivery"] = "ReportDelivery"
    message_key: str
    outcome: Literal["failed", "unknown"]
    reason: str
