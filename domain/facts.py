"""What procedures have found out and decided in a case, folded from its journal."""

from typing import Literal

from domain.actors import Role
from domain.appeal import DocumentKind, Relation, RepeatWay
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract


class Remark(Contract):
    """Something the citizen has said, or was answered; personal data."""

    at: AwareDatetime
    by: Literal["citizen", "staff"]
    text: str


class Previous(Contract):
    """The earlier appeal that this one follows (REP-1, ESC-2)."""

    number: str
    relation: Relation
    found_by: Literal["number", "citizen"]


class Linked(Contract):
    """A later appeal that this case has started (SEC-1)."""

    number: str
    relation: Relation


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


class Facts(Contract):
    """The findings and decisions; `conversation`, `answer`, `comparison`, `request` and `official` are personal."""

    conversation: list[Remark] = []
    answer: events.Answer | None = None
    acts: list[str] = []
    knowledge: list[str] = []
    solved: bool | None = None
    refused_because: str | None = None
    satisfaction: int | None = None
    previous: Previous | None = None
    linked: list[Linked] = []
    comparison: events.RepeatComparison | None = None
    repeat_way: RepeatWay | None = None
    request: ComposedRequest | None = None
    official: IssuedDecision | None = None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Facts":
        """These facts after one more event; unchanged by those of other parts."""
        changes = self._changes(event, at)
        return self.model_copy(update=changes) if changes else self

    def _changes(self, event: events.Event, at: AwareDatetime) -> dict[str, object]:
        match event:
            case events.StatusAsked(personal=text) | events.AppealWithdrawn(personal=text):
                return self._said(at, text)
            case events.DetailsAdded(personal=added):
                return self._said(at, added.description)
            case events.QuestionAnswered(personal=answer, acts=acts, knowledge=knowledge):
                told = Remark(at=at, by="staff", text="\n".join([answer.summary, *answer.steps]))
                found = {"answer": answer, "acts": acts, "knowledge": knowledge, "solved": None}
                return found | {"conversation": [*self.conversation, told]}
            case events.SolutionConfirmed(personal=text):
                return {"solved": True} | self._said(at, text)
            case events.SolutionDenied(personal=text):
                return {"solved": False} | self._said(at, text)
            case events.AppealRefused(reason=reason):
                return {"refused_because": reason}
            case events.SatisfactionRated(score=score, personal=text):
                return {"satisfaction": score} | self._said(at, text)
            case events.PreviousFound() as found:
                return {"previous": Previous(**found.model_dump(exclude={"type"}))}
            case events.LinkedAppealOpened(number=number, relation=relation):
                return {"linked": [*self.linked, Linked(number=number, relation=relation)]}
            case _:
                return _contact_changes(event, at)

    def _said(self, at: AwareDatetime, text: str | None) -> dict[str, object]:
        remark = Remark(at=at, by="citizen", text=text or "")
        return {"conversation": [*self.conversation, remark]} if text else {}


def _contact_changes(event: events.Event, at: AwareDatetime) -> dict[str, object]:
    match event:
        case events.RepeatCompared(personal=comparison):
            return {"comparison": comparison}
        case events.RepeatAssessed(way=way):
            return {"repeat_way": way}
        case events.WrittenRequestComposed(personal=problem) as composed:
            public = composed.model_dump(include={"first_number", "first_at", "documents"})
            return {"request": ComposedRequest(composed_at=at, problem=problem, **public)}
        case events.EscalationDecided(granted=granted, decided_by=role, personal=official):
            words = official.model_dump()
            return {"official": IssuedDecision(decided_at=at, granted=granted, decided_by=role, **words)}
        case _:
            return {}
