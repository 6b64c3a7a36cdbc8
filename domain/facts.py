"""What procedures have found out and decided in a case, folded from its journal."""

from typing import Literal

from domain.actors import Role
from domain.appeal import DocumentKind, FailureKind, Relation, RepeatWay, Unit
from domain.checklist import CheckItem
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.lock import LockJudgement
from domain.protocol import ProtocolEntry, with_step
from domain.threat import Threat
from domain.verification import Verification


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


class PreparedData(Contract):
    """An encrypted file with the citizen's data that can be had until it expires (DAT-2)."""

    parcel_id: str
    sha256: str
    size_bytes: int
    available_until: AwareDatetime


class Facts(Contract):
    """The findings and decisions; `conversation`, `answer`, `checks` and `authority` are personal data.

    `troubles` tell for each operation what was wrong the last time that a system did not answer it as it should.
    """

    conversation: list[Remark] = []
    answer: events.Answer | None = None
    answered_at: AwareDatetime | None = None
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
    data_requested: bool = False
    authority: str | None = None
    authority_confirmed: bool | None = None
    prepared_data: PreparedData | None = None
    data_fetched: int = 0
    checklist_rounds: int = 0
    checks: list[Check] = []
    verification: Verification = Verification()
    lock: LockJudgement | None = None
    failed_identifications: int = 0
    secured_at: AwareDatetime | None = None
    threat: Threat | None = None
    failure_log: LoggedFailure | None = None
    failure_reacted_at: AwareDatetime | None = None
    joined: JoinedIncident | None = None
    incident: Incident | None = None
    official: IssuedDecision | None = None
    request: ComposedRequest | None = None
    repeat_way: RepeatWay | None = None
    comparison: events.RepeatComparison | None = None
    is_consent_signed: bool = False
    consents_refused: int = 0
    protocol: list[ProtocolEntry] = []
    troubles: dict[str, str] = {}
    password_issued_at: AwareDatetime | None = None

    @property
    def is_ending(self) -> bool:
        """Whether the citizen or the staff has ended the case, be it that a system has yet to answer first."""
        return self.withdrawn or self.refused_because is not None

    @property
    def is_in_incident(self) -> bool:
        """Whether an incident that is not mended yet takes care of the appeal (TEC-3)."""
        return self.joined is not None and self.joined.fixed_at is None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Facts":
        """These facts after one more event; unchanged by those of other parts."""
        changes = self._changes(event, at) | self._failure_changes(event, at) | _contact_changes(event, at)
        changes |= self._data_changes(event)
        verification = self.verification.changed_by(event)
        if verification is not self.verification:
            changes["verification"] = verification
        protocol = with_step(self.protocol, event, at)
        if protocol is not self.protocol:
            changes["protocol"] = protocol
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
                found = {"answer": answer, "answered_at": at, "acts": acts, "knowledge": knowledge, "solved": None}
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
            case events.ChecklistBegun(round=nth):
                return {"checklist_rounds": nth, "checks": []}
            case events.CheckRecorded(personal=finding) as recorded:
                result = recorded.model_dump(exclude={"type", "personal"})
                return {"checks": [*self.checks, Check(finding=finding, **result)]}
            case events.LockJudged() as judged:
                return {"lock": LockJudgement(**judged.model_dump(exclude={"type"}))}
            case events.SubscriberNotIdentified():
                return {"failed_identifications": self.failed_identifications + 1}
            case events.RegistryUnavailable(operation=operation, reason=reason):
                return {"troubles": self.troubles | {operation: reason}}
            case events.PasswordIssued():
                return {"password_issued_at": at}
            case events.AccountSecured(sessions_ended_at=secured_at):
                return {"secured_at": secured_at}
            case events.ThreatReviewed(threat=threat):
                return {"threat": threat}
            case events.ConsentRefused(is_signed=is_signed):
                return {"consents_refused": self.consents_refused + 1, "is_consent_signed": is_signed}
            case _:
                return {}

    def _data_changes(self, event: events.Event) -> dict[str, object]:
        match event:
            case events.DataRequested(personal=authority):
                return {"data_requested": True, "authority": authority}
            case events.AuthorityConfirmed() | events.AuthorityDenied():
                return {"authority_confirmed": isinstance(event, events.AuthorityConfirmed)}
            case events.DataPrepared() as prepared:
                return {"prepared_data": PreparedData(**prepared.model_dump(exclude={"type"}))}
            case events.DataFetched():
                return {"data_fetched": self.data_fetched + 1}
            case events.DataDestroyed():
                return {"prepared_data": None}
            case _:
                return {}

    def _failure_changes(self, event: events.Event, at: AwareDatetime) -> dict[str, object]:
        match event:
            case events.FailureLogged():
                first_at = self.failure_log.at if self.failure_log else at
                return {"failure_log": LoggedFailure(at=first_at, **event.model_dump(exclude={"type"}))}
            case events.FailureAssessed():
                return {"failure_reacted_at": self.failure_reacted_at or at}
            case events.IncidentJoined(incident_number=number, declared_at=declared_at):
                joined = JoinedIncident(number=number, declared_at=declared_at)
                return {"joined": joined, "failure_reacted_at": self.failure_reacted_at or at}
            case events.IncidentResolved() if self.joined:
                return {"joined": self.joined.model_copy(update={"fixed_at": at})}
            case events.IncidentOpened(signature=signature, run_id=run_id):
                return {"incident": Incident(signature=signature, run_id=run_id)}
            case events.AppealJoined(appeal_number=number) if self.incident:
                numbers = [*self.incident.numbers, number]
                return {"incident": self.incident.model_copy(update={"numbers": numbers})}
            case events.FailureFixed() if self.incident:
                return {"incident": self.incident.model_copy(update={"fixed_at": at})}
            case _:
                return {}

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
