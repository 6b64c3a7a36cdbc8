"""Facts of technical failures, and of the incidents that join them (TEC-1…TEC-5)."""

from typing import Literal

from domain.appeal import FailureKind, Unit
from domain.contracts.appeal import Failure
from domain.contracts.contract import AwareDatetime, Contract, Personal


class FailureLogged(Contract):
    """The log entry of a failure (TEC-2): `level` is told of it, by `signature` the same failure is known again."""

    type: Literal["FailureLogged"] = "FailureLogged"
    kind: FailureKind
    service: str | None = None
    error_code: str | None = None
    signature: str
    level: Unit


class FailureAssessed(Contract):
    """A person has reacted (TEC-4): `level` mends it, and the citizen was told `status_text`."""

    type: Literal["FailureAssessed"] = "FailureAssessed"
    failure: Failure
    level: Unit
    status_text: Personal[str]


class FailureFixed(Contract):
    """Of an appeal or of an incident: the failure is mended."""

    type: Literal["FailureFixed"] = "FailureFixed"
    summary: Personal[str]


class IncidentJoined(Contract):
    """The appeal belongs to an incident from now on, and waits for its end (TEC-3)."""

    type: Literal["IncidentJoined"] = "IncidentJoined"
    incident_number: str
    declared_at: AwareDatetime


class IncidentResolved(Contract):
    """The incident that the appeal has joined is mended."""

    type: Literal["IncidentResolved"] = "IncidentResolved"
    incident_number: str
    summary: Personal[str]


class IncidentOpened(Contract):
    """So many appeals have reported one failure that it is a critical one (TEC-3).

    `run_id` names the engine's run in which it opened: the process behind a signature outlives its incidents.
    """

    type: Literal["IncidentOpened"] = "IncidentOpened"
    signature: str
    run_id: str


class AppealJoined(Contract):
    """The incident has taken in the appeal of this number."""

    type: Literal["AppealJoined"] = "AppealJoined"
    appeal_number: str
