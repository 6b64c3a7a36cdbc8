"""A workflow task that the engine has to prolong: a replay tells the time that the case was told (AUD-2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import workflow
from temporalio.worker import Replayer, Worker

from activities.interfaces import RegisterActivities
from activities.register import RegisterWriter
from infra.engine import Deliveries
from tests.house import House
from workflows.journal import with_register

TASK = timedelta(seconds=1)
"""The engine is told after four fifths of it that the task goes on."""
SLOW_SECONDS = 1.4
"""More than that, and less than a try on the register may take."""
PROLONGED = ["workflow_task_completed", "timer_started", "workflow_task_scheduled"]
told: list[datetime] = []


@workflow.defn(sandboxed=False)
class AskingWorkflow:
    """Notes the time, and asks the register, as a new case does."""

    @workflow.run
    async def run(self, number: str) -> None:
        told.append(workflow.now())
        await with_register(RegisterActivities.read_contacts, number)


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_a_replay_tells_the_time_at_which_a_prolonged_task_began(home: House) -> None:
    register = RegisterWriter(home.register, Deliveries(home.client, home.settings))
    async with Worker(
        home.client, task_queue="asking", workflows=[AskingWorkflow], activities=[register.read_contacts]
    ):
        async with _no_connection_left(home.register.engine):
            asking = await home.client.start_workflow(
                AskingWorkflow.run, "1", id=f"asking-{uuid4()}", task_queue="asking", task_timeout=TASK
            )
            await asyncio.sleep(SLOW_SECONDS)
        await asking.result()
    history = await asking.fetch_history()
    kinds = [str(event.WhichOneof("attributes")).removesuffix("_event_attributes") for event in history.events]
    live, made = told[-1], len(told)
    await Replayer(workflows=[AskingWorkflow], data_converter=home.client.data_converter).replay_workflow(history)
    assert kinds[3:6] == PROLONGED, kinds
    assert told[made:] == [live]


@asynccontextmanager
async def _no_connection_left(register: AsyncEngine) -> AsyncIterator[None]:
    """While this lasts, whoever reads or writes the register has to wait."""
    async with AsyncExitStack() as stack:
        while True:
            try:
                await asyncio.wait_for(stack.enter_async_context(register.connect()), 0.2)
            except TimeoutError:
                break
        yield
