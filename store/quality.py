"""Checks of replies: what is due, one check of each, and what they add up to (RPL-2, ANA-3, ADR 29)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.actors import Actor
from domain.appeal import Unit
from domain.calendar import moscow_day
from domain.contracts.events import AttemptAbandoned
from domain.quality import REPLIES, Check, QualityFigure, Reply, is_due
from domain.rights import STAFF
from domain.sealing import Keyring
from store.database import writing
from store.tables import appeal, journal, reply_check

DUE_FOR = timedelta(days=90)
"""What is older is not checked any more: nobody learns from it."""


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
        """The replies that await a check by somebody who did not write them, the oldest first."""
        return [reply for reply, author in await self._due(at) if author != _name(controller)]

    async def check(self, number: str, position: int, found: Check, by: Actor, at: datetime) -> bool:
        """Keep the check; true when the same was sent before. False where another one came first.

        Raises `OwnReply`, `NoReplyDue`, and `Erased` for a case that nobody can read any more.
        """
        key = await self.keyring.key(number, may_make=False)
        async with writing(self.engine) as connection:
            place = and_(journal.c.number == number, journal.c.position == position)
            query = select(journal.c.at, journal.c.type, journal.c.actor, appeal.c.unit, appeal.c.erased_at)
            row = (
                await connection.execute(query.join(appeal, appeal.c.number == journal.c.number).where(place))
            ).first()
            if row is None or row.type not in REPLIES or not is_due(number, position) or row.erased_at:
                raise NoReplyDue
            if (number, position) in await _voided(connection, [number]):
                raise NoReplyDue
            author = Actor.model_validate(row.actor)
            if author.role not in STAFF:
                raise NoReplyDue
            if _name(author) == _name(by):
                raise OwnReply
            checked = and_(reply_check.c.number == number, reply_check.c.position == position)
            standing = (await connection.execute(select(reply_check).where(checked))).mappings().first()
            marks = found.model_dump(exclude={"note"})
            if standing:
                sealed = standing["note"]
                note = key.open(_label(position), sealed).decode() if sealed else None
                same = marks | {"checked_by": _name(by)}
                return note == found.note and all(standing[name] == value for name, value in same.items())
            sealed = key.seal(_label(position), found.note.encode()) if found.note else None
            when = {"month": moscow_day(row.at).strftime("%Y-%m"), "checked_at": at, "checked_by": _name(by)}
            place_of = {"number": number, "position": position, "unit": row.unit, "note": sealed}
            try:
                await connection.execute(insert(reply_check).values(place_of | when | marks))
            except IntegrityError:
                return False
        return True

    async def _due(self, at: datetime) -> list[tuple[Reply, str]]:
        query = (
            select(journal.c.number, journal.c.position, journal.c.at, journal.c.actor, appeal.c.unit)
            .join(appeal, appeal.c.number == journal.c.number)
            .outerjoin(
                reply_check,
                and_(reply_check.c.number == journal.c.number, reply_check.c.position == journal.c.position),
            )
            .where(journal.c.type.in_(REPLIES), journal.c.at >= at - DUE_FOR, appeal.c.erased_at.is_(None))
            .where(reply_check.c.number.is_(None))
            .order_by(journal.c.at, journal.c.number, journal.c.position)
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            rows = [row for row in await connection.execute(query) if is_due(row.number, row.position)]
            voided = await _voided(connection, {row.number for row in rows})
        found = []
        for row in rows:
            author = Actor.model_validate(row.actor)
            if author.role in STAFF and (row.number, row.position) not in voided:
                unit = Unit(row.unit) if row.unit else None
                found.append((Reply(row.number, row.position, row.at, unit), _name(author)))
        return found


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


async def _voided(connection: AsyncConnection, numbers: Collection[str]) -> set[tuple[str, int]]:
    """The replies of these cases that a later note voids: the step that told them was not kept (ADR 2)."""
    notes = (
        select(journal.c.number, journal.c.position, journal.c.event)
        .where(journal.c.number.in_(numbers), journal.c.type == AttemptAbandoned.__name__)
        .subquery()
    )
    told = select(journal.c.number, journal.c.position, journal.c.sequence, notes.c.event).join(
        notes, and_(notes.c.number == journal.c.number, notes.c.position > journal.c.position)
    )
    rows = await connection.execute(told.where(journal.c.type.in_(REPLIES)))
    return {(row.number, row.position) for row in rows if row.event["first_sequence"] <= row.sequence}


def _name(actor: Actor) -> str:
    return f"{actor.role}:{actor.subject}"


def _label(position: int) -> str:
    return f"check of {position}"
