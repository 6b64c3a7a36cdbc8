"""The figures of a period over HTTP, with what they suggest to do (ANA-2, ANA-3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.appeals import problems
from api.dependencies import Composed, Parts
from api.rights import allowed
from domain.actors import Actor
from domain.advice import Advice, advice
from domain.calendar import end_of_day, moscow_day
from domain.figures import Figures
from domain.rights import Operation

DAYS_AT_MOST = 1100
DAYS_BY_DEFAULT = 30

# What a register of this line can be asked about.
Day = Annotated[date, Field(ge=date(2015, 1, 1), le=date(2099, 12, 31))]

router = APIRouter(prefix="/v1/figures", tags=["figures"])


class PeriodIn(BaseModel):
    """The first and the last Moscow day of a period of at most three years."""

    model_config = ConfigDict(extra="forbid")

    since: Day
    until: Day

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        if self.until < self.since:
            raise ValueError("Последний день раньше первого: поменяйте их местами.")
        if self.until - self.since >= timedelta(days=DAYS_AT_MOST):
            raise ValueError(f"Период слишком длинный: не больше {DAYS_AT_MOST} дней.")
        return self

    @classmethod
    def latest(cls) -> "PeriodIn":
        """The period up to today that is shown unless another one is asked for."""
        today = moscow_day(datetime.now(UTC))
        return cls(since=today - timedelta(days=DAYS_BY_DEFAULT - 1), until=today)


class FiguresOut(Figures):
    """The appeals that were registered in the period, as they stand now. Nothing here tells of a person."""

    advice: list[Advice]


@router.get("", responses=problems(403, 422))
async def read_figures(
    _: Annotated[Actor, Depends(allowed(Operation.READ_FIGURES))],
    composed: Composed,
    period: Annotated[PeriodIn, Query()],
) -> FiguresOut:
    """Terms, load, repeats, satisfaction, incidents and difficulties of a period, and what they suggest to do."""
    figures = await figures_of(composed, period)
    return FiguresOut(**vars(figures), advice=advice(figures))


async def figures_of(composed: Parts, period: PeriodIn) -> Figures:
    """The figures of these days; for routes and pages alike."""
    since = end_of_day(period.since - timedelta(days=1))
    return await composed.supervision.figures(since, end_of_day(period.until), datetime.now(UTC))
