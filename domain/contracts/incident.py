"""What crosses between appeals and the incidents that join them (TEC-3)."""

from domain.contracts.appeal import Failure, Policy
from domain.contracts.commands import JoinIncident, ResolveIncident
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.state import CaseState


class FailureReport(Contract):
    """An appeal reports the failure it is about; the same `signature` means the same failure."""

    number: str
    signature: str
    service: str | None = None
    failure: Failure


class WatchedReport(FailureReport):
    """A report as the watch keeps it: since `at`, with the number that an incident begun by it would get."""

    candidate: str
    at: AwareDatetime | None = None


class Telling(Contract):
    """What an incident tells its appeals. Told twice, an appeal takes it once."""

    numbers: list[str]
    decision: JoinIncident | ResolveIncident


class IncidentState(Contract):
    """The one serialisable state of `IncidentWorkflow`.

    `reports` are those of the sliding window, which no incident has taken in yet. `case` is the incident, once there
    is one; of the appeals it has joined, the first `told_joined` know that, and the first `told_fixed` that it is
    mended.
    """

    signature: str
    policy: Policy
    reports: list[WatchedReport] = []
    case: CaseState | None = None
    told_joined: int = 0
    told_fixed: int = 0


class IncidentStart(Contract):
    """The start of a run: a watch over one signature, or the state that the previous run handed over."""

    state: IncidentState
