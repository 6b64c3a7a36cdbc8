"""Decisions on a page that is shown wrong (KBA-4)."""

from typing import Annotated, Literal

from pydantic import Field

from domain.checklist import CheckItem
from domain.contracts.contract import Contract
from domain.contracts.text import Line, Text


class RecordCheck(Contract):
    """The result of one item of the checklist; `passed` when the fault is not there.

    The network's needs the measured loss and latency; the change log's says what was rolled back, if anything was.
    """

    type: Literal["RecordCheck"] = "RecordCheck"
    item: CheckItem
    passed: bool
    finding: Text
    packet_loss_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    latency_ms: Annotated[float, Field(ge=0, le=3_600_000)] | None = None
    rolled_back: Line | None = None
