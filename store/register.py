"""Writing transitions into the register and reading cases, journals and tasks back."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.actors import SYSTEM
from domain.appeal import Relation
from domain.case import CaseView, fold
from domain.contracts.appeal import Details
from domain.contracts.events import AttemptAbandoned
from domain.contracts.history import CitizenHistory, HistorySearch
from domain.contracts.journal import JournalEntry, Message, RecordedEntry, Transition, effective
from domain.notifications import MessageState
from store.log import enqueue
from store.tables import appeal, identifier, journal, message, task

RELATED_AT_MOST = 10
SUPERSEDED = "what it was about did not happen"
_IDENTIFIERS = ("login", "passport", "snils", "inn", "phone", "email")


class JournalDiverged(Exception):
    """The register already holds another entry under this number and sequence, or misses one before it."""


@dataclass(frozen=True)
class Register:
    """The case register. `index_key` keys the digests by which a person's appeals are found."""

    engine: AsyncEngine
    index_key: bytes

    @property
    def _reading(self) -> AsyncEngine:
        """The engine for single reads, which need no transaction of their own."""
        return self.engine.execution_options(reads=True)

    async def record(self, transition: Transition, supersede: bool = False) -> None:
        """Write journal entries, the case's row, its tasks and messages in one transaction, and queue for the log.

        Written again it changes nothing. `JournalDiverged` when it contradicts what is there, unless it may
        `supersede` that: the engine has then kept this transition and abandoned the attempt that wrote the other.
        Nothing is taken off the journal: a note voids the other's entries, and these ones follow.
        """
        async with self._writing() as connection:
            view = stored = await self._view(connection, transition.number, lock=True)
            if (diverged_at := await self._diverged_at(connection, view, transition)) is not None:
                if not supersede:
                    raise JournalDiverged(f"{transition.number}: another entry {diverged_at} is on record")
                view = await self._void(connection, transition, diverged_at)
            known = view.last_sequence if view else 0
            if new := [entry for entry in transition.entries if entry.sequence > known]:
                await self._append(connection, stored, view, new)
                await self._queue(connection, transition)

    async def ping(self) -> None:
        """Return when the database answers."""
        async with self._reading.connect() as connection:
            await connection.execute(select(1))

    async def view(self, number: str) -> CaseView | None:
        """The case as of its last recorded entry, or None for an unknown number."""
        async with self._reading.connect() as connection:
            return await self._view(connection, number)

    async def journal(self, number: str, after: int = 0, limit: int = 1000) -> list[RecordedEntry]:
        """The entries after a position, oldest first, with those that were voided later."""
        async with self._reading.connect() as connection:
            return await self._entries(connection, number, after, limit)

    async def history(self, search: HistorySearch) -> CitizenHistory:
        """Other appeals of this person, newest first, and the previous one among them (INT-4, REP-1).

        They share an identifier with the person, or its portal and citizen. A number that is not the person's is
        left out, since whoever names it may not be shown what was said there.
        """
        digests = [digest for _, digest in self._digests(search.details)]
        same_person = appeal.c.number.in_(select(identifier.c.number).where(identifier.c.digest.in_(digests)))
        same_citizen = and_(appeal.c.portal == search.portal, appeal.c.citizen == (search.citizen or ""))
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
            if (on_anything or (row.category, row.service) == about) and row.registered_at >= search.since
        ]
        return CitizenHistory(related=related, previous=next(iter(same), None))

    def rows_of(self, view: CaseView, position: int) -> dict[str, list[dict[str, Any]]]:
        """What the register has to say of a case with this view, by table: the fold of its journal, in rows."""
        return {
            "appeal": [_case_row(view, position)],
            "task": _task_rows(view),
            "identifier": self._identifier_rows(view),
        }

    async def _view(self, connection: AsyncConnection, number: str, lock: bool = False) -> CaseView | None:
        query = select(appeal.c.view).where(appeal.c.number == number)
        found = (await connection.execute(query.with_for_update() if lock else query)).scalar()
        return CaseView.model_validate(found) if found else None

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                yield connection

    async def _entries(
        self, connection: AsyncConnection, number: str, after: int = 0, limit: int | None = None
    ) -> list[RecordedEntry]:
        query = (
            select(journal)
            .where(and_(journal.c.number == number, journal.c.position > after))
            .order_by(journal.c.position)
            .limit(limit)
        )
        return [recorded_entry(row) for row in (await connection.execute(query)).mappings()]

    async def _diverged_at(
        self, connection: AsyncConnection, view: CaseView | None, transition: Transition
    ) -> int | None:
        """The first sequence under which another entry stands on record."""
        again = [entry for entry in transition.entries if view and entry.sequence <= view.last_sequence]
        if not again:
            return None
        standing = {entry.sequence: entry for entry in effective(await self._entries(connection, transition.number))}
        return next((e.sequence for e in again if standing[e.sequence].digest() != e.digest()), None)

    async def _void(self, connection: AsyncConnection, transition: Transition, first: int) -> CaseView | None:
        """Note that the entries from `first` on are void; the view without them.

        What of their messages is not sent yet, and not queued again, never will be.
        """
        entries = await self._entries(connection, transition.number)
        note = JournalEntry(
            number=transition.number,
            sequence=first,
            at=transition.entries[-1].at,
            actor=SYSTEM,
            event=AttemptAbandoned(first_sequence=first),
        )
        entries.append(RecordedEntry.after(entries[-1], note))
        await connection.execute(insert(journal).values(_journal_row(entries[-1])))
        await enqueue(connection, [entries[-1].hash])
        await connection.execute(
            update(message)
            .where(
                message.c.number == transition.number,
                message.c.sequence >= first,
                message.c.state == MessageState.QUEUED.value,
                message.c.key.not_in([queued.key for queued in transition.messages]),
            )
            .values(state=MessageState.SKIPPED.value, reason=SUPERSEDED)
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
    ) -> None:
        number = new[0].number
        query = select(journal).where(journal.c.number == number).order_by(journal.c.position.desc()).limit(1)
        row = (await connection.execute(query)).mappings().first()
        last = recorded_entry(row) if row else None
        rows = []
        for entry in new:
            view = _folded(view, entry)
            last = RecordedEntry.after(last, entry)
            rows.append(_journal_row(last))
        await connection.execute(insert(journal), rows)
        await enqueue(connection, [row["hash"] for row in rows])
        if view is not None and last is not None:
            await self._write_case(connection, stored, view, last.position)

    async def _queue(self, connection: AsyncConnection, transition: Transition) -> None:
        keys = [queued.key for queued in transition.messages]
        if not keys:
            return
        query = select(message.c.key, message.c.reason).where(message.c.key.in_(keys))
        known = {row.key: row.reason for row in await connection.execute(query)}
        # What was given up with an abandoned attempt is wanted after all.
        if given_up := [key for key, reason in known.items() if reason == SUPERSEDED]:
            again = update(message).where(message.c.key.in_(given_up))
            await connection.execute(again.values(state=MessageState.QUEUED.value, reason=None))
        if new := [_message_row(each, transition) for each in transition.messages if each.key not in known]:
            await connection.execute(insert(message), new)

    async def _write_case(
        self, connection: AsyncConnection, stored: CaseView | None, view: CaseView, position: int
    ) -> None:
        row = _case_row(view, position)
        if stored is None:
            await connection.execute(insert(appeal).values(row))
        else:
            await connection.execute(update(appeal).where(appeal.c.number == view.number).values(row))
        if stored is None or stored.details != view.details:
            await self._replace(connection, identifier, view.number, self._identifier_rows(view))
        tasks = _task_rows(view)
        if stored is None or tasks != _task_rows(stored):
            await self._replace(connection, task, view.number, tasks)

    async def _replace(
        self, connection: AsyncConnection, table: Table, number: str, rows: list[dict[str, Any]]
    ) -> None:
        await connection.execute(delete(table).where(table.c.number == number))
        if rows:
            await connection.execute(insert(table), rows)

    def _identifier_rows(self, view: CaseView) -> list[dict[str, Any]]:
        return [
            {"number": view.number, "kind": kind, "digest": digest} for kind, digest in self._digests(view.details)
        ]

    def _digests(self, details: Details) -> list[tuple[str, str]]:
        given = [(kind, getattr(details, kind)) for kind in _IDENTIFIERS]
        return [(kind, self._digest(kind, value)) for kind, value in given if value]

    def _digest(self, kind: str, value: str) -> str:
        return hmac.new(self.index_key, f"{kind}:{value.casefold()}".encode(), hashlib.sha256).hexdigest()


def _folded(view: CaseView | None, entry: JournalEntry) -> CaseView:
    try:
        return fold(view, entry)
    except ValueError as gap:
        raise JournalDiverged(str(gap)) from gap


def _case_row(view: CaseView, position: int) -> dict[str, Any]:
    return {
        "number": view.number,
        "portal": view.portal,
        "citizen": view.citizen,
        "channel": view.channel.value,
        "category": view.category.value if view.category else "",
        "service": view.service,
        "previous": view.facts.relations.previous.number if view.facts.relations.previous else None,
        "status": view.status.value,
        "registered_at": view.registered_at,
        "closed_at": view.statuses[-1].at if view.is_closed else None,
        "last_position": position,
        "view": view.model_dump(mode="json"),
    }


def _task_rows(view: CaseView) -> list[dict[str, Any]]:
    return [
        {
            "number": view.number,
            "expectation_id": expectation.id,
            "command": expectation.command,
            "role": role.value,
            "subject": expectation.subject,
            "since": expectation.since,
            "due_at": view.clocks[expectation.clock].due_at() if expectation.clock in view.clocks else None,
        }
        for expectation in view.expectations
        for role in expectation.roles
    ]


def _journal_row(entry: RecordedEntry) -> dict[str, Any]:
    event: dict[str, Any] = entry.event.model_dump(mode="json")
    personal = event.pop("personal", None)
    return {
        "number": entry.number,
        "position": entry.position,
        "sequence": entry.sequence,
        "at": entry.at,
        "type": entry.event.type,
        "actor": entry.actor.model_dump(mode="json"),
        "event": event,
        "personal": personal,
        "salt": entry.salt,
        "personal_digest": entry.personal_digest,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def recorded_entry(row: Any) -> RecordedEntry:
    """An entry as its row tells it."""
    personal = {} if row["personal"] is None else {"personal": row["personal"]}
    return RecordedEntry.model_validate({**row, "event": row["event"] | personal})


def _message_row(queued: Message, transition: Transition) -> dict[str, Any]:
    at = next(entry.at for entry in transition.entries if entry.sequence == queued.sequence)
    return {
        **queued.model_dump(mode="json"),
        "credential_id": queued.credential_id,
        "number": transition.number,
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "queued_at": at,
        "changed_at": at,
    }
