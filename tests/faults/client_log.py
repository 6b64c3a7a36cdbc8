"""What the clients saw: each request is invoked, and then acknowledged, refused, or its outcome is unknown."""

import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.digest import canonical


class Outcome(StrEnum):
    INVOKED = "invoked"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class Sent:
    """One intention under its key, however often it was sent.

    `answers` are the numbers, or the receipts' ids, of all acknowledgements; a command is to be known under its
    `command_id` everywhere behind the API.
    """

    key: str
    role: str
    path: str
    body: dict[str, Any]
    number: str = ""
    command_id: str = ""
    outcome: Outcome = Outcome.INVOKED
    answers: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    times: int = 0
    first_at: float = 0.0

    @property
    def opens(self) -> bool:
        return self.path == "/v1/appeals"

    @property
    def command(self) -> str:
        """The type of the decision; empty for a new appeal."""
        return "" if self.opens else str(self.body["type"])

    @property
    def is_definite(self) -> bool:
        return self.outcome in (Outcome.ACKNOWLEDGED, Outcome.REFUSED)


class ClientLog:
    """All intentions of a run, and each change of their outcomes as a line of a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.sent: dict[str, Sent] = {}

    def invoked(self, sent: Sent, copies: int) -> None:
        """Note that it is being sent now, so many times at once."""
        self.sent.setdefault(sent.key, sent)
        sent.first_at = sent.first_at or time.time()
        sent.times += copies
        self._line(sent, Outcome.INVOKED)

    def answered(self, sent: Sent, acknowledged: list[str], refused: list[str]) -> None:
        """Note how it went: one definite answer is enough, and an acknowledgement is never taken back."""
        sent.answers += acknowledged
        sent.refusals += refused
        if sent.answers:
            sent.outcome = Outcome.ACKNOWLEDGED
        else:
            sent.outcome = Outcome.REFUSED if refused else Outcome.UNKNOWN
        self._line(sent, sent.outcome)

    def figures(self) -> dict[str, int]:
        """How many intentions ended in which way."""
        outcomes = [sent.outcome for sent in self.sent.values()]
        return {outcome.value: outcomes.count(outcome) for outcome in Outcome}

    def _line(self, sent: Sent, outcome: Outcome) -> None:
        line = asdict(sent) | {"outcome": outcome.value, "at": str(time.time()), "first_at": str(sent.first_at)}
        with self._file.open("ab") as file:
            file.write(canonical(line) + b"\n")
