"""Answers by idempotency key, where no process of the engine is what the key leads to (ADR 21).

A request takes its turn first. Its answer is then written in the transaction of its effect, so that there is never
one without the other.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.digest import canonical
from domain.sealing import SYSTEM_KEY, DataKey, Keyring
from store.database import writing
from store.tables import answer

KEPT = timedelta(hours=24)
RUNNING_AT_MOST = timedelta(minutes=1)
"""So long after its turn began a request without an answer was cut off, and the next one goes on."""


class KeyReused(Exception):
    """The same caller has sent another body to this address under the same key."""


class StillRunning(Exception):
    """The same request is being worked on, or another one has taken its turn over."""


@dataclass(frozen=True)
class Keyed:
    """A request under its key: which one it is and what it says, in keyed digests."""

    id: str
    body: str


@dataclass(frozen=True)
class Given:
    """An answer that was given before."""

    status: int
    content: object


@dataclass(frozen=True)
class Done:
    """The answer to a request, to be written in the transaction of its effect."""

    id: str
    at: datetime
    status: int
    sealed: bytes

    async def write(self, connection: AsyncConnection) -> None:
        """Keep the answer; raises `StillRunning` where the turn was taken over meanwhile."""
        mine = (answer.c.id == self.id) & (answer.c.at == self.at) & answer.c.status.is_(None)
        kept = await connection.execute(update(answer).where(mine).values(status=self.status, content=self.sealed))
        if kept.rowcount != 1:
            raise StillRunning


@dataclass(frozen=True)
class Turn:
    """The right to work on a request; nobody else has it at the same time."""

    request: Keyed
    at: datetime
    key: DataKey

    def answered(self, status: int, content: object) -> Done:
        """What is to be kept with the effect."""
        return Done(self.request.id, self.at, status, self.key.seal(_label(self.request), canonical(content)))


@dataclass(frozen=True)
class Answers:
    """The answers of a day. `secret` keys their digests: neither a key nor a body can be guessed from them."""

    engine: AsyncEngine
    keyring: Keyring
    secret: bytes

    def keyed(self, names: Sequence[str], body: object) -> Keyed:
        """The request that these names tell apart from all others, with its body."""
        return Keyed(self._digest(list(names)), self._digest(body))

    async def begin(self, request: Keyed, now: datetime) -> Turn | Given:
        """Take the request's turn, or find the answer that it was given; `KeyReused`, or `StillRunning`."""
        key = await self.keyring.key(SYSTEM_KEY)
        turn = Turn(request, now, key)
        expired = (answer.c.id == request.id) & (answer.c.at <= now - KEPT)
        try:
            async with writing(self.engine) as connection:
                await connection.execute(delete(answer).where(expired))
                await connection.execute(insert(answer).values(id=request.id, body=request.body, at=now))
        except IntegrityError:
            return await self._known(turn)
        return turn

    async def give_up(self, turn: Turn) -> None:
        """The request was refused and has changed nothing: it may be sent again under its key at once."""
        mine = (answer.c.id == turn.request.id) & (answer.c.at == turn.at) & answer.c.status.is_(None)
        async with writing(self.engine) as connection:
            await connection.execute(delete(answer).where(mine))

    async def settle(self, turn: Turn, status: int, content: object) -> None:
        """Keep an answer that came with no effect of its own; one that was kept with its effect stays."""
        with suppress(StillRunning):
            async with writing(self.engine) as connection:
                await turn.answered(status, content).write(connection)

    async def sweep(self, now: datetime) -> int:
        """Forget what is older than a day; how many rows that were."""
        async with writing(self.engine) as connection:
            return (await connection.execute(delete(answer).where(answer.c.at <= now - KEPT))).rowcount

    async def _known(self, turn: Turn) -> Turn | Given:
        async with self.engine.execution_options(reads=True).connect() as connection:
            row = (await connection.execute(select(answer).where(answer.c.id == turn.request.id))).first()
        if row is None:  # given up in this very moment
            raise StillRunning
        if row.body != turn.request.body:
            raise KeyReused
        if row.status is not None:
            return Given(row.status, json.loads(turn.key.open(_label(turn.request), row.content)))
        if row.at > turn.at - RUNNING_AT_MOST or not await self._taken_over(turn, row.at):
            raise StillRunning
        return turn

    async def _taken_over(self, turn: Turn, begun_at: datetime) -> bool:
        cut_off = (answer.c.id == turn.request.id) & (answer.c.at == begun_at) & answer.c.status.is_(None)
        async with writing(self.engine) as connection:
            return (await connection.execute(update(answer).where(cut_off).values(at=turn.at))).rowcount == 1

    def _digest(self, content: object) -> str:
        return hmac.new(self.secret, canonical(content), hashlib.sha256).hexdigest()


def _label(request: Keyed) -> str:
    return f"answer {request.id}"
