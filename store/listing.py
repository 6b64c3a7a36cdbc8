"""Lists of appeals and tasks out of their clear columns: nothing is opened for a list (ADR 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Join, Select, Table, select, tuple_
from sqlalchemy.ext.compiler import compiles

from domain.actors import Role
from domain.appeal import Category, Channel, Status, Unit
from domain.listing import PAGE_AT_MOST, AppealPage, Filter, ListedAppeal, ListedTask, Place, Searched, Sort, TaskPage
from domain.rights import Sight
from store.batches import BatchFilter, fitting
from store.register import Register
from store.tables import appeal, desk, identifier, task

Condition = ColumnElement[bool]

_LISTED = tuple(appeal.c[name] for name in ListedAppeal.__dataclass_fields__)
_OF_CASE = tuple(appeal.c[name] for name in ("status", "channel", "category", "service"))
_OWED = tuple(task.c[name] for name in ListedTask.__dataclass_fields__ if name in task.c)
_DESKS = desk.join(appeal, appeal.c.number == desk.c.number)


class _Unindexed(ColumnElement[Any]):
    """A column that SQLite, which does not count what would be sorted, is not to look for an index for."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Unindexed)
def _as_it_is(element: _Unindexed, compiler: Any, **how: Any) -> str:
    return str(compiler.process(element.column, **how))


@compiles(_Unindexed, "sqlite")
def _without_index(element: _Unindexed, compiler: Any, **how: Any) -> str:
    return f"+{compiler.process(element.column, **how)}"


@dataclass(frozen=True)
class Listing:
    """The lists of a register; each shows what its reader may see, at most `PAGE_AT_MOST` rows at once."""

    register: Register

    async def appeals(
        self, sight: Sight, wanted: Filter, sort: Sort = Sort.NEWEST, after: Place | None = None, limit: int = 50
    ) -> AppealPage:
        """One page of the appeals that are wanted. The urgent order has only those with a running term."""
        limit = min(limit, PAGE_AT_MOST)
        found: dict[str, Any] = {}
        for query in self.queries(sight, wanted, sort, after):
            found |= {row["number"]: row for row in await self._read(query.limit(limit + 1))}
        places = {number: _place_of(row, sort) for number, row in found.items()}
        in_order = sorted(places.values(), key=lambda place: (place.at, place.key), reverse=sort is Sort.NEWEST)
        return AppealPage(
            [_appeal(found[place.key]) for place in in_order[:limit]],
            in_order[limit - 1] if len(in_order) > limit else None,
        )

    async def open_appeals(self, wanted: BatchFilter, after: Place | None = None, limit: int = 50) -> AppealPage:
        """One page of the open appeals that a batch would mean, the oldest first."""
        order = (appeal.c.registered_at, appeal.c.number)
        query = select(*_LISTED).where(*fitting(wanted)).order_by(*order)
        if after:
            query = query.where(tuple_(*order) > tuple_(after.at, after.key))
        found = await self._read(query.limit(limit + 1))
        last = found[limit - 1] if len(found) > limit else None
        return AppealPage([_appeal(row) for row in found[:limit]], _place_of(last, Sort.NEWEST) if last else None)

    async def tasks(
        self,
        roles: Sequence[Role] | None,
        unit: Unit | None = None,
        after: Place | None = None,
        limit: int = 50,
        assignee: str | None = None,
    ) -> TaskPage:
        """One page of what these roles owe, or everybody, the most urgent first."""
        limit = min(limit, PAGE_AT_MOST)
        found = await self._read(self.task_query(roles, unit, after, assignee).limit(limit + 1))
        listed = [_task(row) for row in found[:limit]]
        last = found[limit - 1] if len(found) > limit else None
        return TaskPage(listed, Place(last["urgent_at"], _task_key(last)) if last else None)

    def queries(self, sight: Sight, wanted: Filter, sort: Sort, after: Place | None) -> list[Select[Any]]:
        """The appeals of a list without a limit: one query for each way in which the reader sees appeals.

        Each is read off an index in its order. In one query, with an "or", the database would read and sort all.
        """
        conditions = [appeal.c.erased_at.is_(None), *self._asked(wanted, sort)]
        if sort is Sort.URGENT:
            conditions.append(appeal.c.due_at.is_not(None))
        found = []
        # What one person has taken is few: that is walked, and not all that stands on a desk.
        walks_desks = sort is Sort.NEWEST and not wanted.assignee
        for source, seen in self._ways(sight, sort, walks_desks):
            leading = desk if source is _DESKS and walks_desks else appeal
            query = select(*_LISTED).select_from(source).where(*seen, *conditions)
            found.append(_ordered(query, leading, sort, after))
        return found

    def task_query(
        self, roles: Sequence[Role] | None, unit: Unit | None, after: Place | None, assignee: str | None = None
    ) -> Select[Any]:
        """The tasks of a list, without a limit."""
        order = (task.c.urgent_at, task.c.number, task.c.expectation_id, task.c.role)
        conditions: list[Condition] = []
        # The narrowest is read off its index: whose hands, which role, which unit.
        if assignee:
            conditions.append(task.c.assignee == assignee)
        if roles is not None:
            # A list of one role would not be seen to be in order.
            role = _Unindexed(task.c.role) if assignee else task.c.role
            conditions.append(_equal_or_in(role, [each.value for each in roles]))
        if unit:
            is_narrow = assignee or roles is not None
            conditions.append((_Unindexed(task.c.unit) if is_narrow else task.c.unit) == unit.value)
        if after:
            conditions.append(tuple_(*order) > tuple_(after.at, *after.key.split("|", 2)))
        joined = task.join(appeal, appeal.c.number == task.c.number)
        return select(*_OWED, task.c.urgent_at, *_OF_CASE).select_from(joined).where(*conditions).order_by(*order)

    def _ways(self, sight: Sight, sort: Sort, walks_desks: bool) -> list[tuple[Join | Table, list[Condition]]]:
        if sight.everything:
            return [(appeal, [])]
        ways: list[tuple[Join | Table, list[Condition]]] = []
        if owner := self.register.digest_of_owner(sight.citizen):
            ways.append((appeal, [appeal.c.owner == owner]))
        if sight.opened_by:
            ways.append((appeal, [_in_order(appeal.c.portal, sort) == sight.opened_by]))
        if sight.role:
            role = desk.c.role if walks_desks else _Unindexed(desk.c.role)
            ways.append((_DESKS, [role == sight.role.value]))
        return ways

    def _asked(self, wanted: Filter, sort: Sort) -> list[Condition]:
        citizen = self.register.digest_of_owner(wanted.citizen)
        equal = {
            appeal.c.status: wanted.status and wanted.status.value,
            appeal.c.category: wanted.category and wanted.category.value,
            appeal.c.channel: wanted.channel and wanted.channel.value,
            appeal.c.unit: wanted.unit and wanted.unit.value,
            appeal.c.assignee: wanted.assignee,
            appeal.c.is_breached: wanted.is_breached,
        }
        asked: list[Condition] = [
            _in_order(column, sort) == value for column, value in equal.items() if value is not None
        ]
        if citizen:
            asked.append(appeal.c.owner == citizen)
        if wanted.due_before:
            # In the newest order the cases with a term are walked by an index of their own: they are few.
            due = appeal.c.due_at if sort is Sort.URGENT else _Unindexed(appeal.c.due_at)
            asked += [appeal.c.due_at.is_not(None), due < wanted.due_before]
        if wanted.text:
            asked.append(self._found(wanted))
        return asked

    def _found(self, wanted: Filter) -> Condition:
        text = wanted.text or Searched()
        digests = [self.register.digest_of(kind, value) for kind, value in text.identifiers]
        persons = select(identifier.c.number).where(identifier.c.digest.in_(digests))
        return appeal.c.number == text.number if text.number else appeal.c.number.in_(persons)

    async def _read(self, query: Select[Any]) -> Sequence[Any]:
        async with self.register.engine.execution_options(reads=True).connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).mappings().all()
        return rows


def _ordered(query: Select[Any], leading: Table, sort: Sort, after: Place | None) -> Select[Any]:
    if sort is Sort.URGENT:
        order = (appeal.c.due_at, appeal.c.number)
        return (query.where(tuple_(*order) > tuple_(after.at, after.key)) if after else query).order_by(*order)
    order = (leading.c.registered_at, leading.c.number)
    if after:
        query = query.where(tuple_(*order) < tuple_(after.at, after.key))
    return query.order_by(*(column.desc() for column in order))


def _in_order(column: Any, sort: Sort) -> Any:
    """In the urgent order its index is to be walked: the open terms are few, and sorting all of a status is not."""
    return _Unindexed(column) if sort is Sort.URGENT else column


def _equal_or_in(column: Any, values: Sequence[str]) -> Condition:
    condition: Condition = column == values[0] if len(values) == 1 else column.in_(values)
    return condition


def _place_of(row: Any, sort: Sort) -> Place:
    return Place(row["due_at"] if sort is Sort.URGENT else row["registered_at"], row["number"])


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
