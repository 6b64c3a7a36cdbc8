"""Puts the history of every ended process into the archive, within a minute or so after its end (ADR 16)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.client import Client, WorkflowExecution

from domain.sealing import Erased
from infra.archive import Archive
from infra.engine import histories_of
from store.archived import Archived, ArchivedHistory

# The engine's list may be behind its histories, and another worker may be on its way with an earlier one.
OVERLAP = timedelta(hours=1)
BATCH = 200
ENDED = (
    "ExecutionStatus IN ('Completed', 'Failed', 'Canceled', 'Terminated', 'TimedOut')"
    " AND WorkflowType IN ('AppealWorkflow', 'IncidentWorkflow')"
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Archiver:
    """Finds what has ended and is not archived yet; any number of workers may do so at once."""

    client: Client
    archive: Archive
    archived: Archived
    task_queue: str | None = None

    async def run(self, every_seconds: float) -> None:
        """Archive until cancelled; what fails, a store that is away say, is tried again in the next round."""
        while True:
            try:
                await self.round()
            except Exception as trouble:
                # Its text may name what a store or an engine was asked for.
                log.warning("archiving goes on later", trouble=type(trouble).__name__)
            await asyncio.sleep(every_seconds)

    async def round(self) -> int:
        """Archive what has ended, the oldest first; how many histories that were.

        It stops at the first failure, so that none before the last one archived is left out.
        """
        count = 0
        for ended in sorted([each async for each in self._waiting()], key=_closed_at):
            count += await self._keep(ended)
        return count

    async def _waiting(self) -> AsyncIterator[WorkflowExecution]:
        query = ENDED if self.task_queue is None else f"{ENDED} AND TaskQueue = '{self.task_queue}'"
        if last := await self.archived.last_closed_at():
            query += f" AND CloseTime > '{(last - OVERLAP).isoformat()}'"
        batch: list[WorkflowExecution] = []
        async for ended in self.client.list_workflows(query):
            batch.append(ended)
            if len(batch) == BATCH:
                for each in await self._unknown(batch):
                    yield each
                batch = []
        for each in await self._unknown(batch):
            yield each

    async def _unknown(self, batch: list[WorkflowExecution]) -> list[WorkflowExecution]:
        known = await self.archived.known([each.run_id for each in batch])
        return [each for each in batch if each.run_id not in known]

    async def _keep(self, ended: WorkflowExecution) -> bool:
        runs = await histories_of(self.client, ended.id, ended.run_id)
        try:
            placed = await self.archive.put(runs)
        except Erased:
            await self.archived.add(_row(ended, "", "", 0))
            return False
        if not await self.archived.add(_row(ended, placed.path, placed.sha256, placed.size_bytes)):
            await self.archive.remove(placed)
            return False
        return True


def _closed_at(ended: WorkflowExecution) -> datetime:
    return ended.close_time or datetime.now(UTC)


def _row(ended: WorkflowExecution, path: str, sha256: str, size_bytes: int) -> ArchivedHistory:
    return ArchivedHistory(
        process=ended.id,
        run_id=ended.run_id,
        path=path,
        sha256=sha256,
        size_bytes=size_bytes,
        closed_at=_closed_at(ended),
    )
