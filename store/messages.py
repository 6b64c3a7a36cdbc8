"""The ledger of messages: what was to be sent to whom over what, and how that went."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.journal import Message, Moment
from domain.notifications import MessageState
from domain.sealing import DataKey, Keyring
from store.sealed import context_label, reason_label
from store.tables import message

REASON_CHARACTERS = 500


class LedgerEntry(Contract):
    """One message and its state; `attempts` counts the times a sending was begun."""

    message: Message
    state: MessageState
    reason: str | None = None
    attempts: int
    queued_at: AwareDatetime
    changed_at: AwareDatetime


@dataclass(frozen=True)
class Ledger:
    """The messages of all cases; what they say, and why they stand as they do, is sealed."""

    engine: AsyncEngine
    keyring: Keyring

    async def of_moment(self, moment: Moment) -> list[LedgerEntry]:
        """The messages of one moment."""
        return await self._select(
            and_(
                message.c.number == moment.number,
                message.c.template == moment.template.value,
                message.c.occurrence == moment.occurrence,
            )
        )

    async def of_case(self, number: str) -> list[LedgerEntry]:
        """All messages of a case, in the order they were queued."""
        return await self._select(message.c.number == number)

    async def begin_sending(self, key: str) -> None:
        """Note that a sending begins now; until it is settled, nobody knows whether it arrived."""
        await self._update(key, state=MessageState.SENDING.value, attempts=message.c.attempts + 1)

    async def settle(self, key: str, state: MessageState, reason: str | None = None) -> None:
        """Note how a message stands."""
        sealed = None
        if reason:
            data_key = await self.keyring.key(key.partition(":")[0])
            sealed = data_key.seal(reason_label(key), reason[:REASON_CHARACTERS].encode())
        await self._update(key, state=state.value, reason=sealed)

    async def _update(self, key: str, **values: object) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(
                update(message).where(message.c.key == key).values(changed_at=datetime.now(UTC), **values)
            )

    async def _select(self, condition: object) -> list[LedgerEntry]:
        query = select(message).where(condition).order_by(message.c.sequence, message.c.channel)  # type: ignore[arg-type]
        async with self.engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_entry(dict(row), await self.keyring.key(row["number"], may_make=False)) for row in rows]


def _entry(row: dict[str, Any], key: DataKey) -> LedgerEntry:
    context, reason = row.pop("context"), row.pop("reason")
    said = json.loads(key.open(context_label(row["key"]), context)) if context else {}
    told = key.open(reason_label(row["key"]), reason).decode() if reason else None
    return LedgerEntry.model_validate({**row, "message": row | {"context": said}, "reason": told})
