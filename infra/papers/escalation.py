"""The papers of an escalation: the citizen's written request and the official decision (ESC-2, ESC-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.number import format_number
from infra.papers.paper import Paper


@dataclass(frozen=True, kw_only=True)
class _Escalation(Paper):
    """A paper about the escalation `number` of the appeal `first_number`, where one is known."""

    first_number: str | None = None
    first_at: datetime | None = None

    def _first(self) -> dict[str, object]:
        return {
            "first_number": format_number(self.first_number) if self.first_number else "",
            "first_at": self.told(self.first_at) if self.first_at else "",
        }


@dataclass(frozen=True, kw_only=True)
class WrittenRequest(_Escalation):
    """The request in the citizen's name, made the moment it is sent; `documents` are the names of its package."""

    template = "request"

    addressee: str
    problem: str
    documents: Sequence[str]

    def words(self) -> Mapping[str, object]:
        return {
            **self._first(),
            "addressee": self.addressee,
            "problem": self.problem,
            "documents": list(self.documents),
        }


@dataclass(frozen=True, kw_only=True)
class OfficialDecision(_Escalation):
    """The decision, taken at `made_at` by the unit `decided_by`, on the request that came at `received_at`.

    `due_explained` says how the term was counted, as `Clock.explain` does (ESC-4).
    """

    template = "decision"

    received_at: datetime
    granted: bool
    decision: str
    grounds: Sequence[str]
    decided_by: str
    due_at: datetime
    due_explained: str

    def words(self) -> Mapping[str, object]:
        return {
            **self._first(),
            "received_at": self.told(self.received_at),
            "outcome": "Запрос удовлетворён." if self.granted else "В удовлетворении запроса отказано.",
            "decision": self.decision,
            "grounds": list(self.grounds),
            "decided_by": self.decided_by,
            "term": f"Решение нужно было принять до этого срока: {self.told(self.due_at)}. {self._kept()}\n"
            f"{self.due_explained}",
        }

    def _kept(self) -> str:
        return "Срок соблюдён." if self.made_at <= self.due_at else "Срок нарушен, приносим извинения."
