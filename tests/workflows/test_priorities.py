"""A compromised account overtakes what stands in the queue, with its steps and its questions to systems (SEC-1)."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.accounts import KIM_ALARMED, compromise_report
from tests.examples import appeal
from tests.house import House, house
from tests.sandbox_process import SandboxProcess
from worker import bind_activities, case_worker

BACKLOG = 24
# What a worker has already fetched, or fetches while the urgent case is between two of its steps.
AHEAD_AT_MOST = BACKLOG // 8


@pytest.fixture
async def idle(environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path) -> AsyncIterator[House]:
    """A house whose cases nobody works on yet."""
    async with house(environment, world, tmp_path, working=False) as started:
        yield started
        await started.mended()


@pytest.mark.requirement("SEC-1")
async def test_a_compromise_overtakes_a_backlog(idle: House) -> None:
    backlog = [await idle.open(appeal() | {"service": f"Услуга {nth}"}) for nth in range(BACKLOG)]
    urgent = await idle.open(compromise_report(KIM_ALARMED))
    await idle.fault("accounts", "slow", delay_s=0.2)
    few = idle.settings.model_copy(update={"steps_at_once_max": 2, "activities_at_once_max": 1})
    async with (
        bind_activities(few, idle.client, idle.keyring) as activities,
        case_worker(few, idle.client, activities),
    ):
        await idle.until(urgent, lambda view: bool(view.facts.relations.linked), seconds=60)
        steps = [await moments(idle, number, "workflow_task_completed") for number in backlog]
        answers = [await moments(idle, number, "activity_task_completed") for number in backlog]
        first_step = (await moments(idle, urgent, "workflow_task_completed"))[0]
        _, secured, *_ = await moments(idle, urgent, "activity_task_completed")
    assert sum(any(at < first_step for at in each) for each in steps) <= AHEAD_AT_MOST
    assert sum(any(at < secured for at in each) for each in answers) <= AHEAD_AT_MOST


async def moments(home: House, number: str, event: str) -> list[datetime]:
    """When the case has had events of this kind, oldest first."""
    events = (await home.history(number)).events
    return [each.event_time.ToDatetime() for each in events if each.HasField(f"{event}_event_attributes")]  # type: ignore[arg-type]
