"""What the retention asks for: cases whose period is over, erased batch by batch (ADR 18)."""

from domain.contracts.contract import AwareDatetime, Contract


class RetentionOrder(Contract):
    """The order to erase the next batch: of the cases after this number, by the time it is `now`."""

    now: AwareDatetime
    after: str = ""


class RetentionBatch(Contract):
    """How many cases of a batch were erased, and its last number; without one, nothing is left."""

    erased: int
    last: str | None = None
