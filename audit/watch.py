"""Watching a replay: what the code asks of the engine, before it is compared with what it once asked for."""

from collections import defaultdict

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails

from infra.runner import OuterInstance, OuterRunner, workflow_runner


class WatchingRunner(OuterRunner):
    """The runner of every worker, which also keeps the commands of each run, oldest first."""

    def __init__(self) -> None:
        super().__init__(workflow_runner())
        self._commands: defaultdict[str, list[WorkflowCommand]] = defaultdict(list)

    def commands(self, run_id: str) -> list[WorkflowCommand]:
        """What the code asked for in this run. It is forgotten here."""
        return self._commands.pop(run_id, [])

    def _around(self, instance: WorkflowInstance, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Watched(instance, self._commands[det.info.run_id])


class _Watched(OuterInstance):
    def __init__(self, inner: WorkflowInstance, commands: list[WorkflowCommand]) -> None:
        super().__init__(inner)
        self._commands = commands

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = super().activate(act)
        for command in completion.successful.commands:
            # A copy: the codec encodes the payloads of the original in place.
            kept = WorkflowCommand()
            kept.CopyFrom(command)
            self._commands.append(kept)
        return completion
