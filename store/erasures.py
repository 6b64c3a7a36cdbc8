"""Erasures: asked for by one person, consented to by another, and what the register keeps of them (ADR 18)."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import SYSTEM
from domain.appeal import Channel
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.events import AppealErased
from domain.contracts.journal import JournalEntry
from domain.erasure import ErasureGround, is_one_person
from domain.sealing import Keyring
from store.answers import Done
from store.database import empty_log, writing
from store.register import append_entries
from store.tables import appeal, desk, erasure, identifier, journal, message, reply_check, task

log = structlog.get_logger()


class Erasure(Contract):
    """An erasure as far as it has come. Nobody asked for or consented to one whose retention period is over."""

    number: str
    ground: ErasureGround
    requested_by: str | None = None
    requested_at: AwareDatetime
    approved_by: str | None = None
    approved_at: AwareDatetime | None = None
    done_at: AwareDatetime | None = None


class OnePerson(ValueError):
    """The same person has asked for the erasure and consents to it."""


@dataclass(frozen=True)
class Erasures:
    """The erasures of all cases, by number."""

    engine: AsyncEngine
    keyring: Keyring

    async def of(self, number: str) -> Erasure | None:
        """The erasure of a case, asked for or done; None when nobody has asked."""
        async with self.engine.execution_options(reads=True).connect() as connection:
            row = (await connection.execute(select(erasure).where(erasure.c.number == number))).mappings().first()
        return Erasure.model_validate(dict(row)) if row else None

    async def ask(self, asked: Erasure, answered: Done | None = None) -> None:
        """Put a request on record, in the place of an older one that nobody consented to; with its answer."""
        async with writing(self.engine) as connection:
            older = (erasure.c.number == asked.number) & erasure.c.approved_at.is_(None)
            await connection.execute(delete(erasure).where(older))
            await connection.execute(insert(erasure).values(asked.model_dump()))
            if answered:
                await answered.write(connection)

    async def consent(self, asked: Erasure, by: str, at: datetime) -> bool:
        """Put the consent to this very request on record; False when it is not the one on record any more.

        Raises `OnePerson` where whoever asked consents: whatever leads here, it takes two.
        """
        if is_one_person(asked.requested_by, by):
            raise OnePerson
        same = (erasure.c.number == asked.number) & (erasure.c.requested_at == asked.requested_at)
        async with writing(self.engine) as connection:
            done = await connection.execute(
                update(erasure).where(same, erasure.c.approved_at.is_(None)).values(approved_by=by, approved_at=at)
            )
        return done.rowcount == 1

    async def carry_out(self, approved: Erasure, at: datetime, answered: Done | None = None) -> Erasure:
        """Destroy the key, and take out of the register what could find the person; done again it changes nothing.

        First the key: whatever happens then, nobody reads the case, and what is left is finished with the next
        call. The journal keeps its sealed entries: they are chained, and unreadable.
        """
        await self.keyring.destroy(approved.number)
        await self._finish(approved, at, answered)
        await self._scrub(approved.number)
        return approved.model_copy(update={"done_at": at})

    async def _finish(self, done: Erasure, at: datetime, answered: Done | None) -> None:
        async with writing(self.engine) as connection:
            query = select(appeal.c.erased_at).where(appeal.c.number == done.number)
            if (await connection.execute(query.with_for_update())).scalar_one() is None:
                query = select(journal.c.sequence).where(journal.c.number == done.number)
                last = (await connection.execute(query.order_by(journal.c.position.desc()).limit(1))).scalar_one()
                (entry,) = await append_entries(connection, [_entry(done, last + 1, at)], None)
                nobody = {"view": None, "citizen": None, "owner": None}
                row = nobody | {"erased_at": at, "last_position": entry.position}
                await connection.execute(update(appeal).where(appeal.c.number == done.number).values(row))
                for table in (identifier, task, desk):
                    await connection.execute(delete(table).where(table.c.number == done.number))
                told = update(message).where(message.c.number == done.number)
                await connection.execute(told.values(context=None, reason=None))
                noted = update(reply_check).where(reply_check.c.number == done.number)
                await connection.execute(noted.values(note=None))
            await connection.execute(update(erasure).where(erasure.c.number == done.number).values(done_at=at))
            if answered:
                await answered.write(connection)

    async def _scrub(self, number: str) -> None:
        """Take the digests of the person out of the database's files too, as far as it lets us (ADR 18)."""
        if self.engine.dialect.name == "sqlite" and not await empty_log(self.engine):
            # The next checkpoint overwrites them: nobody is kept waiting, nor an erasure called undone, for that.
            log.warning("digests of an erased case are still in the write-ahead log", number=number)

    async def overdue(self, closed_before: datetime, after: str, limit: int) -> list[str]:
        """Cases closed before an instant and not erased, by number; of incidents none, which tell of no person."""
        query = (
            select(appeal.c.number)
            .where(
                appeal.c.closed_at < closed_before,
                appeal.c.erased_at.is_(None),
                or_(appeal.c.channel != Channel.INTERNAL.value, appeal.c.portal != SYSTEM.subject),
                appeal.c.number > after,
            )
            .order_by(appeal.c.number)
            .limit(limit)
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def unfinished(self) -> list[Erasure]:
        """Erasures that were consented to and cut off before they were done."""
        query = select(erasure).where(erasure.c.approved_at.is_not(None), erasure.c.done_at.is_(None))
        async with self.engine.execution_options(reads=True).connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Erasure.model_validate(dict(row)) for row in rows]


def _entry(done: Erasure, sequence: int, at: datetime) -> JournalEntry:
    event = AppealErased(**done.model_dump(include=set(AppealErased.model_fields) - {"type"}))
    return JournalEntry(number=done.number, sequence=sequence, at=at, actor=SYSTEM, event=event)
