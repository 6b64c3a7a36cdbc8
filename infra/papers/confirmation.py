"""The written confirmation of a solution (KBA-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.papers.paper import Paper


@dataclass(frozen=True, kw_only=True)
class Confirmation(Paper):
    """What was asked and what was answered; `acts` are the legal acts that the answer rests on (LAW-1).

    `status` is the word the citizen knows it by, such as «Завершено».
    """

    template = "confirmation"

    received_at: datetime
    answered_at: datetime
    status: str
    question: str
    answer: str
    steps: Sequence[str] = ()
    acts: Sequence[str] = ()

    def words(self) -> Mapping[str, object]:
        return {
            "received_at": self.told(self.received_at),
            "answered_at": self.told(self.answered_at),
            "status": f"«{self.status}»",
            "question": self.question,
            "answer": self.answer,
            "steps": list(self.steps),
            "acts": list(self.acts),
        }
