"""What the log of technical failures tells over a period: repeated failures and bottlenecks (TEC-5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.appeal import Category
from domain.facts import LoggedFailure, ReportedFailure
from store.tables import appeal


@dataclass(frozen=True)
class FailureRow:
    """A logged failure, and after how many minutes somebody reacted; None while nobody has."""

    failure: LoggedFailure
    minutes: float | None


@dataclass(frozen=True)
class FailureGroup:
    """The failures that share a value: how many, how many still wait, and the others' median reaction in minutes."""

    value: str
    count: int
    unanswered: int
    median_minutes: float | None


@dataclass(frozen=True)
class FailureAnalysis:
    """The failures of a period, the most frequent first, in three ways."""

    by_signature: list[FailureGroup]
    by_kind: list[FailureGroup]
    by_service: list[FailureGroup]


async def analyse_failures(database: AsyncEngine, since: datetime, until: datetime) -> FailureAnalysis:
    """The failures of the appeals registered since one instant and before another; incidents are none of them."""
    query = select(appeal.c.registered_at, appeal.c.failure).where(
        appeal.c.category == Category.TECHNICAL_FAILURE.value,
        appeal.c.registered_at >= since,
        appeal.c.registered_at < until,
    )
    rows = []
    async with database.execution_options(reads=True).connect() as connection:
        for found in await connection.execute(query):
            failure = ReportedFailure.model_validate(found.failure or {})
            if failure.log:
                reacted_at = failure.reacted_at
                minutes = (reacted_at - found.registered_at) / timedelta(minutes=1) if reacted_at else None
                rows.append(FailureRow(failure.log, minutes))
    return FailureAnalysis(
        by_signature=_grouped(rows, [row.failure.signature for row in rows]),
        by_kind=_grouped(rows, [row.failure.kind.value for row in rows]),
        by_service=_grouped(rows, [row.failure.service or "" for row in rows]),
    )


def _grouped(rows: Sequence[FailureRow], values: Sequence[str]) -> list[FailureGroup]:
    reactions: dict[str, list[float]] = {}
    for row, value in zip(rows, values, strict=True):
        reactions.setdefault(value, []).extend([] if row.minutes is None else [row.minutes])
    return [
        FailureGroup(
            value=value,
            count=count,
            unanswered=count - len(reactions[value]),
            median_minutes=median(reactions[value]) if reactions[value] else None,
        )
        for value, count in Counter(values).most_common()
    ]
