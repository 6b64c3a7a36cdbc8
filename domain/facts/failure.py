"""The technical failure that an appeal reports, and the incident it belongs to or is (TEC-2…TEC-4)."""

from domain.appeal import FailureKind, Unit
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class LoggedFailure(Contract):
    """A technical failure in the log, first logged `at` (TEC-2)."""

    at: AwareDatetime
    kind: FailureKind
    service: str | None = None
    error_code: str | None = None
    signature: str
    level: Unit


class JoinedIncident(Contract):
    """The incident that an appeal belongs to (TEC-3)."""

    number: str
    declared_at: AwareDatetime
    fixed_at: AwareDatetime | None = None


class Incident(Contract):
    """What makes a case an incident: one failure, and the numbers of the appeals that report it (TEC-3)."""

    signature: str
    run_id: str
    numbers: list[str] = []
    fixed_at: AwareDatetime | None = None


class ReportedFailure(Area):
    """An appeal's failure: its log entry, when somebody first reacted, and the incident it has joined."""

    log: LoggedFailure | None = None
    reacted_at: AwareDatetime | None = None
    joined: JoinedIncident | None = None

    @property
    def is_in_incident(self) -> bool:
        """Whether an incident that is not mended yet takes care of the appeal (TEC-3)."""
        return self.joined is not None and self.joined.fixed_at is None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "ReportedFailure":
        match event:
            case events.FailureLogged():
                first_at = self.log.at if self.log else at
                return self.having(log=LoggedFailure(at=first_at, **event.model_dump(exclude={"type"})))
            case events.FailureAssessed():
                return self.having(reacted_at=self.reacted_at or at)
            case events.IncidentJoined(incident_number=number, declared_at=declared_at):
                joined = JoinedIncident(number=number, declared_at=declared_at)
                return self.having(joined=joined, reacted_at=self.reacted_at or at)
            case events.IncidentResolved() if self.joined:
                return self.having(joined=self.joined.model_copy(update={"fixed_at": at}))
            case _:
                return self


def incident_after(incident: Incident | None, event: events.Event, at: AwareDatetime) -> Incident | None:
    """What the case is as an incident after one more event; None while it is none."""
    match event:
        case events.IncidentOpened(signature=signature, run_id=run_id):
            return Incident(signature=signature, run_id=run_id)
        case events.AppealJoined(appeal_number=number) if incident:
            return incident.model_copy(update={"numbers": [*incident.numbers, number]})
        case events.FailureFixed() if incident:
            return incident.model_copy(update={"fixed_at": at})
        case _:
            return incident
