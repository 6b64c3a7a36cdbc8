"""What is known of attached files; name, digest and sender are sealed under the key of the case."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.attachments import FileState
from domain.contracts.attachments import Attachment
from domain.digest import canonical
from domain.sealing import DataKey, Keyring
from store.tables import attachment

_SEALED = {"name", "sha256", "sender", "place"}


@dataclass(frozen=True)
class Attachments:
    """The attached files of all cases; `Erased` where the key of the case is gone."""

    engine: AsyncEngine
    keyring: Keyring

    async def keep(self, received: Attachment) -> Attachment:
        """Put a file on record, unless there is one under this id: what is on record."""
        key = await self.keyring.key(received.number)
        told = received.model_dump(mode="json", include=_SEALED)
        row = received.model_dump(exclude=_SEALED) | {"personal": key.seal(_label(received.id), canonical(told))}
        try:
            async with self.engine.begin() as connection:
                await connection.execute(insert(attachment).values(**row))
        except IntegrityError:
            kept = await self.find(received.number, received.id)
            if kept is None:
                raise
            return kept
        return received

    async def of_case(self, number: str) -> list[Attachment]:
        """The files of a case, in the order of their arrival."""
        query = select(attachment).where(attachment.c.number == number).order_by(attachment.c.received_at)
        async with self.engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        key = await self.keyring.key(number)
        return [_opened(row, key) for row in rows]

    async def find(self, number: str, file_id: str) -> Attachment | None:
        """One file of a case, if it has it."""
        query = select(attachment).where(attachment.c.id == file_id, attachment.c.number == number)
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _opened(row, await self.keyring.key(number)) if row else None

    async def settle(self, checked: Attachment, state: FileState, fault: str | None, at: datetime) -> None:
        """Put the outcome of the check on record; the first one counts."""
        waiting = (attachment.c.id == checked.id) & (attachment.c.state == FileState.WAITING)
        async with self.engine.begin() as connection:
            await connection.execute(
                update(attachment).where(waiting).values(state=state.value, fault=fault, checked_at=at)
            )


def _opened(row: Any, key: DataKey) -> Attachment:
    return Attachment.model_validate({**row, **json.loads(key.open(_label(row["id"]), row["personal"]))})


def _label(file_id: str) -> str:
    return f"attachment {file_id}"
