"""The open cases whose terms are counted in working days (ESC-4)."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.clocks import Clock
from store.tables import appeal

PAGE = 500


async def cases_to_adopt(engine: AsyncEngine, version: str) -> AsyncIterator[tuple[str, int]]:
    """Each open case with such a term that follows another calendar than this one: its number and last position.

    Read in pages by number, so that a case opened meanwhile may be left out and none is read twice.
    """
    after = ""
    while True:
        query = (
            select(appeal.c.number, appeal.c.last_position, appeal.c.view["clocks"].label("clocks"))
            .where(appeal.c.closed_at.is_(None), appeal.c.number > after)
            .order_by(appeal.c.number)
            .limit(PAGE)
        )
        async with engine.execution_options(reads=True).connect() as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            if _has_term_by_another(row.clocks or {}, version):
                yield row.number, row.last_position
        if len(rows) < PAGE:
            return
        after = rows[-1].number


def _has_term_by_another(clocks: dict[str, object], version: str) -> bool:
    terms = [Clock.model_validate(clock) for clock in clocks.values()]
    return any(
        term.budget.working_days and term.stopped_at is None and term.calendar_version != version for term in terms
    )
