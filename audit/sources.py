"""Where the history of a case is found: in the engine, or in the archive once it is gone there."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from domain.case import CaseView
from domain.failures import INCIDENT, incident_id
from infra.archive import Archive
from infra.engine import workflow_id
from store.archived import Archived
from store.evidence import Row

PROCESSES = "WorkflowType IN ('AppealWorkflow', 'IncidentWorkflow')"


class NoHistory(LookupError):
    """Neither the engine nor the archive has a history of this case."""


class HistoryWithheld(NoHistory):
    """The engine knows the history and does not give it: it is away, or what it keeps of it is damaged."""

    def __init__(self, why: RPCStatusCode) -> None:
        super().__init__(f"the engine does not give its history: {why.name}")


@dataclass(frozen=True)
class Process:
    """A process of the engine; an incident's begins with a certain run, since its id serves several in turn."""

    id: str
    run_id: str | None = None


def process_of(number: str, journal: Sequence[Row]) -> Process:
    """The process behind a case, as its journal's clear part says; or the one that stands for its own number."""
    for row in journal:
        if row["type"] == "IncidentOpened":
            return Process(incident_id(row["event"]["signature"]), row["event"]["run_id"])
    return Process(number if number.startswith(INCIDENT) else workflow_id(number))


def process_behind(view: CaseView) -> Process:
    """The process behind a case that can be read."""
    incident = view.facts.incident
    return (
        Process(incident_id(incident.signature), incident.run_id) if incident else Process(workflow_id(view.number))
    )


@dataclass(frozen=True)
class Sources:
    """Finds histories, wherever they are kept."""

    client: Client
    archive: Archive
    archived: Archived

    async def histories(self, process: Process) -> list[WorkflowHistory]:
        """All runs, oldest first; raises `NoHistory`, `ArchiveDamaged` and `Erased`."""
        try:
            return await self._from_engine(process)
        except RPCError:  # it has none
            return await self._from_archive(process)

    async def processes(self) -> list[str]:
        """The ids of all processes that the engine or the archive knows."""
        found = {each.id async for each in self.client.list_workflows(PROCESSES)}
        return sorted(found | set(await self.archived.processes()))

    async def incident_runs(self) -> AsyncIterator[Process]:
        """Each run of an incident that the engine has, without its history."""
        async for each in self.client.list_workflows("WorkflowType = 'IncidentWorkflow'"):
            yield Process(each.id, each.run_id)

    async def damage(self, process: Process) -> None:
        """Read all that is archived of a process: `ArchiveDamaged` where that is not what was put there."""
        for kept in await self.archived.of_process(process.id):
            if kept.path:
                await self.archive.read(kept)

    async def run(self, process: Process) -> WorkflowHistory:
        """One run as the engine has it: `NoHistory` where it has none, or does not give it."""
        try:
            return await self._run(process.id, process.run_id)
        except RPCError as gone:
            raise NoHistory("the engine has its history no more") from gone

    async def _from_engine(self, process: Process) -> list[WorkflowHistory]:
        found = [await self._run(process.id, process.run_id)]
        while process.run_id is None and (before := _before(found[0])):
            found.insert(0, await self._run(process.id, before))
        while after := _after(found[-1]):
            found.append(await self._run(process.id, after))
        return found

    async def _run(self, process: str, run_id: str | None) -> WorkflowHistory:
        try:
            return await self.client.get_workflow_handle(process, run_id=run_id).fetch_history()
        except RPCError as failure:
            if failure.status is RPCStatusCode.NOT_FOUND:
                raise
            raise HistoryWithheld(failure.status) from failure

    async def _from_archive(self, process: Process) -> list[WorkflowHistory]:
        for kept in await self.archived.of_process(process.id):
            runs = await self.archive.read(kept) if kept.path else []
            ids = [run.run_id for run in runs]
            if runs and process.run_id in (None, *ids):
                return runs[ids.index(process.run_id) :] if process.run_id else runs
        raise NoHistory("neither the engine nor the archive has its history")


def _before(history: WorkflowHistory) -> str:
    return history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id


def _after(history: WorkflowHistory) -> str:
    return history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
