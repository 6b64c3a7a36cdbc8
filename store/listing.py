"""Lists of appeals and tasks out of their clear columns: nothing is opened for a list (ADR 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true, tuple_

from domain.actors import Role
from domain.appeal import Category, Channel, Status, Unit
from domain.listing import PAGE_AT_MOST, AppealPage, Filter, ListedAppeal, ListedTask, Place, Sort, TaskPage
from domain.rights import Sight
from store.register import Register
from store.tables import appeal, desk, identifier, task

Condition = ColumnElement[bool]

_LISTED = tuple(appeal.c[name] for name in ListedAppeal.__dataclass_fields__)
_OF_CASE = tuple(appeal.c[name] for name in ("status", "channel", "category", "service", "unit"))
_OWED = tuple(task.c[name] for name in ListedTask.__dataclass_fields__ if name in task.c)


@dataclass(frozen=True)
class Listing:
    """The lists of a register; each shows what its reader may see, at most `PAGE_AT_MOST` rows at once."""

    register: Register

    async def appeals(
        self, sight: Sight, wanted: Filter, sort: Sort = Sort.NEWEST, after: Place | None = None, limit: int = 50
    ) -> AppealPage:
        """One page of the appeals that are wanted. The urgent order has only those with a running term."""
        limit = min(limit, PAGE_AT_MOST)
        found = await self._read(self.query(sight, wanted, sort, after).limit(limit + 1))
        listed = [_appeal(row) for row in found[:limit]]
        last = listed[-1] if len(found) > limit else None
        if last is None:
            return AppealPage(listed, None)
        return AppealPage(
            listed,
            Place(last.due_at or last.registered_at if sort is Sort.URGENT else last.registered_at, last.number),
        )

    async def tasks(
        self, roles: Sequence[Role] | None, unit: Unit | None = None, after: Place | None = None, limit: int = 50
    ) -> TaskPage:
        """One page of what these roles owe, or everybody, the most urgent first."""
        limit = min(limit, PAGE_AT_MOST)
        found = await self._read(self.task_query(roles, unit, after).limit(limit + 1))
        listed = [_task(row) for row in found[:limit]]
        last = found[limit - 1] if len(found) > limit else None
        return TaskPage(listed, Place(last["urgent_at"], _task_key(last)) if last else None)

    def query(self, sight: Sight, wanted: Filter, sort: Sort, after: Place | None) -> Select[Any]:
        """The appeals of a list, without a limit."""
        conditions = [self._seen(sight), appeal.c.erased_at.is_(None), *self._asked(wanted, sort)]
        if sort is Sort.URGENT:
            order = (appeal.c.due_at, appeal.c.number)
            conditions.append(appeal.c.due_at.is_not(None))
            if after:
                conditions.append(tuple_(*order) > tuple_(after.at, after.key))
            return select(*_LISTED).where(*conditions).order_by(*order)
        order = (appeal.c.registered_at, appeal.c.number)
        if after:
            conditions.append(tuple_(*order) < tuple_(after.at, after.key))
        return select(*_LISTED).where(*conditions).order_by(*(column.desc() for column in order))

    def task_query(self, roles: Sequence[Role] | None, unit: Unit | None, after: Place | None) -> Select[Any]:
        """The tasks of a list, without a limit."""
        order = (task.c.urgent_at, task.c.number, task.c.expectation_id, task.c.role)
        conditions: list[Condition] = []
        if roles is not None:
            conditions.append(task.c.role.in_([role.value for role in roles]))
        if unit:
            conditions.append(appeal.c.unit == unit.value)
        if after:
            conditions.append(tuple_(*order) > tuple_(after.at, *after.key.split("|", 2)))
        joined = task.join(appeal, appeal.c.number == task.c.number)
        return select(*_OWED, task.c.urgent_at, *_OF_CASE).select_from(joined).where(*conditions).order_by(*order)

    def _seen(self, sight: Sight) -> Condition:
        if sight.everything:
            return true()
        owner = self.register.digest_of_owner(sight.citizen)
        ways: list[Condition] = []
        if owner:
            ways.append(appeal.c.owner == owner)
        if sight.opened_by:
            ways.append(appeal.c.portal == sight.opened_by)
        if sight.role:
            ways.append(exists().where(desk.c.role == sight.role.value, desk.c.number == appeal.c.number))
        return or_(*ways) if ways else false()

    def _asked(self, wanted: Filter, sort: Sort) -> list[Condition]:
        citizen = self.register.digest_of_owner(wanted.citizen)
        equal = {
            appeal.c.status: wanted.status and wanted.status.value,
            appeal.c.category: wanted.category and wanted.category.value,
            appeal.c.channel: wanted.channel and wanted.channel.value,
            appeal.c.unit: wanted.unit and wanted.unit.value,
            appeal.c.owner: citizen,
            appeal.c.is_breached: wanted.is_breached,
        }
        asked: list[Condition] = [
            _in_order(column, sort) == value for column, value in equal.items() if value is not None
        ]
        if wanted.due_before:
            asked.append(appeal.c.due_at < wanted.due_before)
        if wanted.text:
            asked.append(self._found(wanted))
        return asked

    def _found(self, wanted: Filter) -> Condition:
        text = wanted.text
        if text is None:
            return true()
        digests = [self.register.digest_of(kind, value) for kind, value in text.identifiers]
        persons = select(identifier.c.number).where(identifier.c.digest.in_(digests))
        return appeal.c.number == text.number if text.number else appeal.c.number.in_(persons)

    async def _read(self, query: Select[Any]) -> Sequence[Any]:
        async with self.register.engine.execution_options(reads=True).connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).mappings().all()
        return rows


def _in_order(column: Any, sort: Sort) -> Any:
    """In the urgent order its index is to be walked: the open terms are few, and sorting all of a status is not."""
    return func.coalesce(column, None) if sort is Sort.URGENT else column


def _appeal(row: Any) -> ListedAppeal:
    return ListedAppeal(**{**row, **_of_case(row)})


def _task(row: Any) -> ListedTask:
    return ListedTask(**{**{name: row[name] for name in row if name != "urgent_at"}, **_of_case(row)})


def _of_case(row: Any) -> dict[str, Any]:
    return {
        "status": Status(row["status"]),
        "channel": Channel(row["channel"]),
        "category": Category(row["category"]) if row["category"] else None,
        "unit": Unit(row["unit"]) if row["unit"] else None,
    }


def _task_key(row: Any) -> str:
    return "|".join((row["number"], row["expectation_id"], row["role"]))
