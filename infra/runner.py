"""How a worker runs workflow code: in the sandbox, and so that a replay meets the tasks that were run."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.api.enums.v1 import CommandType
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# Loaded once, outside the sandbox's checks: the domain is kept pure by lint instead, and loading it anew for
# every case costs 10 ms.
PASSED_THROUGH = ("domain", "activities", "pydantic", "pydantic_core", "annotated_types", "typing_extensions")

# A question leaves nothing, a refused update neither, and the rest is of the worker's own.
NOT_ON_RECORD = ("query_workflow", "do_update", "remove_from_cache", "update_random_seed", "notify_has_patch")

_TO_OTHERS = (
    CommandType.COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION,
    CommandType.COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION,
    CommandType.COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION,
    CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
)


def workflow_runner() -> WorkflowRunner:
    """The runner of every worker, test and replay: one list of what passes through the sandbox."""
    restrictions = replace(
        SandboxRestrictions.default,
        passthrough_modules=SandboxRestrictions.passthrough_modules_default | set(PASSED_THROUGH),
    )
    return TraceableRunner(SandboxedWorkflowRunner(restrictions=restrictions))


class OuterRunner(WorkflowRunner):
    """Another runner, whose instances are put into others by `_around`."""

    def __init__(self, inner: WorkflowRunner) -> None:
        self._inner = inner

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return self._around(self._inner.create_instance(det), det)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        self._inner.set_worker_level_failure_exception_types(types)

    @abstractmethod
    def _around(self, instance: WorkflowInstance, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """What the run of this instance is put into."""


class OuterInstance(WorkflowInstance):
    """One run of a workflow, as another instance runs it."""

    def __init__(self, inner: WorkflowInstance) -> None:
        self._inner = inner
        self._own_context = inner.get_serialization_context(None)
        self._own_store_context = inner.get_external_store_context(None)

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: Any) -> SerializationContext | None:
        """Whose key seals the payload: asked several times of each, so the sandbox is entered for few (ADR 24)."""
        return self._own_context if _is_own(command_info) else self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return (
            self._own_store_context if _is_own(command_info) else self._inner.get_external_store_context(command_info)
        )

    def get_info(self) -> workflow.Info:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


def _is_own(command_info: Any) -> bool:
    """Whether the payload belongs to the process itself: its activities have its key, other processes have theirs."""
    return command_info is None or command_info.command_type not in _TO_OTHERS


class TraceableRunner(OuterRunner):
    """Leaves a trace of the second of two tasks that ask for nothing.

    A worker that takes over a case runs two such tasks and the update that follows as one, at the time of the
    update. A later replay runs them one by one: other entries in other transitions, at other times.
    """

    def _around(self, instance: WorkflowInstance, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Traceable(instance)


class _Traceable(OuterInstance):
    def __init__(self, inner: WorkflowInstance) -> None:
        super().__init__(inner)
        self._was_silent = False

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = super().activate(act)
        if completion.HasField("successful") and any(map(_is_on_record, act.jobs)):
            is_silent = not any(map(_leaves_an_event, completion.successful.commands))
            if is_silent and self._was_silent:
                completion.successful.commands.append(_trace())
            self._was_silent = is_silent and not self._was_silent
        return completion


def _is_on_record(job: WorkflowActivationJob) -> bool:
    """Whether the history tells of what the task was run for: only of such tasks a replay knows."""
    if job.HasField("resolve_activity"):
        return not job.resolve_activity.is_local
    return job.WhichOneof("variant") not in NOT_ON_RECORD


def _leaves_an_event(command: WorkflowCommand) -> bool:
    """Whether the history tells of the command: of an answer and of a refused update it does not."""
    return not (command.HasField("respond_to_query") or command.update_response.HasField("rejected"))


def _trace() -> WorkflowCommand:
    """A note that is taken off a memo without notes: the one command that leaves an event and has no effect."""
    command = WorkflowCommand()
    command.modify_workflow_properties.upserted_memo.fields["trace"].metadata["encoding"] = b"binary/null"
    return command
