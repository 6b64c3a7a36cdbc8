"""Questions about fields of forms that are being filled in, sealed, and gone within the hour (VAL-3, ADR 28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor
from domain.digest import digest
from domain.help import ASKED_AT_MOST, KEPT, Advice, Question
from domain.sealing import SYSTEM_KEY, DataKey, Keyring
from store.database import writing
from store.tables import help_request


class AskedTooOften(Exception):
    """This person has as many questions within the hour as people can answer."""


@dataclass(frozen=True)
class Helps:
    """Kept in the register, since several API processes serve the pages."""

    engine: AsyncEngine
    keyring: Keyring

    async def ask(self, asker: Actor, field: str, typed: str, at: datetime) -> str:
        """Keep a question; its id. What has ended goes away. Raises `AskedTooOften`."""
        key, name, owner = await self._key(), f"help-{uuid4().hex[:24]}", _owner(asker)
        mine = select(func.count()).where(help_request.c.owner == owner)
        async with writing(self.engine) as connection:
            await connection.execute(delete(help_request).where(help_request.c.until < at))
            if (await connection.scalar(mine) or 0) >= ASKED_AT_MOST:
                raise AskedTooOften
            row = {"id": name, "owner": owner, "field": field, "asked_at": at, "until": at + KEPT}
            sealed = key.seal(_label(name, "typed"), typed.encode())
            await connection.execute(insert(help_request).values(**row, typed=sealed))
        return name

    async def own(self, id_: str, asker: Actor, at: datetime) -> Question | None:
        """A question of this person, with its answer if there is one."""
        return await self._found(id_, at, help_request.c.owner == _owner(asker))

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
            .where(help_request.c.until >= at, help_request.c.advice.is_(None))
            .order_by(help_request.c.asked_at, help_request.c.id)
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            return [(row.id, row.field, row.asked_at) for row in await connection.execute(query)]

    async def answer(self, id_: str, advice: Advice, at: datetime) -> bool:
        """Keep the answer; false where another one came first, or the question is gone."""
        sealed = (await self._key()).seal(_label(id_, "advice"), advice.model_dump_json().encode())
        open_ = (help_request.c.id == id_) & (help_request.c.until >= at) & help_request.c.advice.is_(None)
        async with writing(self.engine) as connection:
            return (await connection.execute(update(help_request).where(open_).values(advice=sealed))).rowcount == 1

    async def _found(self, id_: str, at: datetime, *more: Any) -> Question | None:
        query = select(help_request).where(help_request.c.id == id_, help_request.c.until >= at, *more)
        async with self.engine.execution_options(reads=True).connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        key = await self._key()
        typed = key.open(_label(id_, "typed"), row["typed"]).decode()
        said = row["advice"] and Advice.model_validate_json(key.open(_label(id_, "advice"), row["advice"]))
        return Question(id_, row["field"], row["asked_at"], typed, said or None)

    async def _key(self) -> DataKey:
        return await self.keyring.key(SYSTEM_KEY)


def _owner(asker: Actor) -> str:
    return digest(["help", asker.role, asker.subject])


def _label(id_: str, part: str) -> str:
    return f"{id_} {part}"
