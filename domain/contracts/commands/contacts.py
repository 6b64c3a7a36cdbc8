"""Decisions of repeated contact and of escalation (REP-4, ESC-5)."""

from typing import Annotated, Literal

from pydantic import Field

from domain.appeal import RepeatWay
from domain.contracts.contract import Contract
from domain.contracts.text import Line, Text


class AssessRepeat(Contract):
    """An operator decides how the repeat goes on; the citizen reads the reason and the next steps (REP-4)."""

    type: Literal["AssessRepeat"] = "AssessRepeat"
    way: RepeatWay
    reason: Text
    next_steps: Annotated[list[Line], Field(min_length=1, max_length=10)]


class DecideEscalation(Contract):
    """The official decision and what it rests on (ESC-5)."""

    type: Literal["DecideEscalation"] = "DecideEscalation"
    granted: bool
    decision: Text
    grounds: Annotated[list[Text], Field(min_length=1, max_length=20)]
