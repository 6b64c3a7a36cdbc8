"""Checks of replies: what is due, one check of each, and what they add up to (RPL-2, ANA-3, ADR 29)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, func, insert, not_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from domain.appeal import Unit
from domain.calendar import moscow_day
from domain.contracts.events import AttemptAbandoned
from domain.quality import DUE_BELOW, REPLIES, QualityFigure, Reply, ReplyCheck
from domain.rights import STAFF
from domain.sealing import DataKey, Keyring
from store.database import writing
from store.tables import appeal, journal, reply_check

DUE_FOR = timedelta(days=90)
"""What is older is not checked any more: nobody learns from it."""
LISTED_AT_MOST = 50


class OwnReply(Exception):
    """The controller has written this reply."""


class NoReplyDue(Exception):
    """There is no reply at this place that is to be checked."""


@dataclass(frozen=True)
class Quality:
    """The checks of all cases; the note of each is sealed by the key of its case."""

    engine: AsyncEngine
    keyring: Keyring

    async def waiting(self, controller: Actor, at: datetime) -> list[Reply]:
        """The oldest replies that await a check by somebody who did not write them, `LISTED_AT_MOST` of them."""
        return await self._read(self.query(controller, at).limit(LISTED_AT_MOST))

    async def awaits(self, number: str, position: int, controller: Actor, at: datetime) -> bool:
        """Whether this reply awaits a check by this controller."""
        return bool(await self._read(self.query(controller, at).where(_is_at(number, position))))

    async def check(self, number: str, position: int, found: ReplyCheck, by: Actor, at: datetime) -> bool:
        """Keep the check; true when the same was sent before. False where another one came first.

        Raises `OwnReply`, `NoReplyDue`, and `Erased` for a case that nobody can read any more.
        """
        key = await self.keyring.key(number, may_make=False)
        async with writing(self.engine) as connection:
            reply = (await connection.execute(_due().where(_is_at(number, position)))).first()
            if reply is None:
                raise NoReplyDue
            if _name(Actor.model_validate(reply.actor)) == _name(by):
                raise OwnReply
            query = select(reply_check).where(reply_check.c.number == number, reply_check.c.position == position)
            if standing := (await connection.execute(query)).first():
                return _is_same(standing, found, by, key)
            try:
                await connection.execute(insert(reply_check).values(_row(reply, found, by, at, key)))
            except IntegrityError:
                return False
        return True

    def query(self, controller: Actor, at: datetime) -> Select[Any]:
        """The replies that await a check by this controller, the oldest first."""
        checked = and_(reply_check.c.number == journal.c.number, reply_check.c.position == journal.c.position)
        own = and_(_by("role") == controller.role.value, _by("subject") == controller.subject)
        return (
            _due()
            .where(journal.c.at >= at - DUE_FOR, not_(own), not_(exists().where(checked)))
            .order_by(journal.c.at, journal.c.number, journal.c.position)
        )

    async def _read(self, query: Select[Any]) -> list[Reply]:
        async with self.engine.execution_options(reads=True).connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Reply(row.number, row.position, row.at, Unit(row.unit) if row.unit else None) for row in rows]


async def quality_figures(engine: AsyncEngine, since: datetime, until: datetime) -> list[QualityFigure]:
    """What was checked from one instant and before another, by month of the reply and by unit."""

    def good(column: str) -> object:
        return func.sum(case((reply_check.c[column], 1), else_=0))

    marks = (good("is_polite"), good("is_brief"), good("fits_question"))
    by = (reply_check.c.month, reply_check.c.unit)
    query = select(*by, func.count(), *marks).group_by(*by).order_by(*by)  # type: ignore[call-overload]
    query = query.where(reply_check.c.checked_at >= since, reply_check.c.checked_at < until)
    async with engine.execution_options(reads=True).connect() as connection:
        rows = (await connection.execute(query)).all()
    names = ("month", "unit", "checked", "polite", "brief", "fitting")
    return [QualityFigure.model_validate(dict(zip(names, row, strict=True))) for row in rows]


def _due() -> Select[Any]:
    """The replies of persons that are to be checked, of cases that are not erased.

    A later note voids a reply: the step that told it was not kept (ADR 2). What makes a reply due is written out in
    the statement, or no index of these entries alone would serve it.
    """
    note = journal.alias()
    voided = exists().where(
        note.c.number == journal.c.number,
        note.c.position > journal.c.position,
        note.c.type == AttemptAbandoned.__name__,
        note.c.event["first_sequence"].as_integer() <= journal.c.sequence,
    )
    return (
        select(journal.c.number, journal.c.position, journal.c.at, journal.c.actor, appeal.c.unit)
        .join(appeal, appeal.c.number == journal.c.number)
        .where(
            journal.c.type.in_(bindparam(None, REPLIES, expanding=True, literal_execute=True)),
            journal.c.hash < bindparam(None, DUE_BELOW, literal_execute=True),
            _by("role").in_([role.value for role in STAFF]),
            appeal.c.erased_at.is_(None),
            not_(voided),
        )
    )


def _by(name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = journal.c.actor[name].as_string()
    return column


def _is_at(number: str, position: int) -> ColumnElement[bool]:
    return and_(journal.c.number == number, journal.c.position == position)


def _is_same(standing: Row[Any], found: ReplyCheck, by: Actor, key: DataKey) -> bool:
    note = key.open(_label(standing.position), standing.note).decode() if standing.note else None
    marks = (standing.is_polite, standing.is_brief, standing.fits_question)
    said = (found.is_polite, found.is_brief, found.fits_question)
    return (*marks, note, standing.checked_by) == (*said, found.note, _name(by))


def _row(reply: Row[Any], found: ReplyCheck, by: Actor, at: datetime, key: DataKey) -> dict[str, Any]:
    note = key.seal(_label(reply.position), found.note.encode()) if found.note else None
    place = {"number": reply.number, "position": reply.position, "unit": reply.unit, "note": note}
    when = {"month": moscow_day(reply.at).strftime("%Y-%m"), "checked_at": at, "checked_by": _name(by)}
    return place | when | found.model_dump(exclude={"note"})


def _name(actor: Actor) -> str:
    return f"{actor.role}:{actor.subject}"


def _label(position: int) -> str:
    return f"check of {position}"
