"""What procedures have found out and decided in a case, folded from its journal."""

from typing import Literal

from domain.appeal import Relation
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


class PreparedData(Contract):
    """An encrypted file with the citizen's data that can be had until it expires (DAT-2)."""

    parcel_id: str
    sha256: str
    size_bytes: int
    available_until: AwareDatetime


class Facts(Contract):
    """The findings and decisions; `conversation`, `answer` and `authority` are personal data."""

    conversation: list[Remark] = []
    answer: events.Answer | None = None
    acts: list[str] = []
    knowledge: list[str] = []
    solved: bool | None = None
    refused_because: str | None = None
    satisfaction: int | None = None
    previous: Previous | None = None
    linked: list[Linked] = []
    data_requested: bool = False
    authority: str | None = None
    authority_confirmed: bool | None = None
    prepared_data: PreparedData | None = None
    data_fetched: int = 0

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Facts":
        """These facts after one more event; unchanged by those of other parts."""
        changes = self._changes(event, at)
        return self.model_copy(update=changes) if changes else self

    def _changes(self, event: events.Event, at: AwareDatetime) -> dict[str, object]:  # noqa: C901 - a table of events
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

    def _said(self, at: AwareDatetime, text: str | None) -> dict[str, object]:
        remark = Remark(at=at, by="citizen", text=text or "")
        return {"conversation": [*self.conversation, remark]} if text else {}
