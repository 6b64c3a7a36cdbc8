"""What somebody does who has the database itself in hand: without its triggers, anything can be written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@asynccontextmanager
async def unguarded(engine: AsyncEngine, table: str = "journal") -> AsyncIterator[AsyncConnection]:
    """A transaction in which this table's triggers are gone; they do not come back."""
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
            for trigger in (await connection.execute(named, {"table": table})).scalars().all():
                await connection.execute(text(f"DROP TRIGGER {trigger}"))
        yield connection
