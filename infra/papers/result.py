"""The result of an appeal, to be kept (RES-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.papers.paper import Paper


@dataclass(frozen=True, kw_only=True)
class ResultPaper(Paper):
    """What became of the appeal and what is left to do; `acts` are the legal acts that it rests on (LAW-1).

    `status` is the word the citizen knows it by, such as «Завершено». A paper for a reader who is not to know the
    citizen has no `full_name`.
    """

    template = "result"

    received_at: datetime
    status: str
    summary: str
    steps: Sequence[str] = ()
    acts: Sequence[str] = ()

    def words(self) -> Mapping[str, object]:
        return {
            "received_at": self.told(self.received_at),
            "status": f"«{self.status}»",
            "summary": self.summary,
            "steps": list(self.steps),
            "acts": list(self.acts),
        }
