"""The figures of a period out of the register's clear columns: no case is opened for them (ANA-2, ANA-3)."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import SYSTEM
from domain.appeal import Category, Channel, Relation, Unit
from domain.figures import (
    AT_RISK_AFTER,
    Cell,
    Correction,
    Difficulty,
    FailureFigure,
    Figures,
    FirstDay,
    IncidentFigure,
    Term,
    UnitLoad,
    grouped,
    tally,
)
from domain.units import role_of
from store.failures import analyse_failures
from store.quality import quality_figures
from store.tables import appeal, journal, task

LISTED_AT_MOST = 10
KEPT_FOR = timedelta(seconds=15)
PERIODS_KEPT = 32
_DAY_SECONDS = timedelta(hours=24).total_seconds()
_HOUR_SECONDS = timedelta(hours=1).total_seconds()
# Said in so many words, since an index of these entries alone is not found by a parameter.
_CLASSIFIED = journal.c.type == literal_column("'AppealClassified'")
_INCIDENT = and_(appeal.c.portal == SYSTEM.subject, appeal.c.channel == Channel.INTERNAL.value)
_OF_INCIDENTS = ("IncidentOpened", "AppealJoined", "FailureFixed")


@dataclass(frozen=True)
class Supervision:
    """The figures of all appeals; incidents are none, erased ones still count."""

    engine: AsyncEngine

    async def figures(self, since: datetime, until: datetime, now: datetime) -> Figures:
        """The appeals registered from one instant and before another, as they stand now."""
        cells = await self._cells(since, until, now)
        failures = (await analyse_failures(self.engine, since, until)).by_signature
        return Figures(
            since=since,
            until=until,
            at=now,
            total=tally(cells),
            by_channel=grouped(cells, lambda cell: cell.channel),
            by_category=grouped(cells, lambda cell: cell.category),
            by_relation=grouped(cells, lambda cell: cell.relation),
            by_score=grouped((cell for cell in cells if cell.score is not None), lambda cell: cell.score),
            units=await self._units(cells, now),
            difficulties=await self._difficulties(since, until),
            incidents=await self._incidents(since, until),
            failures=[FailureFigure(**{**vars(each), "signature": each.value}) for each in failures[:LISTED_AT_MOST]],
            corrections=await self._corrections(since, until),
            replies=await quality_figures(self.engine, since, until),
        )

    async def _cells(self, since: datetime, until: datetime, now: datetime) -> list[Cell]:
        return [
            Cell(
                channel=Channel(row.channel),
                category=Category(row.category) if row.category else None,
                unit=Unit(row.unit) if row.unit else None,
                relation=Relation(row.relation) if row.relation else None,
                term=Term(row.term),
                is_open=bool(row.is_open),
                first_day=FirstDay(row.first_day),
                score=row.score,
                count=row.count,
                hours=float(row.seconds or 0) / _HOUR_SECONDS,
            )
            for row in await self._read(cell_query(since, until, now))
        ]

    async def _units(self, cells: Sequence[Cell], now: datetime) -> list[UnitLoad]:
        late = func.sum(case((task.c.urgent_at < now, 1), else_=0))
        rows = await self._read(select(task.c.role, func.count(), late).group_by(task.c.role))
        owed = {role: (count, int(late)) for role, count, late in rows}
        handed = {group.value: group for group in grouped(cells, lambda cell: cell.unit)}
        found = []
        for unit in Unit:
            group, (waiting, late_ones) = handed.get(unit.value), owed.get(role_of(unit).value, (0, 0))
            found.append(
                UnitLoad(
                    unit=unit,
                    handed_over=group.registered if group else 0,
                    open=group.open if group else 0,
                    breached=group.breached if group else 0,
                    waiting=waiting,
                    late=late_ones,
                )
            )
        return found

    async def _difficulties(self, since: datetime, until: datetime) -> list[Difficulty]:
        count = func.count().label("count")
        query = (
            select(appeal.c.category, appeal.c.service, count)
            .where(*_of_period(since, until))
            .group_by(appeal.c.category, appeal.c.service)
            .order_by(count.desc(), appeal.c.category, appeal.c.service)
            .limit(LISTED_AT_MOST)
        )
        return [
            Difficulty(category=category or None, service=service, count=count)
            for category, service, count in await self._read(query)
        ]

    async def _incidents(self, since: datetime, until: datetime) -> list[IncidentFigure]:
        in_period = and_(appeal.c.registered_at >= since, appeal.c.registered_at < until)
        incidents = select(appeal.c.number).where(_INCIDENT, or_(in_period, appeal.c.closed_at.is_(None)))
        query = (
            select(journal.c.number, journal.c.type, journal.c.at, journal.c.event)
            .where(journal.c.number.in_(incidents), journal.c.type.in_(_OF_INCIDENTS))
            .order_by(journal.c.number, journal.c.position)
        )
        found: dict[str, IncidentFigure] = {}
        for number, kind, at, event in await self._read(query):
            if kind == "IncidentOpened":
                found[number] = IncidentFigure(number=number, signature=event["signature"], opened_at=at)
            elif kind == "AppealJoined" and event["appeal_number"] not in found[number].appeals:
                found[number].appeals.append(event["appeal_number"])
            elif kind == "FailureFixed":
                found[number].fixed_at = at
        return sorted(found.values(), key=lambda incident: incident.opened_at, reverse=True)

    async def _corrections(self, since: datetime, until: datetime) -> list[Correction]:
        query = select(journal.c.event).where(_CLASSIFIED, journal.c.at >= since, journal.c.at < until)
        changes = Counter(
            (event.get("previous"), event["category"])
            for (event,) in await self._read(query)
            if event.get("previous") != event["category"]
        )
        return [Correction(was=was, now=now, count=count) for (was, now), count in changes.most_common()]

    async def _read(self, query: Select[Any]) -> Sequence[Any]:
        async with self.engine.execution_options(reads=True).connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).all()
        return rows


class RecentFigures:
    """The figures of some moments ago, so that the tables of one look at the board agree, and cost one count.

    Who asks while they are counted waits for them; what failed is asked for again by whoever comes next.
    """

    def __init__(self, supervision: Supervision, kept_for: timedelta = KEPT_FOR) -> None:
        self._supervision, self._kept_for = supervision, kept_for
        self._counts: dict[tuple[datetime, datetime], tuple[datetime, asyncio.Task[Figures]]] = {}

    async def of(self, since: datetime, until: datetime, now: datetime) -> Figures:
        """The appeals registered from one instant and before another, as they stand or stood a moment before."""
        begun, count = self._counts.get((since, until), (None, None))
        if begun is None or count is None or now - begun >= self._kept_for or _has_failed(count):
            count = asyncio.create_task(self._supervision.figures(since, until, now))
            self._keep((since, until), now, count)
        # Shielded: a reader who goes away does not take it from the others.
        return await asyncio.shield(count)

    def _keep(self, period: tuple[datetime, datetime], now: datetime, count: asyncio.Task[Figures]) -> None:
        self._counts.pop(period, None)
        if len(self._counts) >= PERIODS_KEPT:
            del self._counts[next(iter(self._counts))]
        self._counts[period] = now, count


def _has_failed(count: asyncio.Task[Figures]) -> bool:
    return count.done() and (count.cancelled() or count.exception() is not None)


def cell_query(since: datetime, until: datetime, now: datetime) -> Select[Any]:
    """The appeals of a period, counted by all that they are asked for."""
    registered, closed, due = (_epoch(appeal.c[name]) for name in ("registered_at", "closed_at", "due_at"))
    is_open = appeal.c.closed_at.is_(None)
    # The instant at which that share of the time is over; so written, each of the two is computed once.
    is_at_risk = due * AT_RISK_AFTER + registered * (1 - AT_RISK_AFTER) <= now.timestamp()
    term = case(
        (appeal.c.is_breached, Term.BREACHED.value),
        (~is_open, Term.KEPT.value),
        (and_(appeal.c.due_at.is_not(None), is_at_risk), Term.AT_RISK.value),
        else_=Term.RUNNING.value,
    )
    first_day = case(
        (and_(~is_open, closed - registered <= _DAY_SECONDS), FirstDay.CLOSED.value),
        (or_(~is_open, appeal.c.registered_at <= now - timedelta(hours=24)), FirstDay.MISSED.value),
        else_=FirstDay.RUNNING.value,
    )
    named = [appeal.c[name] for name in ("channel", "category", "unit", "relation", "score")]
    each = (
        select(
            *named,
            case((is_open, 1), else_=0).label("is_open"),
            term.label("term"),
            first_day.label("first_day"),
            case((~is_open, closed - registered)).label("seconds"),
        )
        .where(*_of_period(since, until))
        .subquery()
    )
    by = [column for column in each.c if column.name != "seconds"]
    return select(*by, func.count().label("count"), func.sum(each.c.seconds).label("seconds")).group_by(*by)


def _of_period(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    return [appeal.c.registered_at >= since, appeal.c.registered_at < until, ~_INCIDENT]


def _epoch(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return extract("epoch", column)
