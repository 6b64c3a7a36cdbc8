"""What was written to the higher authority, and what it has decided (ESC-2, ESC-5)."""

from domain.actors import Role
from domain.appeal import DocumentKind
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class ComposedRequest(Contract):
    """The written request to the higher authority (ESC-2); the problem is personal data."""

    composed_at: AwareDatetime
    first_number: str
    first_at: AwareDatetime
    documents: list[DocumentKind]
    problem: str


class IssuedDecision(Contract):
    """The official decision on an escalation (ESC-5); its words are personal data."""

    decided_at: AwareDatetime
    granted: bool
    decided_by: Role = Role.QUALITY_CONTROL
    decision: str
    grounds: list[str]


class Escalation(Area):
    request: ComposedRequest | None = None
    decision: IssuedDecision | None = None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Escalation":
        match event:
            case events.WrittenRequestComposed(personal=problem):
                public = event.model_dump(include={"first_number", "first_at", "documents"})
                return self.having(request=ComposedRequest(composed_at=at, problem=problem, **public))
            case events.EscalationDecided(granted=granted, decided_by=role, personal=words):
                decision = IssuedDecision(decided_at=at, granted=granted, decided_by=role, **words.model_dump())
                return self.having(decision=decision)
            case _:
                return self
