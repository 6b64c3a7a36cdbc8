"""Decisions on technical failures and on the incidents that join them (TEC-1…TEC-4)."""

from typing import Literal

from domain.appeal import FailureKind, Unit
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.text import Line, Text


class AssessFailure(Contract):
    """A person says who mends the failure and what the citizen is told; `kind` and `error_code` correct the log."""

    type: Literal["AssessFailure"] = "AssessFailure"
    level: Unit
    status_text: Text
    kind: FailureKind | None = None
    error_code: Line | None = None


class ReportFix(Contract):
    """The failure is mended; each citizen who met it reads the summary (TEC-3)."""

    type: Literal["ReportFix"] = "ReportFix"
    summary: Text


class JoinIncident(Contract):
    """An incident has taken the appeal in: the failure it reports has become a critical one (TEC-3)."""

    type: Literal["JoinIncident"] = "JoinIncident"
    incident_number: str
    signature: str
    declared_at: AwareDatetime


class ResolveIncident(Contract):
    """The incident that the appeal has joined is mended (TEC-3)."""

    type: Literal["ResolveIncident"] = "ResolveIncident"
    incident_number: str
    summary: str
