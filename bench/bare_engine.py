"""The engine's own client, with nothing of the product around it: what starts and receipts are measured against."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from api.schemas import AppealIn
from bench.rounds import Once
from domain.contracts.appeal import Appeal
from domain.contracts.state import AppealStart
from tests.examples import appeal
from workflows.appeal import AppealWorkflow

NOBODY = "nobody-works-here"
"""The queue of those cases whose start alone is measured."""
_BARE = "bare"


@workflow.defn
class BareWorkflow:
    """The least that can acknowledge something; it lives as long as the bench."""

    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(timedelta(hours=1))

    @workflow.update
    def count(self) -> int:
        self._count += 1
        return self._count


def bare_worker(client: Client) -> Worker:
    return Worker(client, task_queue=_BARE, workflows=[BareWorkflow], workflow_runner=UnsandboxedWorkflowRunner())


@asynccontextmanager
async def starting(client: Client) -> AsyncIterator[Once]:
    """Starts one workflow after the other, with the input of an appeal."""

    async def start() -> None:
        await client.start_workflow(AppealWorkflow.run, bare_start(), id=uuid4().hex, task_queue=NOBODY)

    yield start


@asynccontextmanager
async def updating(client: Client) -> AsyncIterator[Once]:
    """Sends one update after the other to a workflow of its own."""
    handle = await client.start_workflow(BareWorkflow.run, id=uuid4().hex, task_queue=_BARE)
    await handle.execute_update(BareWorkflow.count)
    yield lambda: handle.execute_update(BareWorkflow.count)


def bare_start() -> AppealStart:
    """The input of an appeal's process."""
    sent = AppealIn.model_validate(appeal())
    received = {"received_at": "2026-11-22T12:00:00Z", "number": uuid4().hex, "portal": "bench"}
    details = {"details": sent.details.contract()}
    given = Appeal.model_validate(sent.model_dump(exclude={"details", "received_at"}) | received | details)
    return AppealStart(appeal=given)
