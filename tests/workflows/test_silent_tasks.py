"""Tasks that ask for nothing: a replay tells the time that the case was told, whoever took it over (AUD-2)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from infra.runner import TraceableRunner
from tests.house import House

Hearing = WorkflowHandle[Any, None]

told: list[str] = []


@workflow.defn(sandboxed=False)
class HearingWorkflow:
    """Notes when it hears something, and asks for nothing."""

    @workflow.run
    async def run(self) -> None:
        self._is_done = False
        await workflow.wait_condition(lambda: self._is_done)

    @workflow.signal
    def hear(self) -> None:
        told.append(f"heard {workflow.now()}")

    @workflow.update
    async def decide(self, is_last: bool) -> None:
        told.append(f"decided {workflow.now()}")
        self._is_done = is_last

    @workflow.update
    async def take_back(self) -> None:
        raise AssertionError("it is always refused")

    @take_back.validator
    def _refuse(self) -> None:
        raise ApplicationError("There is nothing to take back.", type="Refused")


def hearing_worker(home: House, runner: WorkflowRunner, **bounds: int) -> Worker:
    return Worker(
        home.client,
        task_queue="hearing",
        workflows=[HearingWorkflow],
        unsandboxed_workflow_runner=runner,
        **bounds,  # type: ignore[arg-type]
    )


async def replayed(home: House, runner: WorkflowRunner, hearing: Hearing) -> list[str]:
    """What a replay of the whole history tells."""
    told.clear()
    replayer = Replayer(
        workflows=[HearingWorkflow], unsandboxed_workflow_runner=runner, data_converter=home.client.data_converter
    )
    await replayer.replay_workflow(await hearing.fetch_history())
    return told


@pytest.mark.requirement("AUD-1", "AUD-2")
@pytest.mark.parametrize("signals", [2, 3])
async def test_a_replay_tells_what_a_worker_was_told_that_took_over(home: House, signals: int) -> None:
    runner = TraceableRunner(UnsandboxedWorkflowRunner())
    # Without a cache each task is run by a worker that meets the case anew.
    async with hearing_worker(home, runner, max_cached_workflows=0):
        hearing = await home.client.start_workflow(HearingWorkflow.run, id=f"hearing-{uuid4()}", task_queue="hearing")
        for is_last in (False, True):
            for _ in range(signals):
                await hearing.signal(HearingWorkflow.hear)
                await hearing.query("__stack_trace")  # answered after the signal's own task
            await hearing.execute_update(HearingWorkflow.decide, is_last)
        await hearing.result()
    live = told[-2 * signals - 2 :]
    assert await replayed(home, runner, hearing) == live


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_a_refusal_that_comes_with_a_silent_task_leaves_it_silent(home: House) -> None:
    runner = TraceableRunner(UnsandboxedWorkflowRunner())
    hearing = await home.client.start_workflow(HearingWorkflow.run, id=f"hearing-{uuid4()}", task_queue="hearing")
    await hearing.signal(HearingWorkflow.hear)
    with pytest.raises(
        WorkflowUpdateRPCTimeoutOrCancelledError
    ):  # nobody is at work yet: it waits for the first task
        await hearing.execute_update(HearingWorkflow.take_back, rpc_timeout=timedelta(seconds=1))
    async with hearing_worker(home, runner):
        await hearing.query("__stack_trace")
        await hearing.signal(HearingWorkflow.hear)
        await hearing.query("__stack_trace")
        await hearing.execute_update(HearingWorkflow.decide, True)
        await hearing.result()
    live = told[-3:]
    assert await replayed(home, runner, hearing) == live
