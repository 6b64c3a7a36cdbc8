"""Help with one field of a form, by an operator who sees that field and nothing else (VAL-3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import model_validator

from domain.contracts.contract import Contract
from domain.contracts.text import Line

KEPT = timedelta(hours=1)
"""So long a question stays, answered or not; then nothing is left of it."""
ASKED_AT_MOST = 5
"""Questions of one person within that time: each waits for a human being."""


class Advice(Contract):
    """What the operator says to it: the right value, a word, or both."""

    value: Line | None = None
    text: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Advice":
        if not (self.value or self.text):
            raise ValueError("Напишите верное значение или совет.")
        return self


@dataclass(frozen=True)
class Question:
    """Somebody's question about a field; `typed` is what stands in it, and may tell of a person."""

    id: str
    field: str
    asked_at: datetime
    typed: str
    advice: Advice | None = None
