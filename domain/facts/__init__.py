"""What procedures have found out and decided in a case, folded from its journal, area by area."""

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area
from domain.facts.dialogue import Dialogue
from domain.facts.display import Checklist
from domain.facts.escalation import Escalation, IssuedDecision
from domain.facts.failure import Incident, LoggedFailure, ReportedFailure, incident_after
from domain.facts.handling import Handling
from domain.facts.provision import Provision
from domain.facts.relations import Relations
from domain.facts.security import Examination
from domain.facts.services import Consent
from domain.facts.systems import Systems
from domain.facts.verification import Verification
from domain.protocol import ProtocolEntry, with_step


class Facts(Contract):
    """The findings and decisions; their areas tell what of them is personal data."""

    dialogue: Dialogue = Dialogue()
    handling: Handling = Handling()
    relations: Relations = Relations()
    escalation: Escalation = Escalation()
    checklist: Checklist = Checklist()
    verification: Verification = Verification()
    examination: Examination = Examination()
    failure: ReportedFailure = ReportedFailure()
    provision: Provision = Provision()
    consent: Consent = Consent()
    systems: Systems = Systems()
    incident: Incident | None = None
    protocol: list[ProtocolEntry] = []

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Facts":
        """These facts after one more event; the same object where it is none of theirs."""
        after: dict[str, object] = {name: area.changed_by(event, at) for name, area in self if isinstance(area, Area)}
        after["incident"] = incident_after(self.incident, event, at)
        after["protocol"] = with_step(self.protocol, event, at)
        changes = {name: value for name, value in after.items() if value is not getattr(self, name)}
        return self.model_copy(update=changes) if changes else self


__all__ = ["ReportedFailure", "Facts", "Incident", "IssuedDecision", "LoggedFailure"]
