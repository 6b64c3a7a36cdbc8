"""Questions about fields of forms that are being filled in, sealed, and gone within the hour (VAL-3, ADR 28)."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.actors import Actor
from domain.digest import canonical
from domain.help import ASKED_AT_MOST, KEPT, Advice, Question
from domain.sealing import DataKey, Keyring
from store.database import writing
from store.tables import help_request


class AskedTooOften(Exception):
    """This person has as many questions within the hour as people can answer."""


@dataclass(frozen=True)
class Helps:
    """Kept in the register, since several API processes serve the pages.

    What is typed is sealed by a key of its day, which is destroyed soon after: then no backup yields it either.
    `secret` keys the digest of whoever asks, so that nobody can guess them from it.
    """

    engine: AsyncEngine
    keyring: Keyring
    secret: bytes

    async def ask(self, asker: Actor, field: str, typed: str, at: datetime) -> str:
        """Keep a question; its id. What has ended is emptied. Raises `AskedTooOften`."""
        key, name, owner = await self._key(at), f"help-{uuid4().hex[:24]}", self._owner(asker)
        mine = select(func.count()).where(help_request.c.owner == owner)
        async with writing(self.engine) as connection:
            await _empty(connection, at)
            if (await connection.scalar(mine) or 0) >= ASKED_AT_MOST:
                raise AskedTooOften
            row = {"id": name, "owner": owner, "field": field, "asked_at": at, "until": at + KEPT}
            sealed = key.seal(_label(name, "typed"), typed.encode())
            await connection.execute(insert(help_request).values(**row, typed=sealed))
        return name

    async def own(self, id_: str, asker: Actor, at: datetime) -> Question | None:
        """A question of this person, with its answer if there is one."""
        return await self._found(id_, at, help_request.c.owner == self._owner(asker))

    async def own_of(self, ids: Sequence[str], asker: Actor, at: datetime) -> dict[str, Question]:
        """By field, those of these questions that are this person's and not gone; of each field the last."""
        found = [await self.own(each, asker, at) for each in ids[-2 * ASKED_AT_MOST :]]
        return {each.field: each for each in found if each}

    async def find(self, id_: str, at: datetime) -> Question | None:
        """A question, for whoever answers it."""
        return await self._found(id_, at)

    async def waiting(self, at: datetime) -> list[tuple[str, str, datetime]]:
        """Id, field and time of the questions without an answer, the oldest first; nothing of a person."""
        query = (
            select(help_request.c.id, help_request.c.field, help_request.c.asked_at)
            .where(_waits(at))
            .order_by(help_request.c.asked_at, help_request.c.id)
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            return [(row.id, row.field, row.asked_at) for row in await connection.execute(query)]

    async def count_waiting(self, at: datetime) -> int:
        """How many questions have no answer."""
        query = select(func.count()).select_from(help_request).where(_waits(at))
        async with self.engine.execution_options(reads=True).connect() as connection:
            return await connection.scalar(query) or 0

    async def answer(self, id_: str, advice: Advice, at: datetime) -> bool:
        """Keep the answer; false where another one came first, or the question is gone."""
        if (question := await self.find(id_, at)) is None:
            return False
        key = await self._key(question.asked_at)
        sealed = key.seal(_label(id_, "advice"), advice.model_dump_json().encode())
        open_ = (help_request.c.id == id_) & _waits(at)
        async with writing(self.engine) as connection:
            return (await connection.execute(update(help_request).where(open_).values(advice=sealed))).rowcount == 1

    async def forget(self, now: datetime) -> None:
        """Empty what has ended, and destroy the keys of the days whose questions are all over; their rows go last."""
        over = datetime.combine((now - KEPT).astimezone(UTC).date(), time(), UTC)
        async with writing(self.engine) as connection:
            await _empty(connection, now)
            days = select(help_request.c.asked_at).where(help_request.c.asked_at < over)
            names = sorted({_key_name(each) for each in (await connection.execute(days)).scalars()})
        for name in names:
            await self.keyring.destroy(name)
        async with writing(self.engine) as connection:
            await connection.execute(delete(help_request).where(help_request.c.asked_at < over))

    async def _found(self, id_: str, at: datetime, *more: Any) -> Question | None:
        query = select(help_request).where(help_request.c.id == id_, help_request.c.until >= at, *more)
        async with self.engine.execution_options(reads=True).connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        key = await self._key(row["asked_at"])
        typed = key.open(_label(id_, "typed"), row["typed"]).decode()
        said = row["advice"] and Advice.model_validate_json(key.open(_label(id_, "advice"), row["advice"]))
        return Question(id_, row["field"], row["asked_at"], typed, said or None)

    async def _key(self, asked_at: datetime) -> DataKey:
        return await self.keyring.key(_key_name(asked_at))

    def _owner(self, asker: Actor) -> str:
        return hmac.new(self.secret, canonical(["help", asker.role, asker.subject]), hashlib.sha256).hexdigest()


def _waits(at: datetime) -> ColumnElement[bool]:
    return (help_request.c.until >= at) & help_request.c.advice.is_(None)


async def _empty(connection: AsyncConnection, now: datetime) -> None:
    """Take out what has ended; the day of a row stays until the key of that day is destroyed."""
    nothing = {"owner": "", "typed": b"", "advice": None}
    await connection.execute(update(help_request).where(help_request.c.until < now).values(nothing))


def _key_name(asked_at: datetime) -> str:
    return f"help {asked_at.astimezone(UTC):%Y-%m-%d}"


def _label(id_: str, part: str) -> str:
    return f"{id_} {part}"
