"""Facts of a page that is shown wrong (KBA-4)."""

from typing import Literal

from domain.checklist import CheckItem
from domain.contracts.contract import Contract, Personal


class ChecklistBegun(Contract):
    """The checklist is worked off from its first item, for the n-th time in this case."""

    type: Literal["ChecklistBegun"] = "ChecklistBegun"
    round: int


class CheckRecorded(Contract):
    """The result of one item; what was found in the citizen's surroundings is `personal`."""

    type: Literal["CheckRecorded"] = "CheckRecorded"
    item: CheckItem
    passed: bool
    packet_loss_percent: float | None = None
    latency_ms: float | None = None
    rolled_back: Personal[str | None] = None
    personal: Personal[str]
