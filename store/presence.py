"""Who of the staff has which case open: for a short while, renewed as long as the page follows the case (CLS-2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor, Role
from store.database import writing
from store.tables import presence

# A process that was killed takes nobody away; their rows end by themselves.
KEPT = timedelta(seconds=30)


@dataclass(frozen=True)
class Presences:
    """Kept in the register, since several API processes serve the pages. No citizen is ever in it."""

    engine: AsyncEngine

    async def keep(self, page: str, number: str, actor: Actor, at: datetime) -> None:
        """This open page shows the case to this actor, from `at` for `KEPT`; what has ended goes away."""
        until = at + KEPT
        async with writing(self.engine) as connection:
            await connection.execute(delete(presence).where(presence.c.until < at))
            renewed = update(presence).where(presence.c.id == page).values(until=until)
            if (await connection.execute(renewed)).rowcount == 0:
                row = {"id": page, "number": number, "role": actor.role, "subject": actor.subject, "until": until}
                await connection.execute(insert(presence).values(row))

    async def end(self, page: str) -> None:
        """The page is open no more."""
        async with writing(self.engine) as connection:
            await connection.execute(delete(presence).where(presence.c.id == page))

    async def others(self, number: str, than: Actor, at: datetime) -> list[Actor]:
        """Who else has the case open at this moment, each once."""
        query = (
            select(presence.c.role, presence.c.subject)
            .where(presence.c.number == number, presence.c.until >= at)
            .order_by(presence.c.role, presence.c.subject)
            .distinct()
        )
        async with self.engine.execution_options(reads=True).connect() as connection:
            found = [Actor(role=Role(role), subject=subject) for role, subject in await connection.execute(query)]
        return [each for each in found if (each.role, each.subject) != (than.role, than.subject)]
