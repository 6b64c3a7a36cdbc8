"""The ledger of messages: what was to be sent to whom over what, and how that went."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, null, select, true, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.journal import Message, Moment
from domain.notifications import MessageState
from domain.sealing import DataKey, Erased, Keyring
from store.sealed import opened_message_row, opened_note, sealed_note
from store.tables import appeal, message

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
        It is sealed with the key of the case, so that nobody who has the database alone can say so (ADR 16).
        """
        number, at = key.partition(":")[0], datetime.now(UTC)
        reason = reason[:REASON_CHARACTERS] if reason else None
        try:
            note = sealed_note(key, state, reason, at, await self.keyring.key(number))
        except Erased:
            note = None
        erased = select(appeal.c.number).where(appeal.c.number == number, appeal.c.erased_at.is_not(None)).exists()
        may_settle: ColumnElement[bool] = true() if state is MessageState.ACCEPTED else _UNSETTLED
        if attempt is not None:
            may_settle = and_(may_settle, message.c.attempts == attempt)
        sealed = case((erased, null()), else_=literal(note, message.c.reason.type))
        await self._update(key, may_settle, state=state.value, reason=sealed, changed_at=at)

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
    opened, noted = opened_message_row(row, key), opened_note(row, key)
    return LedgerEntry.model_validate({**row, "message": opened, "reason": noted and noted["reason"]})
