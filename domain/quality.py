"""Quality control of replies: which of them are due, and what a controller says of one (RPL-2)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from domain.appeal import Unit
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.events import CitizenTold, Event, QuestionAnswered
from domain.contracts.text import Text

DUE_BELOW = "1999"
"""A reply is due for a check where the hash of its journal entry is below this: one in ten, as 0x1999 is a tenth of
what four hexadecimal digits can say."""
REPLIES = (CitizenTold.__name__, QuestionAnswered.__name__)
"""The events of a journal that say in a person's own words something to the citizen."""


def said_by(event: Event) -> list[str]:
    """What a reply says, paragraph by paragraph; nothing where this is no reply."""
    match event:
        case CitizenTold(personal=text):
            return [text]
        case QuestionAnswered(personal=answer):
            return [answer.summary, *answer.steps]
        case _:
            return []


class ReplyCheck(Contract):
    """What a controller says of a reply; `note` may tell of a person."""

    is_polite: bool
    is_brief: bool
    fits_question: bool
    note: Annotated[Text | None, Field(max_length=1000)] = None


@dataclass(frozen=True)
class Reply:
    """A reply that awaits its check: its place in a journal, and nothing of what it says."""

    number: str
    position: int
    at: AwareDatetime
    unit: Unit | None = None


class QualityFigure(Contract):
    """So many replies of a unit in a Moscow month, written `2026-11`, were checked, and so many were found good."""

    month: str
    unit: Unit | None = None
    checked: int
    polite: int
    brief: int
    fitting: int
