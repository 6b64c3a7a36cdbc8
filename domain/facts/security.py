"""What was found out about an account that is locked or attacked, and done for it (ULK-1, ULK-2, SEC-1…SEC-4)."""

from domain.contracts import events
from domain.contracts.contract import AwareDatetime
from domain.facts.area import Area
from domain.lock import LockJudgement
from domain.threat import Threat


class Examination(Area):
    lock: LockJudgement | None = None
    failed_identifications: int = 0
    secured_at: AwareDatetime | None = None
    threat: Threat | None = None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Examination":
        match event:
            case events.LockJudged():
                return self.having(lock=LockJudgement(**event.model_dump(exclude={"type"})))
            case events.SubscriberNotIdentified():
                return self.having(failed_identifications=self.failed_identifications + 1)
            case events.AccountSecured(sessions_ended_at=secured_at):
                return self.having(secured_at=secured_at)
            case events.ThreatReviewed(threat=threat):
                return self.having(threat=threat)
            case _:
                return self
