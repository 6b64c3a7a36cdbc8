"""Sessions that were ended before their time: known until then, and no longer."""

import time

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from store.ended_sessions import EndedSessions
from store.tables import ended_session


async def test_a_session_that_was_ended_stays_so_and_is_forgotten_when_it_would_be_over(
    database: AsyncEngine,
) -> None:
    ended, now = EndedSessions(database), time.time()
    await ended.end("of-yesterday", now - 60)
    for _ in range(2):
        await ended.end("of-anna", now + 60)
    assert await ended.has_ended("of-anna")
    assert not await ended.has_ended("of-boris")
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(ended_session)) == 1
        assert "of-anna" not in str((await connection.execute(select(ended_session))).all())
