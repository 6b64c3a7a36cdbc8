"""Facts of repeated contact and of escalation (REP-3, REP-4, ESC-2, ESC-5)."""

from typing import Literal

from domain.actors import Role
from domain.appeal import DocumentKind, RepeatWay, Status
from domain.contracts.contract import AwareDatetime, Contract, Personal
from domain.contracts.events.general import Answer


class PreviousContact(Contract):
    """An earlier appeal as whoever works on a later one has to know it (REP-3); personal data.

    `done` is its result with its steps, `answer` the last reply, `said` what the citizen told, oldest first.
    """

    number: str
    status: Status
    registered_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    done: list[str] = []
    answer: Answer | None = None
    said: list[str] = []


class RepeatComparison(Contract):
    """What the citizen says now beside each contact before, the latest first; personal data."""

    says_now: str = ""
    contacts: list[PreviousContact]


class RepeatCompared(Contract):
    """The new message was put beside the earlier ones for the operator (REP-3)."""

    type: Literal["RepeatCompared"] = "RepeatCompared"
    numbers: list[str]
    personal: Personal[RepeatComparison]


class RepeatAssessed(Contract):
    type: Literal["RepeatAssessed"] = "RepeatAssessed"
    way: RepeatWay
    reason: Personal[str]
    next_steps: Personal[list[str]]


class WrittenRequestComposed(Contract):
    """The written request of ESC-2; the problem is personal. `missing` names what did not come in time (ESC-3)."""

    type: Literal["WrittenRequestComposed"] = "WrittenRequestComposed"
    first_number: str
    first_at: AwareDatetime
    documents: list[DocumentKind]
    missing: list[str] = []
    personal: Personal[str]


class OfficialDecision(Contract):
    """What was decided and on which grounds; personal data."""

    decision: str
    grounds: list[str]


class EscalationDecided(Contract):
    """The escalation ends in an official decision (ESC-5)."""

    type: Literal["EscalationDecided"] = "EscalationDecided"
    granted: bool
    decided_by: Role = Role.QUALITY_CONTROL
    personal: Personal[OfficialDecision]
