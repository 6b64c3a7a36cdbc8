"""Watching a replay: what the code asks of the engine, before it is compared with what it once asked for."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from infra.engine import workflow_runner


class WatchingRunner(WorkflowRunner):
    """The runner of every worker, which also keeps the commands of each run, oldest first."""

    def __init__(self) -> None:
        self._inner = workflow_runner()
        self._commands: defaultdict[str, list[WorkflowCommand]] = defaultdict(list)

    def commands(self, run_id: str) -> list[WorkflowCommand]:
        """What the code asked for in this run. It is forgotten here."""
        return self._commands.pop(run_id, [])

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Watched(self._inner.create_instance(det), self._commands[det.info.run_id])

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        self._inner.set_worker_level_failure_exception_types(types)


class _Watched(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance, commands: list[WorkflowCommand]) -> None:
        self._inner = inner
        self._commands = commands

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._inner.activate(act)
        for command in completion.successful.commands:
            # A copy: the codec encodes the payloads of the original in place.
            kept = WorkflowCommand()
            kept.CopyFrom(command)
            self._commands.append(kept)
        return completion

    def get_serialization_context(self, command_info: Any) -> SerializationContext | None:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()
