"""Listing cases that were recorded before there were lists: their views are sealed, so no migration can do it."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncEngine

from store.register import Register
from store.tables import appeal, desk

BATCH = 500


async def unlisted(engine: AsyncEngine, after: str = "") -> list[str]:
    """The next cases by number that stand on nobody's desk, though a unit or a citizen was asked something.

    A case that nobody was ever asked about stands on none for good; it is looked at again each time.
    """
    on_a_desk = exists().where(desk.c.number == appeal.c.number)
    query = (
        select(appeal.c.number)
        .where(appeal.c.number > after, appeal.c.erased_at.is_(None), ~on_a_desk)
        .order_by(appeal.c.number)
        .limit(BATCH)
    )
    async with engine.execution_options(reads=True).connect() as connection:
        return list((await connection.execute(query)).scalars())


async def list_anew(register: Register) -> int:
    """Write the clear columns, the desks and the tasks of each of them again; how many there were.

    Each case is done in a transaction of its own, under its lock: cases may go on meanwhile, and it can be cut off.
    """
    done, numbers = 0, await unlisted(register.engine)
    while numbers:
        for number in numbers:
            await register.list_anew(number)
        done += len(numbers)
        numbers = await unlisted(register.engine, numbers[-1])
    return done
