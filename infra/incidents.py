"""Signals between appeals and the process that watches over the failure they report (TEC-3)."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowHistory
from temporalio.common import Priority
from temporalio.service import RPCError, RPCStatusCode

from domain.contracts.appeal import Policy
from domain.contracts.commands import Command
from domain.contracts.incident import IncidentStart, IncidentState, WatchedReport
from domain.facts import Incident
from domain.failures import incident_id
from domain.sealing import Erased
from domain.urgency import Urgency
from infra.engine import TASK_TIMEOUT, workflow_id

SIGNAL_TIMEOUT = timedelta(seconds=5)


@dataclass(frozen=True)
class Incidents:
    """Incidents and their appeals, reached through the engine."""

    client: Client
    queue: str
    policy: Policy

    async def report(self, report: WatchedReport) -> None:
        """Report a failure to its watch, which begins if there is none; by the terms that are in force now."""
        state = IncidentState(signature=report.signature, policy=self.policy)
        await self.client.start_workflow(
            "IncidentWorkflow",
            IncidentStart(state=state),
            id=incident_id(report.signature),
            task_queue=self.queue,
            start_signal="report",
            start_signal_args=[report],
            priority=Priority(priority_key=Urgency.CRITICAL),
            task_timeout=TASK_TIMEOUT,
            rpc_timeout=SIGNAL_TIMEOUT,
        )

    async def tell(self, number: str, command: Command) -> None:
        """Send an appeal a decision of the incident it belongs to; a closed or erased one takes none."""
        try:
            handle = self.client.get_workflow_handle(workflow_id(number))
            await handle.signal("decide", command, rpc_timeout=SIGNAL_TIMEOUT)
        except Erased:
            return
        except RPCError as refusal:
            if refusal.status is not RPCStatusCode.NOT_FOUND:
                raise


async def incident_histories(client: Client, incident: Incident) -> list[WorkflowHistory]:
    """The histories of an incident's runs, from the one in which it opened; `RPCError` when there are none.

    Where the failure was reported again, they go on into what became of that.
    """
    run_id, found = incident.run_id, []
    while run_id:
        handle = client.get_workflow_handle(incident_id(incident.signature), run_id=run_id)
        found.append(await handle.fetch_history())
        last = found[-1].events[-1]
        run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found
