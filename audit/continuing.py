"""A child that says of each history it reads whether the code it runs in could continue it, for `audit.pool`.

It is run by its path with another revision's code on the path: it uses nothing of ours but what each has.
"""

import asyncio
import json
import os
import sys
from typing import TextIO

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from infra.runner import workflow_runner
from workflows.appeal import AppealWorkflow

try:
    from workflows.incident import IncidentWorkflow
except ImportError:  # a revision from before there were incidents
    WORKFLOWS: list[type] = [AppealWorkflow]
else:
    WORKFLOWS = [AppealWorkflow, IncidentWorkflow]


async def _answer_all(answers: TextIO) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS, workflow_runner=workflow_runner(), data_converter=pydantic_data_converter
    )
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        reason = ""
        for run in asked["runs"]:
            history = WorkflowHistory.from_json(asked["process"], run)
            failure = (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure
            if failure and not reason:
                # Another failure's message may quote a payload.
                reason = str(failure) if isinstance(failure, NondeterminismError) else type(failure).__name__
        answers.write(json.dumps(reason) + "\n")
        answers.flush()


if __name__ == "__main__":
    # The engine's core complains on the standard output, which is for answers alone.
    own = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asyncio.run(_answer_all(own))
    os._exit(0)  # the engine's client may abort an orderly exit (temporalio/sdk-python#300)
