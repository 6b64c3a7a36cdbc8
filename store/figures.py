"""The figures of repeated contact (REP-6, ANA-3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.appeal import Relation
from store.tables import appeal

_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Figures:
    """Of how many appeals how many were closed within 24 hours, and how their citizens rated them, from 1 to 5.

    An appeal counts when it is closed or its 24 hours are over; a share and a mean of nothing are none.
    """

    counted: int
    closed_in_time: int
    rated: int
    mean_score: float | None

    @property
    def share(self) -> float | None:
        return self.closed_in_time / self.counted if self.counted else None


async def contact_figures(engine: AsyncEngine, now: datetime, relation: Relation | None = None) -> Figures:
    """The figures over all appeals, or over those of one relation such as repeats (REP-6)."""
    closed_in_time = and_(
        appeal.c.closed_at.is_not(None),
        extract("epoch", appeal.c.closed_at) - extract("epoch", appeal.c.registered_at) <= _DAY.total_seconds(),
    )
    of_relation: list[ColumnElement[bool]] = [appeal.c.relation == relation.value] if relation else []
    rated = (func.count(appeal.c.score), func.avg(appeal.c.score))
    query = select(func.count(), func.sum(case((closed_in_time, 1), else_=0)), *rated)
    query = query.select_from(appeal).where(
        or_(appeal.c.closed_at.is_not(None), appeal.c.registered_at <= now - _DAY), *of_relation
    )
    async with engine.execution_options(reads=True).connect() as connection:
        counted, in_time, scores, mean = (await connection.execute(query)).one()
    return Figures(counted, int(in_time or 0), scores, None if mean is None else float(mean))
