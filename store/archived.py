"""Which histories lie in the archive, and what they must be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.contract import AwareDatetime, Contract
from store.tables import archived


class ArchivedHistory(Contract):
    """A history in the archive; `run_id` is its last run. One without a path was erased before it was archived."""

    process: str
    run_id: str
    path: str
    sha256: str
    size_bytes: int
    closed_at: AwareDatetime


@dataclass(frozen=True)
class Archived:
    """The register's list of archived histories; rows are added and never changed."""

    engine: AsyncEngine

    async def add(self, history: ArchivedHistory) -> bool:
        """Note where a history lies; False when another worker has already noted another place."""
        try:
            async with self.engine.begin() as connection:
                await connection.execute(insert(archived).values(history.model_dump()))
        except IntegrityError:
            return False
        return True

    async def of_process(self, process: str) -> list[ArchivedHistory]:
        """The histories of one process, in the order in which they ended."""
        query = select(archived).where(archived.c.process == process).order_by(archived.c.closed_at)
        async with self.engine.execution_options(reads=True).connect() as connection:
            return [ArchivedHistory.model_validate(row) for row in (await connection.execute(query)).mappings()]

    async def processes(self) -> list[str]:
        """Every process of which there is a history."""
        async with self.engine.execution_options(reads=True).connect() as connection:
            return sorted((await connection.execute(select(archived.c.process).distinct())).scalars())

    async def known(self, run_ids: Sequence[str]) -> set[str]:
        """Those of these runs whose histories are archived."""
        query = select(archived.c.run_id).where(and_(archived.c.run_id.in_(run_ids)))
        async with self.engine.execution_options(reads=True).connect() as connection:
            return set((await connection.execute(query)).scalars())

    async def last_closed_at(self) -> datetime | None:
        """When the last of the archived processes ended."""
        async with self.engine.execution_options(reads=True).connect() as connection:
            found: datetime | None = (await connection.execute(select(func.max(archived.c.closed_at)))).scalar()
            return found
