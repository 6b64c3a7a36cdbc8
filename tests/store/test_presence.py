"""Who has a case open: taken away when they leave, and by itself where nobody could say so."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor, Role
from store.presence import KEPT, Presences
from store.tables import presence

NUMBER = "4821093755612044"
ANNA, BORIS = (Actor(subject=name, role=Role.OPERATOR) for name in ("anna", "boris"))


@pytest.mark.requirement("CLS-2")
async def test_whose_process_was_killed_is_gone_after_a_while(database: AsyncEngine) -> None:
    presences, now = Presences(database), datetime.now(UTC)
    for page in ("first", "second"):
        await presences.keep(page, NUMBER, ANNA, now)
    assert await presences.others(NUMBER, BORIS, now) == [ANNA]
    await presences.end("first")
    assert await presences.others(NUMBER, BORIS, now + KEPT) == [ANNA], "the other page is still open"
    await presences.keep("second", NUMBER, ANNA, now + KEPT)
    later = now + KEPT + timedelta(seconds=1)
    assert await presences.others(NUMBER, BORIS, later) == [ANNA], "renewed"
    # From here on nothing is heard of the process.
    later += KEPT
    assert await presences.others(NUMBER, BORIS, later) == []
    await presences.keep("third", NUMBER, BORIS, later)
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(presence)) == 1, "nothing is left behind"
