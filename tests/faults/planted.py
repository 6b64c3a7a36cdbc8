"""Workers with a bug, to see that the checker finds it: `python -m tests.faults.planted BUG`."""

import sys
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner

import worker
from cli.commands import app
from domain.clocks import Budget, Clock
from domain.contracts.commands import Command, Receipt
from domain.deadlines import ClockName
from domain.digest import digest
from infra.gateways import EmailGateway
from infra.runner import TraceableRunner
from workflows.clocks import CaseClocks
from workflows.desk import Desk

HALF = "01234567"


def dropped_command() -> None:
    """Some decisions are acknowledged and forgotten."""
    take = Desk._take

    def forgetful(self: Desk, command: Command) -> Receipt:
        if command.id[0] not in HALF:
            return take(self, command)
        decision = command.decision
        return Receipt(command_id=command.id, type=decision.type, accepted_at=workflow.now(), digest=digest(decision))

    Desk._take = forgetful  # type: ignore[method-assign]


def doubled_message() -> None:
    """Each e-mail is sent once more."""
    send = EmailGateway.send

    async def insistent(self: EmailGateway, *what: Any) -> str:
        await send(self, *what)
        return await send(self, *what)

    EmailGateway.send = insistent  # type: ignore[assignment,method-assign]


def moved_deadline() -> None:
    """Clocks start by the worker's own clock, which is a little slow."""
    start = CaseClocks.start

    def late(self: CaseClocks, name: ClockName, budget: Budget, since: datetime | None = None) -> Clock:
        return start(self, name, budget, (since or workflow.now()) + timedelta(seconds=7))

    CaseClocks.start = late  # type: ignore[method-assign]


BUGS = {bug.__name__: bug for bug in (dropped_command, doubled_message, moved_deadline)}


def main() -> None:
    BUGS[sys.argv.pop()]()
    # The sandbox would load the workflows anew, without the bug.
    worker.workflow_runner = lambda: TraceableRunner(UnsandboxedWorkflowRunner())  # type: ignore[attr-defined]
    app(["worker"])


if __name__ == "__main__":
    main()
