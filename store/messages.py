"""The ledger of messages: what was to be sent to whom over what, and how that went."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.journal import Message, Moment
from domain.notifications import MessageState
from domain.sealing import DataKey, Keyring
from store.sealed import context_label, reason_label
from store.tables import message

REASON_CHARACTERS = 500
_UNSETTLED = message.c.state.in_([state.value for state in MessageState if not state.is_final])


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

    async def begin_sending(self, entry: LedgerEntry, at: datetime) -> bool:
        """Note that a sending begins at this instant; until it is settled, nobody knows whether it arrived.

        False when another one has begun since the entry was read: then there must be no second.
        """
        return await self._update(
            entry.message.key,
            and_(message.c.attempts == entry.attempts, _UNSETTLED),
            state=MessageState.SENDING.value,
            attempts=entry.attempts + 1,
            reason=None,
            changed_at=at,
        )

    async def settle(
        self, key: str, state: MessageState, reason: str | None = None, attempt: int | None = None
    ) -> None:
        """Note how a message stands, unless another attempt than this has begun to send it meanwhile.

        What a gateway has accepted is accepted, whichever attempt was told so; any other word is the last one.
        """
        sealed = None
        if reason:
            data_key = await self.keyring.key(key.partition(":")[0])
            sealed = data_key.seal(reason_label(key), reason[:REASON_CHARACTERS].encode())
        may_settle: ColumnElement[bool] = true() if state is MessageState.ACCEPTED else _UNSETTLED
        if attempt is not None:
            may_settle = and_(may_settle, message.c.attempts == attempt)
        await self._update(key, may_settle, state=state.value, reason=sealed, changed_at=datetime.now(UTC))

    async def _update(self, key: str, condition: ColumnElement[bool], **values: object) -> bool:
        query = update(message).where(message.c.key == key, condition).values(values)
        async with self.engine.begin() as connection:
            return (await connection.execute(query)).rowcount == 1

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
