"""SQLite's log is emptied after an erasure; a reader that is in the way holds up no writer meanwhile (ADR 18)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import empty_log, open_database, writing


@pytest.mark.requirement("DAT-2")
async def test_who_reads_for_long_lets_others_write_while_the_log_waits_to_be_emptied(tmp_path: Path) -> None:
    engine = open_database(f"sqlite+aiosqlite:///{tmp_path / 'register.db'}")
    async with writing(engine) as connection:
        await connection.execute(text("CREATE TABLE said (word TEXT)"))
        await connection.execute(text("INSERT INTO said VALUES ('one')"))
    async with engine.connect() as reading:
        await reading.execute(text("SELECT word FROM said"))
        emptying = asyncio.create_task(empty_log(engine))
        for _ in range(30):
            async with writing(engine) as connection:
                await connection.execute(text("INSERT INTO said VALUES ('more')"))
        assert not emptying.done()
    assert await emptying
    assert (tmp_path / "register.db-wal").stat().st_size == 0
    await engine.dispose()
