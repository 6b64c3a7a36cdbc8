"""Quality control of replies: which of them are due, and what a controller says of one (RPL-2)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from domain.appeal import Unit
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.text import Text
from domain.digest import digest

ONE_IN = 10
"""So many replies there are to one that is due for a check."""
REPLIES = ("CitizenTold", "QuestionAnswered")
"""The events of a journal that say in a person's own words something to the citizen."""


class Check(Contract):
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


def is_due(number: str, position: int) -> bool:
    """Whether this reply is to be checked: by a digest of its place, so that nobody picks it."""
    return int(digest(["quality", number, position])[:8], 16) % ONE_IN == 0
