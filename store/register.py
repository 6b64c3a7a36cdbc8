"""Writing transitions into the register and reading cases, journals and tasks back."""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.actors import SYSTEM
from domain.appeal import Relation
from domain.case import CaseView, fold
from domain.contracts.appeal import Details
from domain.contracts.events import AttemptAbandoned
from domain.contracts.history import CitizenHistory, HistorySearch
from domain.contracts.journal import JournalEntry, Link, RecordedEntry, Transition, effective
from domain.digest import canonical
from domain.notifications import MessageState
from domain.rights import BY_CITIZEN, roles_that_see
from domain.sealing import DataKey, Erased, Keyring
from store.database import writing
from store.feed import announce
from store.gathering import Gathering
from store.log import enqueue
from store.sealed import case_row, journal_row, message_row, opened_view, recorded_entry
from store.tables import appeal, desk, identifier, journal, message, task

RELATED_AT_MOST = 10
_Columns = tuple[Any, ...]
AFTER_ALL_OTHERS = datetime(9999, 1, 1, tzinfo=UTC)
# Made once: to make it for each look costs as much as to run it.
_BY_NUMBER = select(appeal.c.number, appeal.c.view, appeal.c.erased_at).where(
    appeal.c.number.in_(bindparam("numbers", expanding=True))
)
_IDENTIFIERS = ("login", "passport", "snils", "inn", "phone", "email")


class JournalDiverged(Exception):
    """The register already holds another entry under this number and sequence, or misses one before it."""


@dataclass(frozen=True)
class Register:
    """The case register. `index_key` keys the digests by which a person's appeals are found.

    Each case is sealed by its own key out of the `keyring`. Reading one whose key was destroyed is `Erased`.
    """

    engine: AsyncEngine
    index_key: bytes
    keyring: Keyring

    @cached_property
    def _reading(self) -> AsyncEngine:
        """The engine for single reads, which need no transaction of their own."""
        return self.engine.execution_options(reads=True)

    @cached_property
    def _looking_up(self) -> Gathering[str, Row[*_Columns] | None]:
        """Finds the rows of cases; those that are asked for at once in one query (ADR 24)."""
        return Gathering(self._rows)

    async def record(self, transition: Transition, supersede: bool = False) -> None:
        """Write journal entries, the case's row, its tasks and messages in one transaction, and queue for the log.

        Written again it changes nothing. `JournalDiverged` when it contradicts what is there, unless it may
        `supersede` that: the engine has then kept this transition and abandoned the attempt that wrote the other.
        Nothing is taken off the journal: a note voids the other's entries, and these ones follow.
        """
        # Before the transaction: a slow keeper of keys must hold up nobody else who writes.
        key = await self.keyring.key(transition.number)
        async with writing(self.engine) as connection:
            row = await self._row(connection, transition.number, lock=True)
            view = stored = self._opened(row, key) if row else None
            if (diverged_at := await self._diverged_at(connection, view, transition, key)) is not None:
                if not supersede:
                    raise JournalDiverged(f"{transition.number}: another entry {diverged_at} is on record")
                view = await self._void(connection, transition, diverged_at, key)
            known = view.last_sequence if view else 0
            if new := [entry for entry in transition.entries if entry.sequence > known]:
                await self._append(connection, stored, view, new, key)
                await self._queue(connection, transition, key)

    async def list_anew(self, number: str) -> None:
        """Write what lists need of a case again, from its view; what is right already stays as it is."""
        key = await self.keyring.key(number, may_make=False)
        async with writing(self.engine) as connection:
            query = select(appeal).where(appeal.c.number == number).with_for_update()
            row = (await connection.execute(query)).first()
            if row is None or row.erased_at:
                return
            view = self._opened(row, key)
            listed = self._case_row(view, row.last_position, key) | {"view": row.view}
            await connection.execute(update(appeal).where(appeal.c.number == number).values(listed))
            await self._replace(connection, task, number, _task_rows(view))
            await self._replace(connection, desk, number, _desk_rows(view))

    async def ping(self) -> None:
        """Return when the database answers."""
        async with self._reading.connect() as connection:
            await connection.execute(select(1))

    async def view(self, number: str) -> CaseView | None:
        """The case as of its last recorded entry, or None for an unknown number."""
        row = await self._looking_up.ask(number)
        return self._opened(row, await self.keyring.key(number, may_make=False)) if row else None

    async def settled(self) -> None:
        """Return when no view is being looked up: before the database is let go."""
        await self._looking_up.settled()

    async def views(self, numbers: Sequence[str]) -> list[CaseView]:
        """These cases in this order, without those that were erased or are unknown."""
        found = []
        for number in numbers:
            with suppress(Erased):
                found.append(await self.view(number))
        return [view for view in found if view]

    async def portal_of(self, number: str) -> str | None:
        """The portal that started a case, which is known after an erasure too; None for an unknown number."""
        async with self._reading.connect() as connection:
            found: str | None = (
                await connection.execute(select(appeal.c.portal).where(appeal.c.number == number))
            ).scalar()
        return found

    async def journal(self, number: str, after: int = 0, limit: int = 1000) -> list[RecordedEntry]:
        """The entries after a position, oldest first, with those that were voided later."""
        async with self._reading.connect() as connection:
            if await self._row(connection, number) is None:
                return []
        key = await self.keyring.key(number, may_make=False)
        async with self._reading.connect() as connection:
            return await self._entries(connection, number, key, after, limit)

    async def history(self, search: HistorySearch) -> CitizenHistory:
        """Other appeals of this person, newest first, and the previous one among them (INT-4, REP-1).

        They share an identifier with the person, or its portal and citizen; those of a citizen who has signed in are
        all that they read as their own, whoever has opened them. A number that is not the person's is left out,
        since whoever names it may not be shown what was said there.
        """
        digests = [digest for _, digest in self._digests(search.details)]
        same_person = appeal.c.number.in_(select(identifier.c.number).where(identifier.c.digest.in_(digests)))
        citizen = self._digest_of_citizen(search.portal, search.citizen)
        same_citizen = and_(appeal.c.portal == search.portal, appeal.c.citizen == (citizen or ""))
        if search.portal == BY_CITIZEN:
            same_citizen = or_(same_citizen, appeal.c.owner == (self.digest_of_owner(search.citizen) or ""))
        query = (
            select(appeal.c.number, appeal.c.category, appeal.c.service, appeal.c.registered_at)
            .where(or_(same_person, same_citizen), appeal.c.number != search.number)
            .order_by((appeal.c.number == search.related_number).desc(), appeal.c.registered_at.desc())
            .limit(RELATED_AT_MOST)
        )
        async with self._reading.connect() as connection:
            found = (await connection.execute(query)).all()
        related = [row.number for row in found]
        if search.related_number in related:
            return CitizenHistory(related=related, previous=search.related_number, found_by="number")
        if search.relation is Relation.ESCALATION:
            return CitizenHistory(related=related)
        about = (search.category and search.category.value, search.service)
        on_anything = search.relation is Relation.REPEAT and search.category is None
        same = [
            row.number
            for row in found
            if (on_anything or (row.category, row.service) == about) and _is_recent(row.registered_at, search)
        ]
        return CitizenHistory(related=related, previous=next(iter(same), None))

    def rows_of(self, view: CaseView, position: int, key: DataKey) -> dict[str, list[dict[str, Any]]]:
        """What the register has to say of a case with this view, by table: the fold of its journal, in rows."""
        return {
            "appeal": [self._case_row(view, position, key)],
            "task": _task_rows(view),
            "identifier": self._identifier_rows(view),
            "desk": _desk_rows(view),
        }

    async def _rows(self, numbers: Sequence[str]) -> list[Row[*_Columns] | None]:
        async with self._reading.connect() as connection:
            found = {row.number: row for row in await connection.execute(_BY_NUMBER, {"numbers": list(numbers)})}
        return [found.get(number) for number in numbers]

    async def _row(self, connection: AsyncConnection, number: str, lock: bool = False) -> Row[Any, Any] | None:
        query = select(appeal.c.view, appeal.c.erased_at).where(appeal.c.number == number)
        return (await connection.execute(query.with_for_update() if lock else query)).first()

    def _opened(self, row: Row[*_Columns], key: DataKey) -> CaseView:
        # A key may be remembered here for some moments after it was destroyed elsewhere.
        if row.erased_at:
            raise Erased("the case was erased")
        return opened_view(row.view, key)

    async def _entries(
        self, connection: AsyncConnection, number: str, key: DataKey, after: int = 0, limit: int | None = None
    ) -> list[RecordedEntry]:
        query = (
            select(journal)
            .where(and_(journal.c.number == number, journal.c.position > after))
            .order_by(journal.c.position)
            .limit(limit)
        )
        return [recorded_entry(row, key) for row in (await connection.execute(query)).mappings()]

    async def _diverged_at(
        self, connection: AsyncConnection, view: CaseView | None, transition: Transition, key: DataKey
    ) -> int | None:
        """The first sequence under which another entry stands on record."""
        again = [entry for entry in transition.entries if view and entry.sequence <= view.last_sequence]
        if not again:
            return None
        entries = await self._entries(connection, transition.number, key)
        standing = {entry.sequence: entry for entry in effective(entries)}
        return next((e.sequence for e in again if standing[e.sequence].digest() != e.digest()), None)

    async def _void(
        self, connection: AsyncConnection, transition: Transition, first: int, key: DataKey
    ) -> CaseView | None:
        """Note that the entries from `first` on are void; the view without them.

        What of their messages is not sent yet, and not queued again, never will be.
        """
        entries = await self._entries(connection, transition.number, key)
        note = JournalEntry(
            number=transition.number,
            sequence=first,
            at=transition.entries[-1].at,
            actor=SYSTEM,
            event=AttemptAbandoned(first_sequence=first),
        )
        entries += await append_entries(connection, [note], key)
        await connection.execute(
            update(message)
            .where(
                message.c.number == transition.number,
                message.c.sequence >= first,
                message.c.state == MessageState.QUEUED.value,
                message.c.key.not_in([queued.key for queued in transition.messages]),
            )
            .values(state=MessageState.SUPERSEDED.value, reason=None)
        )
        view = None
        for entry in effective(entries):
            view = fold(view, entry)
        return view

    async def _append(
        self,
        connection: AsyncConnection,
        stored: CaseView | None,
        view: CaseView | None,
        new: Sequence[JournalEntry],
        key: DataKey,
    ) -> None:
        for entry in new:
            view = _folded(view, entry)
        *_, last = await append_entries(connection, new, key)
        if view is not None:
            await self._write_case(connection, stored, self._case_row(view, last.position, key), view)

    async def _queue(self, connection: AsyncConnection, transition: Transition, key: DataKey) -> None:
        keys = [queued.key for queued in transition.messages]
        if not keys:
            return
        query = select(message.c.key, message.c.state).where(message.c.key.in_(keys))
        known = {row.key: row.state for row in await connection.execute(query)}
        # What was given up with an abandoned attempt is wanted after all.
        if given_up := [each for each, state in known.items() if state == MessageState.SUPERSEDED]:
            again = update(message).where(message.c.key.in_(given_up))
            await connection.execute(again.values(state=MessageState.QUEUED.value))
        if new := [message_row(each, transition, key) for each in transition.messages if each.key not in known]:
            await connection.execute(insert(message), new)

    async def _write_case(
        self, connection: AsyncConnection, stored: CaseView | None, row: dict[str, Any], view: CaseView
    ) -> None:
        if stored is None:
            await connection.execute(insert(appeal).values(row))
        else:
            await connection.execute(update(appeal).where(appeal.c.number == view.number).values(row))
        if stored is None or stored.details != view.details:
            await self._replace(connection, identifier, view.number, self._identifier_rows(view))
        tasks = _task_rows(view)
        if stored is None or tasks != _task_rows(stored):
            await self._replace(connection, task, view.number, tasks)
        desks = _desk_rows(view)
        if stored is None or desks != _desk_rows(stored):
            await self._replace(connection, desk, view.number, desks)

    async def _replace(
        self, connection: AsyncConnection, table: Table, number: str, rows: list[dict[str, Any]]
    ) -> None:
        await connection.execute(delete(table).where(table.c.number == number))
        if rows:
            await connection.execute(insert(table), rows)

    def _case_row(self, view: CaseView, position: int, key: DataKey) -> dict[str, Any]:
        digests = {
            "citizen": self._digest_of_citizen(view.portal, view.citizen),
            "owner": self.digest_of_owner(view.citizen),
        }
        return case_row(view, position, key) | digests

    def _identifier_rows(self, view: CaseView) -> list[dict[str, Any]]:
        return [
            {"number": view.number, "kind": kind, "digest": digest} for kind, digest in self._digests(view.details)
        ]

    def _digests(self, details: Details) -> list[tuple[str, str]]:
        given = [(kind, getattr(details, kind)) for kind in _IDENTIFIERS]
        return [(kind, self._digest(kind, value)) for kind, value in given if value]

    def _digest_of_citizen(self, portal: str, citizen: str | None) -> str | None:
        return self._keyed(["citizen", portal, citizen]) if citizen else None

    def digest_of_owner(self, citizen: str | None) -> str | None:
        """By which a citizen's appeals are listed, whatever portal has opened them."""
        return self._keyed(["owner", citizen]) if citizen else None

    def digest_of(self, kind: str, value: str) -> str:
        """By which the appeals of a person are found who has this identifier, given in normal form (ADR 20)."""
        return self._digest(kind, value)

    def _digest(self, kind: str, value: str) -> str:
        return self._keyed([kind, value.casefold()])

    def _keyed(self, words: list[str]) -> str:
        return hmac.new(self.index_key, canonical(words), hashlib.sha256).hexdigest()


async def append_entries(
    connection: AsyncConnection, new: Sequence[JournalEntry], key: DataKey | None
) -> list[RecordedEntry]:
    """Add entries to the end of their case's journal, chained to its last one."""
    query = select(journal.c.position, journal.c.hash).where(journal.c.number == new[0].number)
    row = (await connection.execute(query.order_by(journal.c.position.desc()).limit(1))).first()
    last: RecordedEntry | Link | None = Link(row.position, row.hash) if row else None
    added = []
    for entry in new:
        last = RecordedEntry.after(last, entry)
        added.append(last)
    await connection.execute(insert(journal), [journal_row(entry, key) for entry in added])
    await enqueue(connection, [entry.hash for entry in added])
    await announce(connection, added)
    return added


def _folded(view: CaseView | None, entry: JournalEntry) -> CaseView:
    try:
        return fold(view, entry)
    except ValueError as gap:
        raise JournalDiverged(str(gap)) from gap


def _is_recent(registered_at: datetime, search: HistorySearch) -> bool:
    """Whether an appeal came before the one that asks, and not too long before."""
    return search.since <= registered_at < (search.registered_at or AFTER_ALL_OTHERS)


def _desk_rows(view: CaseView) -> list[dict[str, Any]]:
    known = {"number": view.number, "registered_at": view.registered_at}
    return [{"role": role.value} | known for role in roles_that_see(view)]


def _task_rows(view: CaseView) -> list[dict[str, Any]]:
    """What is owed in a case; in a closed one nothing, since a rating is asked for and not owed."""
    owed = [] if view.is_closed else view.expectations
    return [
        {
            "number": view.number,
            "expectation_id": expectation.id,
            "command": expectation.command,
            "role": role.value,
            "subject": expectation.subject,
            "unit": view.unit.value if view.unit else None,
            "assignee": view.assignee.subject if view.assignee else None,
            "since": expectation.since,
            "due_at": due,
            "urgent_at": due or AFTER_ALL_OTHERS,
        }
        for expectation in owed
        for due in (view.clocks[expectation.clock].due_at() if expectation.clock in view.clocks else None,)
        for role in expectation.roles
    ]
