"""Does the embedded engine lose a write that it has acknowledged, when it is killed? `python -m bench.engine_kill`

Starts and updates go on without a pause while the engine is killed (-9) again and again; afterwards each
acknowledged one is looked for in the histories.
"""

import asyncio
import os
import random
import sys
import tempfile
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from infra.engine import is_serving
from infra.settings import Settings
from infra.stack import engine_command
from tests.sandbox_process import free_ports

KILLS = int(os.environ.get("KILLS", "8"))
SECONDS_BETWEEN = (2.0, 5.0)
CLIENTS = 5
QUEUE = "kept"
SERVING_WITHIN_SECONDS = 60.0
TIMEOUT = timedelta(seconds=5)
TROUBLE = (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError)


@workflow.defn
class Keeper:
    """Takes updates for ever."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    def keep(self, number: int) -> int:
        return number


@dataclass
class Acknowledged:
    """What the engine has said yes to: the updates of each workflow that it has said it started."""

    updates: dict[str, list[str]] = field(default_factory=dict)

    def count(self) -> tuple[int, int]:
        return len(self.updates), sum(map(len, self.updates.values()))


async def write(client: Client, name: str, acknowledged: Acknowledged, is_over: asyncio.Event) -> None:
    """Start workflow after workflow and update each a few times, without repeating what failed.

    It is told to end and not cancelled: the client takes a cancellation for one more call that failed.
    """
    turn = 0
    while not is_over.is_set():
        turn += 1
        workflow_id = f"{name}-{turn}"
        try:
            handle = await client.start_workflow(Keeper.run, id=workflow_id, task_queue=QUEUE, rpc_timeout=TIMEOUT)
            acknowledged.updates[workflow_id] = []
            for number in range(5):
                await handle.execute_update(Keeper.keep, number, id=f"{workflow_id}-{number}", rpc_timeout=TIMEOUT)
                acknowledged.updates[workflow_id].append(f"{workflow_id}-{number}")
        except TROUBLE:
            await asyncio.sleep(0.1)


async def lost(client: Client, acknowledged: Acknowledged) -> list[str]:
    """What was acknowledged and is not there."""
    missing = []
    for workflow_id, updates in acknowledged.updates.items():
        try:
            history = await client.get_workflow_handle(workflow_id).fetch_history()
        except RPCError:
            missing.append(workflow_id)
            continue
        found = {
            event.workflow_execution_update_accepted_event_attributes.accepted_request.meta.update_id
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        }
        missing += [update for update in updates if update not in found]
    return missing


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """An engine that is killed at the end, in the midst of whatever goes on."""
    command = engine_command(settings)
    engine = await create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    try:
        async with asyncio.timeout(SERVING_WITHIN_SECONDS):
            while not await is_serving(settings):
                if engine.returncode is not None:  # its port was not free yet
                    engine = await create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
                await asyncio.sleep(0.05)
        yield
    finally:
        if engine.returncode is None:
            engine.kill()
        await engine.wait()


async def measure(folder: Path) -> bool:
    """Print the figures; whether nothing was lost."""
    engine, ui = free_ports(2)
    settings = Settings(
        data_dir=folder, engine_address=f"127.0.0.1:{engine}", engine_ui_port=ui, engine_namespace="default"
    )
    chance = random.Random(7)  # noqa: S311 - the same moments in every run
    acknowledged, is_over = Acknowledged(), asyncio.Event()
    async with AsyncExitStack() as first:
        await first.enter_async_context(running(settings))
        client = await Client.connect(settings.engine_address)
        # A worker asks the engine once before it begins; afterwards it waits for it.
        worker = Worker(client, task_queue=QUEUE, workflows=[Keeper], workflow_runner=UnsandboxedWorkflowRunner())
        working = asyncio.create_task(worker.run())
        writers = [asyncio.create_task(write(client, f"keeper-{n}", acknowledged, is_over)) for n in range(CLIENTS)]
        await asyncio.sleep(chance.uniform(*SECONDS_BETWEEN))
    for kill in range(1, KILLS):
        async with running(settings):
            await asyncio.sleep(chance.uniform(*SECONDS_BETWEEN))
        sys.stderr.write(f"killed {kill + 1} times: {acknowledged.count()} starts and updates so far\n")
    async with running(settings):
        is_over.set()
        async with asyncio.timeout(SERVING_WITHIN_SECONDS):
            await asyncio.gather(*writers)
            await worker.shutdown()
            await working
        missing = await lost(client, acknowledged)
    starts, updates = acknowledged.count()
    figures = {"kills": KILLS, "starts": starts, "updates": updates, "lost": missing}
    print(figures, flush=True)  # noqa: T201 - what the command is for
    return not missing


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="engine-kill-") as data:
        sys.exit(0 if asyncio.run(measure(Path(data))) else 1)
