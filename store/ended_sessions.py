"""Sessions of people ended before their time: a cookie that was taken from a browser is worth nothing then."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from store.database import writing
from store.tables import ended_session


@dataclass(frozen=True)
class EndedSessions:
    """Ended sessions by the digest of their token, each until it would have ended by itself."""

    engine: AsyncEngine

    async def end(self, token: str, expires_at: float) -> None:
        """From now on this session counts nowhere; `expires_at`, in seconds of 1970, is when it would have ended."""
        until = datetime.fromtimestamp(expires_at, UTC)
        async with writing(self.engine) as connection:
            over = (ended_session.c.until < datetime.now(UTC)) | (ended_session.c.digest == _digest(token))
            await connection.execute(delete(ended_session).where(over))
            await connection.execute(insert(ended_session).values(digest=_digest(token), until=until))

    async def has_ended(self, token: str) -> bool:
        """Whether its person, or whoever has their cookie, has signed out of this session."""
        query = select(ended_session.c.digest).where(ended_session.c.digest == _digest(token))
        async with self.engine.execution_options(reads=True).connect() as connection:
            return (await connection.execute(query)).first() is not None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
