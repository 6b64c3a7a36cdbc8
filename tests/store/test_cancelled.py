"""A writer that is cancelled, as an activity is when its time is over, keeps nobody else from writing."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import open_database, writing

# Its first row takes SQLite some 0.3 s, since all are sorted before; the others wait in the cursor.
SLOW = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT i FROM n ORDER BY -i"
)
AT_ONCE_SECONDS = 2


async def test_the_right_to_write_is_free_again_although_the_failure_is_still_looked_at(tmp_path: Path) -> None:
    engine = open_database(f"sqlite+aiosqlite:///{tmp_path / 'register.db'}")
    begun = asyncio.Event()

    async def read_then_write() -> None:
        async with writing(engine) as connection:
            begun.set()
            await connection.execute(SLOW)

    cancelled = asyncio.create_task(read_then_write())
    await begun.wait()
    await asyncio.sleep(0.05)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError) as failure:  # it holds the frames, and they the cursor
        await cancelled
    async with asyncio.timeout(AT_ONCE_SECONDS), writing(engine) as connection:
        await connection.execute(text("CREATE TABLE written (a INTEGER)"))
    assert failure.tb is not None
    await engine.dispose()
