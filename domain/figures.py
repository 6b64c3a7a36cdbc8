"""What the appeals of a period add up to: counts alone, of nobody in particular (ANA-2, ANA-3, REP-6)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.appeal import Category, Channel, Relation, Unit
from domain.contracts.contract import AwareDatetime, Contract
from domain.quality import QualityFigure

AT_RISK_AFTER = 0.75
"""A term is at risk when this share of the time from the registration to its end is over."""


class Term(StrEnum):
    """How an appeal stands with its terms.

    kept: closed, and none was missed. running: open, and there is time.
    """

    KEPT = "kept"
    RUNNING = "running"
    AT_RISK = "at_risk"
    BREACHED = "breached"


class FirstDay(StrEnum):
    """Whether an appeal was closed within 24 hours of its registration, or they are over, or still run (REP-6)."""

    CLOSED = "closed"
    MISSED = "missed"
    RUNNING = "running"


@dataclass(frozen=True)
class Cell:
    """So many appeals that agree in all of this; `hours` is what the closed ones of them took altogether."""

    channel: Channel
    category: Category | None
    unit: Unit | None
    relation: Relation | None
    term: Term
    is_open: bool
    first_day: FirstDay
    score: int | None
    count: int
    hours: float = 0.0


class Tally(Contract):
    """A group of appeals. A mean of nothing is absent.

    Of `first_day_over` appeals, those that are closed or older than 24 hours, so many were `closed_within_day`.
    """

    registered: int = 0
    open: int = 0
    kept: int = 0
    running: int = 0
    at_risk: int = 0
    breached: int = 0
    repeats: int = 0
    first_day_over: int = 0
    closed_within_day: int = 0
    rated: int = 0
    mean_score: float | None = None
    mean_hours_to_close: float | None = None

    @property
    def share_within_day(self) -> float | None:
        return self.closed_within_day / self.first_day_over if self.first_day_over else None


class Group(Tally):
    """The appeals that share a value; it is absent for those that have none."""

    value: str | None = None


class UnitLoad(Contract):
    """What a unit has to do: appeals of the period that were handed to it, and what its people owe now."""

    unit: Unit
    handed_over: int
    open: int
    breached: int
    waiting: int
    late: int


class Difficulty(Contract):
    """So many appeals of the period about one category of one service (ANA-2)."""

    category: Category | None = None
    service: str | None = None
    count: int


class IncidentFigure(Contract):
    """An incident that was opened in the period or is not mended yet, with the appeals that it has joined (TEC-3)."""

    number: str
    signature: str
    opened_at: AwareDatetime
    fixed_at: AwareDatetime | None = None
    appeals: list[str] = []


class FailureFigure(Contract):
    """A failure that was reported so often, how many reports wait, and the others' median reaction (TEC-5)."""

    signature: str
    count: int
    unanswered: int
    median_minutes: float | None = None


class Correction(Contract):
    """So many appeals were held for one category, and people said that they are another (CLS-3)."""

    was: Category | None = None
    now: Category
    count: int


class Figures(Contract):
    """The appeals that were registered from `since` and before `until`, as they stand `at` this moment."""

    since: AwareDatetime
    until: AwareDatetime
    at: AwareDatetime
    total: Tally
    by_channel: list[Group]
    by_category: list[Group]
    by_relation: list[Group]
    by_score: list[Group]
    units: list[UnitLoad]
    difficulties: list[Difficulty]
    incidents: list[IncidentFigure]
    failures: list[FailureFigure]
    corrections: list[Correction]
    replies: list[QualityFigure] = []
    """What quality control has found in the period, whenever the replies were given (RPL-2)."""


def tally(cells: Sequence[Cell]) -> Tally:
    """These cells in one."""
    return Tally.model_validate(_sums(cells))


def grouped(cells: Iterable[Cell], by: Callable[[Cell], object]) -> list[Group]:
    """The cells by a value of theirs, the most numerous first."""
    groups: dict[str | None, list[Cell]] = defaultdict(list)
    for cell in cells:
        value = by(cell)
        groups[None if value is None else str(value)].append(cell)
    found = [Group.model_validate({"value": value, **_sums(those)}) for value, those in groups.items()]
    return sorted(found, key=lambda group: (-group.registered, group.value or ""))


def _sums(cells: Sequence[Cell]) -> dict[str, object]:
    def count(those: Callable[[Cell], bool]) -> int:
        return sum(cell.count for cell in cells if those(cell))

    closed, rated = count(lambda cell: not cell.is_open), count(lambda cell: cell.score is not None)
    points = sum(cell.score * cell.count for cell in cells if cell.score is not None)
    return {
        "registered": count(lambda _: True),
        "open": count(lambda cell: cell.is_open),
        **{term.value: count(lambda cell, term=term: cell.term is term) for term in Term},  # type: ignore[misc]
        "repeats": count(lambda cell: cell.relation is Relation.REPEAT),
        "first_day_over": count(lambda cell: cell.first_day is not FirstDay.RUNNING),
        "closed_within_day": count(lambda cell: cell.first_day is FirstDay.CLOSED),
        "rated": rated,
        "mean_score": points / rated if rated else None,
        "mean_hours_to_close": sum(cell.hours for cell in cells) / closed if closed else None,
    }
