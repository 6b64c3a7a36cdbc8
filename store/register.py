"""Writing transitions into the register and reading cases, journals and tasks back."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.case import CaseView, fold
from domain.contracts.appeal import Details
from domain.contracts.journal import JournalEntry, Message, Transition
from domain.contracts.registries import RelatedSearch
from domain.notifications import MessageState
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

    async def record(self, transition: Transition, supersede: bool = False) -> None:
        """Write journal entries, the case's row, its tasks and messages in one transaction.

        Written again it changes nothing. `JournalDiverged` when it contradicts what is there, unless it may
        `supersede` that: the engine has then kept this transition and abandoned the attempt that wrote the other.
        """
        async with self.engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                before = await self._view(connection, transition.number, lock=True)
                diverges_at = await self._diverges_at(connection, before, transition)
                if diverges_at and not supersede:
                    raise JournalDiverged(f"{transition.number}: another entry {diverges_at} is on record")
                if diverges_at:
                    before = await self._taken_back(connection, transition, diverges_at)
                last = before.last_sequence if before else 0
                new = [entry for entry in transition.entries if entry.sequence > last]
                if not new:
                    return
                view = before
                for entry in new:
                    view = _folded(view, entry)
                    await connection.execute(insert(journal).values(_journal_row(entry)))
                if view is not None:
                    await self._write_case(connection, None if diverges_at else before, view)
                known = await self._known_messages(connection, transition) if diverges_at else set()
                first = new[0].sequence
                for queued in transition.messages:
                    if queued.moment >= first and queued.key not in known:
                        await connection.execute(insert(message).values(_message_row(queued, transition)))

    async def ping(self) -> None:
        """Return when the database answers."""
        async with self.engine.connect() as connection:
            await connection.execute(select(1))

    async def view(self, number: str) -> CaseView | None:
        """The case as of its last recorded entry, or None for an unknown number."""
        async with self.engine.connect() as connection:
            return await self._view(connection, number)

    async def journal(self, number: str, after: int = 0, limit: int = 1000) -> list[JournalEntry]:
        """The entries after a sequence number, oldest first."""
        query = (
            select(journal)
            .where(and_(journal.c.number == number, journal.c.sequence > after))
            .order_by(journal.c.sequence)
            .limit(limit)
        )
        async with self.engine.connect() as connection:
            return [_journal_entry(row) for row in (await connection.execute(query)).mappings()]

    async def related(self, search: RelatedSearch) -> list[str]:
        """Other appeals that share an identifier with this person, newest first, the named one before all."""
        digests = [digest for _, digest in self._digests(search.details)]
        query = (
            select(appeal.c.number)
            .where(
                appeal.c.number.in_(select(identifier.c.number).where(identifier.c.digest.in_(digests))),
                appeal.c.number != search.number,
            )
            .order_by(appeal.c.registered_at.desc())
            .limit(RELATED_AT_MOST)
        )
        async with self.engine.connect() as connection:
            found = list((await connection.execute(query)).scalars())
        named = [search.related_number] if search.related_number else []
        return list(dict.fromkeys([*named, *found]))[:RELATED_AT_MOST]

    async def _view(self, connection: AsyncConnection, number: str, lock: bool = False) -> CaseView | None:
        query = select(appeal.c.view).where(appeal.c.number == number)
        found = (await connection.execute(query.with_for_update() if lock else query)).scalar()
        return CaseView.model_validate(found) if found else None

    async def _diverges_at(
        self, connection: AsyncConnection, before: CaseView | None, transition: Transition
    ) -> int | None:
        """The first sequence under which another entry is on record."""
        last = before.last_sequence if before else 0
        for entry in transition.entries:
            query = select(journal.c.hash).where(
                and_(journal.c.number == entry.number, journal.c.sequence == entry.sequence)
            )
            if entry.sequence <= last and (await connection.execute(query)).scalar() != entry.hash:
                return entry.sequence
        return None

    async def _taken_back(self, connection: AsyncConnection, transition: Transition, first: int) -> CaseView | None:
        """Take back the entries from `first` on with all that came of them; the view before them.

        What of their messages is not sent yet, and not queued again, never will be.
        """
        number = transition.number
        for table in (task, identifier, appeal):
            await connection.execute(delete(table).where(table.c.number == number))
        await connection.execute(delete(journal).where(journal.c.number == number, journal.c.sequence >= first))
        await connection.execute(
            update(message)
            .where(
                message.c.number == number,
                message.c.moment >= first,
                message.c.state == MessageState.QUEUED.value,
                message.c.key.not_in([queued.key for queued in transition.messages]),
            )
            .values(state=MessageState.SKIPPED.value, reason=SUPERSEDED)
        )
        query = select(journal).where(journal.c.number == number).order_by(journal.c.sequence)
        view = None
        for row in (await connection.execute(query)).mappings():
            view = _folded(view, _journal_entry(row))
        return view

    async def _known_messages(self, connection: AsyncConnection, transition: Transition) -> set[str]:
        keys = [queued.key for queued in transition.messages]
        return set((await connection.execute(select(message.c.key).where(message.c.key.in_(keys)))).scalars())

    async def _write_case(self, connection: AsyncConnection, before: CaseView | None, view: CaseView) -> None:
        row = _case_row(view)
        if before is None:
            await connection.execute(insert(appeal).values(row))
        else:
            await connection.execute(update(appeal).where(appeal.c.number == view.number).values(row))
        if before is None or before.details != view.details:
            await connection.execute(delete(identifier).where(identifier.c.number == view.number))
            for kind, digest in self._digests(view.details):
                await connection.execute(insert(identifier).values(number=view.number, kind=kind, digest=digest))
        if before is None or before.expectations != view.expectations or before.clocks != view.clocks:
            await connection.execute(delete(task).where(task.c.number == view.number))
            for insertion in _task_insertions(view):
                await connection.execute(insertion)

    def _digests(self, details: Details) -> list[tuple[str, str]]:
        given = [(kind, getattr(details, kind)) for kind in _IDENTIFIERS]
        return [(kind, self._digest(kind, value)) for kind, value in given if value]

    def _digest(self, kind: str, value: str) -> str:
        return hmac.new(self.index_key, f"{kind}:{value.casefold()}".encode(), hashlib.sha256).hexdigest()


def _folded(view: CaseView | None, entry: JournalEntry) -> CaseView:
    if entry.hash != entry.compute_hash():
        raise JournalDiverged(f"{entry.number}: entry {entry.sequence} is not what its hash says")
    try:
        return fold(view, entry)
    except ValueError as gap:
        raise JournalDiverged(str(gap)) from gap


def _case_row(view: CaseView) -> dict[str, Any]:
    return {
        "number": view.number,
        "portal": view.portal,
        "citizen": view.citizen,
        "channel": view.channel.value,
        "category": view.category.value,
        "status": view.status.value,
        "registered_at": view.registered_at,
        "closed_at": view.statuses[-1].at if view.is_closed else None,
        "last_sequence": view.last_sequence,
        "view": view.model_dump(mode="json"),
    }


def _task_insertions(view: CaseView) -> list[Insert]:
    return [
        insert(task).values(
            number=view.number,
            expectation_id=expectation.id,
            command=expectation.command,
            role=role.value,
            since=expectation.since,
            due_at=view.clocks[expectation.clock].due_at() if expectation.clock in view.clocks else None,
        )
        for expectation in view.expectations
        for role in expectation.roles
    ]


def _journal_row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "sequence": entry.sequence,
        "at": entry.at,
        "type": entry.event.type,
        "actor": entry.actor.model_dump(mode="json"),
        "event": entry.public_event(),
        "personal": entry.personal(),
        "salt": entry.salt,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _journal_entry(row: Any) -> JournalEntry:
    personal = {} if row["personal"] is None else {"personal": row["personal"]}
    columns = {name: row[name] for name in ("number", "sequence", "at", "actor", "salt", "previous_hash", "hash")}
    return JournalEntry.model_validate({**columns, "event": row["event"] | personal})


def _message_row(queued: Message, transition: Transition) -> dict[str, Any]:
    at = next(entry.at for entry in transition.entries if entry.sequence == queued.moment)
    return {
        **queued.model_dump(mode="json"),
        "credential_id": queued.credential_id,
        "number": transition.number,
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "queued_at": at,
        "changed_at": at,
    }
