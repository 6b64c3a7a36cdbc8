"""What procedures have found out and decided in a case, folded from its journal."""

from typing import Literal

from domain.appeal import Relation
from domain.checklist import CheckItem
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.protocol import ProtocolEntry, with_step


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


class Check(Contract):
    """The result of one item of the checklist; `finding` is personal data (KBA-4)."""

    item: CheckItem
    passed: bool
    finding: str
    packet_loss_percent: float | None = None
    latency_ms: float | None = None
    rolled_back: str | None = None

    @property
    def outcome(self) -> str:
        """What came of it, in one sentence without personal data."""
        loss, latency = self.packet_loss_percent, self.latency_ms
        measured = "" if loss is None or latency is None else f", потери пакетов {loss:g} %, задержка {latency:g} мс"
        undone = f", возвращена прежняя версия: {self.rolled_back}" if self.rolled_back else ""
        return f"{self.item.russian}: {'замечаний нет' if self.passed else 'есть замечания'}{measured}{undone}"

    @property
    def russian(self) -> str:
        """What the citizen reads of it, in one line."""
        return f"{self.outcome}. {' '.join(self.finding.split())}"


class Facts(Contract):
    """Findings and decisions; `conversation`, `answer`, `checks` and the conclusion in `protocol` are personal."""

    conversation: list[Remark] = []
    answer: events.Answer | None = None
    acts: list[str] = []
    knowledge: list[str] = []
    solved: bool | None = None
    refused_because: str | None = None
    withdrawn: bool = False
    status_reports: int = 0
    additions: int = 0
    satisfaction: int | None = None
    previous: Previous | None = None
    linked: list[Linked] = []
    protocol: list[ProtocolEntry] = []
    consents_refused: int = 0
    is_consent_signed: bool = False
    checklist_rounds: int = 0
    checks: list[Check] = []

    @property
    def is_ending(self) -> bool:
        """Whether the citizen or the staff has ended the case, be it that a system has yet to answer first."""
        return self.withdrawn or self.refused_because is not None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Facts":
        """These facts after one more event; unchanged by those of other parts."""
        changes = self._changes(event, at)
        return self.model_copy(update=changes) if changes else self

    def _changes(self, event: events.Event, at: AwareDatetime) -> dict[str, object]:  # noqa: C901 - a table of events
        match event:
            case events.StatusAsked(personal=text):
                return {"status_reports": self.status_reports + 1} | self._said(at, text)
            case events.AppealWithdrawn(personal=text):
                return {"withdrawn": True} | self._said(at, text)
            case events.DetailsAdded(personal=added):
                return {"additions": self.additions + 1} | self._said(at, added.description)
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
            case events.ConsentRefused(is_signed=is_signed):
                return {"consents_refused": self.consents_refused + 1, "is_consent_signed": is_signed}
            case events.ChecklistBegun(round=nth):
                return {"checklist_rounds": nth, "checks": []}
            case events.CheckRecorded(personal=finding) as recorded:
                result = recorded.model_dump(exclude={"type", "personal"})
                return {"checks": [*self.checks, Check(finding=finding, **result)]}
            case _:
                protocol = with_step(self.protocol, event, at)
                return {} if protocol is self.protocol else {"protocol": protocol}

    def _said(self, at: AwareDatetime, text: str | None) -> dict[str, object]:
        remark = Remark(at=at, by="citizen", text=text or "")
        return {"conversation": [*self.conversation, remark]} if text else {}
