"""The open cases whose terms are counted in working days (ESC-4)."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from store.tables import appeal

PAGE = 500


async def cases_to_adopt(engine: AsyncEngine, version: str) -> AsyncIterator[tuple[str, int]]:
    """Each open case with such a term that follows another calendar than this one: its number and last position.

    Read in pages by number, so that a case opened meanwhile may be left out and none is read twice.
    """
    after = ""
    while True:
        query = (
            select(appeal.c.number, appeal.c.last_position, appeal.c.term_calendars)
            .where(appeal.c.closed_at.is_(None), appeal.c.number > after)
            .order_by(appeal.c.number)
            .limit(PAGE)
        )
        async with engine.execution_options(reads=True).connect() as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            if any(calendar != version for calendar in row.term_calendars or []):
                yield row.number, row.last_position
        if len(rows) < PAGE:
            return
        after = rows[-1].number
