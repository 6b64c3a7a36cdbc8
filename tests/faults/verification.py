"""Whether every history of a run replays: the one place that knows how that is verified."""

from temporalio.worker import Replayer

from infra.engine import connect, workflow_runner
from infra.settings import Settings
from tests.faults.evidence import Evidence
from workflows.appeal import AppealWorkflow
from workflows.incident import IncidentWorkflow


async def unverified(settings: Settings, evidence: Evidence) -> list[str]:
    """The cases whose histories do not replay, with the reason."""
    client = await connect(settings, identity="checker")
    replayer = Replayer(
        workflows=[AppealWorkflow, IncidentWorkflow],
        namespace=settings.engine_namespace,
        data_converter=client.data_converter,
        workflow_runner=workflow_runner(),
    )
    found = []
    for case in evidence.cases.values():
        for history in case.histories:
            outcome = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if outcome.replay_failure:
                found.append(f"{case.number}: {outcome.replay_failure}")
    return found
