"""Strong replay: the code must not only take the recorded way, but ask for everything that is recorded on it (AUD-2).

Plain replay compares kinds and names of commands alone. A changed argument, timer or answer is found here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn

from temporalio.api.common.v1 import Payload, RetryPolicy
from temporalio.api.history.v1 import ActivityTaskScheduledEventAttributes, HistoryEvent
from temporalio.bridge.proto.workflow_commands import ScheduleActivity, WorkflowCommand
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadCodec
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from audit.differences import differing
from audit.recordings import LOCAL_ACTIVITY, RECORDING
from audit.watch import WatchingRunner
from domain.contracts.journal import Transition
from infra.codec import decoded, payloads_of
from workflows.appeal import AppealWorkflow
from workflows.incident import IncidentWorkflow

# What the engine or a sender writes, and what plain replay holds against the code as it is.
_NOT_ASKED_FOR = frozenset(
    {
        *("workflow_task_scheduled", "workflow_task_started", "workflow_task_completed", "workflow_task_timed_out"),
        *("workflow_task_failed", "activity_task_started", "activity_task_failed", "activity_task_timed_out"),
        *("activity_task_canceled", "activity_task_cancel_requested", "timer_fired", "timer_canceled"),
        *("workflow_execution_signaled", "workflow_execution_update_admitted", "workflow_execution_update_accepted"),
        *("workflow_execution_cancel_requested", "workflow_execution_terminated", "workflow_execution_timed_out"),
        *("workflow_execution_options_updated", "workflow_execution_time_skipping_transitioned"),
        "workflow_properties_modified",
    }
)


_NOT_A_PAYLOAD = ("something that does not decode", "what does")
# A decision that was sent twice is one update: the engine notes the one sending or the other, whichever was answered.
_WHICH_SENDING = "attempt"
# What reading raises where an event or a payload is not of the shape that every process makes.
_OF_NO_SHAPE = (ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True)
class Divergence:
    """The first place where history and code part; it names fields and never shows what is in them."""

    run_id: str
    event_id: int
    recorded: str
    made: str

    def __str__(self) -> str:
        place = f"event {self.event_id} of run {self.run_id}" if self.event_id else f"run {self.run_id}"
        return f"{place}: recorded is {self.recorded}; the code makes {self.made}"


@dataclass(frozen=True)
class Told:
    """A transition as the code makes it; `is_kept` when the history says that the register has taken it."""

    transition: Transition
    is_kept: bool


@dataclass
class Replayed:
    """What became of replaying one case: all that it told the register, and where it diverged, if it did."""

    events: int = 0
    told: list[Told] = field(default_factory=list)
    divergence: Divergence | None = None
    has_ended: bool = False


class _Diverged(Exception):
    def __init__(self, recorded: str, made: str) -> None:
        super().__init__(recorded, made)
        self.recorded = recorded
        self.made = made


class StrongReplayer:
    """Replays histories with this code and compares each recorded step with the one that the code makes."""

    def __init__(self, codec: PayloadCodec | None = None) -> None:
        self._codec = codec
        self._runner = WatchingRunner()
        self._replayer = Replayer(
            workflows=[AppealWorkflow, IncidentWorkflow],
            data_converter=pydantic_data_converter,
            runtime=_silent(),
            workflow_runner=self._runner,
        )

    async def replay(self, runs: Sequence[WorkflowHistory]) -> Replayed:
        """Replay the runs of one case, oldest first, up to the first divergence."""
        replayed = Replayed()
        handed_over: list[Payload] | None = None
        for recorded in runs:
            history = await decoded(recorded, self._codec)
            if divergence := _undecodable(history):
                replayed.divergence = divergence
                break
            outcome = await self._replayer.replay_workflow(history, raise_on_replay_failure=False)
            run = _Run(history, self._runner.commands(history.run_id))
            replayed.events += len(history.events)
            replayed.divergence = run.compare(handed_over) or _failed(run, outcome.replay_failure)
            replayed.told += run.told
            replayed.has_ended = run.has_ended
            if replayed.divergence:
                break
            handed_over = run.handed_over
        return replayed


@cache
def _silent() -> Runtime:
    """The core would log what it was told of a failure, on the standard output."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _undecodable(history: WorkflowHistory) -> Divergence | None:
    """The first event that holds a payload which nobody can have written."""
    for event in history.events:
        if not all(map(_decodes, payloads_of(event))):
            return Divergence(history.run_id, event.event_id, *_NOT_A_PAYLOAD)
    return None


def _decodes(payload: Payload) -> bool:
    encoding = payload.metadata.get("encoding", b"")
    if not encoding.startswith(b"json/"):
        return encoding == b"binary/null" and not payload.data
    try:
        json.loads(payload.data)
    except ValueError:
        return False
    return True


def _failed(run: "_Run", failure: Exception | None) -> Divergence | None:
    if failure is None:
        return None
    # Another failure's message may quote a payload.
    reason = str(failure) if isinstance(failure, NondeterminismError) else type(failure).__name__
    return Divergence(run.run_id, 0, "another course of the process", reason)


class _Run:
    """One run: its recorded events against the commands of its replay."""

    def __init__(self, history: WorkflowHistory, commands: Sequence[WorkflowCommand]) -> None:
        self.run_id = history.run_id
        self.told: list[Told] = []
        self.handed_over: list[Payload] | None = None
        self.has_ended = False
        self._events = history.events
        self._made = {_key(command): command for command in commands}
        self._recordings = {
            key: _transition(command) for key, command in self._made.items() if _is_recording(command)
        }
        self._kept: set[tuple[str, str]] = set()

    def compare(self, handed_over: list[Payload] | None) -> Divergence | None:
        """The first event that says other things than the code, or None."""
        divergence = None
        for event in self._events:
            try:
                self._compare(event, handed_over)
            except _Diverged as diverged:
                divergence = Divergence(self.run_id, event.event_id, diverged.recorded, diverged.made)
                break
            except _OF_NO_SHAPE:
                divergence = Divergence(self.run_id, event.event_id, *_NOT_A_PAYLOAD)
                break
        self.told = self._told()
        return divergence

    def _told(self) -> list[Told]:
        """What the run told the register; once, where a try beside the task failed and an activity took its place."""
        told: dict[tuple[str, int], Told] = {}
        for key, transition in self._recordings.items():
            place = transition.number, transition.entries[0].sequence
            is_kept = key in self._kept or (place in told and told[place].is_kept)
            told[place] = Told(transition, is_kept)
        return list(told.values())

    def _compare(self, event: HistoryEvent, handed_over: list[Payload] | None) -> None:
        kind = str(event.WhichOneof("attributes")).removesuffix("_event_attributes")
        match kind:
            case "workflow_execution_started":
                if handed_over is not None:
                    started = event.workflow_execution_started_event_attributes
                    _same(started.input.payloads, handed_over, "the start of the run")
            case "activity_task_scheduled":
                self._compare_activity(event.activity_task_scheduled_event_attributes)
            case "activity_task_completed":
                completed = event.activity_task_completed_event_attributes
                scheduled = self._events[completed.scheduled_event_id - 1].activity_task_scheduled_event_attributes
                self._keep(("activity", scheduled.activity_id), completed.result.payloads)
            case "timer_started":
                self._compare_timer(event)
            case "marker_recorded":
                self._compare_marker(event)
            case "workflow_execution_update_completed":
                self._compare_update(event)
            case "workflow_execution_completed" | "workflow_execution_failed" | "workflow_execution_continued_as_new":
                self._compare_end(event, kind)
            case _ if kind not in _NOT_ASKED_FOR:
                raise _Diverged(kind, "no such step")

    def _compare_activity(self, recorded: ActivityTaskScheduledEventAttributes) -> None:
        name = f"activity {recorded.activity_type.name}"
        made = self._command(("activity", recorded.activity_id), name).schedule_activity
        if recorded.activity_type.name != made.activity_type:
            raise _Diverged(name, f"activity {made.activity_type}")
        _same(recorded.input.payloads, made.arguments, name)
        _same_terms(name, _recorded_terms(recorded), _made_terms(made))

    def _compare_timer(self, event: HistoryEvent) -> None:
        recorded = event.timer_started_event_attributes
        made = self._command(("timer", recorded.timer_id), "a timer").start_timer
        if recorded.start_to_fire_timeout != made.start_to_fire_timeout:
            length, other = recorded.start_to_fire_timeout, made.start_to_fire_timeout
            raise _Diverged(f"a timer of {_seconds(length)} s", f"one of {_seconds(other)} s")

    def _compare_marker(self, event: HistoryEvent) -> None:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name != LOCAL_ACTIVITY:
            return
        about = json.loads(marker.details["data"].payloads[0].data)
        name = f"local activity {about['activity_type']}"
        key = ("local", str(about["seq"]))
        made = self._command(key, name).schedule_local_activity
        if made.activity_type != about["activity_type"]:
            raise _Diverged(name, f"local activity {made.activity_type}")
        if not marker.HasField("failure"):
            self._keep(key, marker.details["result"].payloads)

    def _keep(self, key: tuple[str, str], result: Sequence[Payload]) -> None:
        """What the register has taken must be what the code hands it: the recorded digest says which."""
        if key in self._recordings:
            (digest,) = result
            if json.loads(digest.data) != self._recordings[key].digest():
                raise _Diverged("the digest of another transition", "a transition that says other things")
            self._kept.add(key)

    def _compare_update(self, event: HistoryEvent) -> None:
        completed = event.workflow_execution_update_completed_event_attributes
        accepted = self._events[completed.accepted_event_id - 1].workflow_execution_update_accepted_event_attributes
        made = self._command(("update", accepted.protocol_instance_id), "an update's answer").update_response
        recorded = completed.outcome.WhichOneof("value") == "success"
        if recorded != made.HasField("completed"):
            raise _Diverged(*("an answer", "a refusal") if recorded else ("a refusal", "an answer"))
        if recorded:
            _same(completed.outcome.success.payloads, [made.completed], "the answer to an update", but=_WHICH_SENDING)

    def _compare_end(self, event: HistoryEvent, kind: str) -> None:
        name = kind.replace("workflow_execution_", "the run ")
        made = self._command(("end", kind), name)
        if kind == "workflow_execution_continued_as_new":
            given = event.workflow_execution_continued_as_new_event_attributes.input.payloads
            asked = list(made.continue_as_new_workflow_execution.arguments)
            _same(given, asked, "what the run hands over")
            self.handed_over = asked
            return
        if kind == "workflow_execution_completed":
            result = event.workflow_execution_completed_event_attributes.result.payloads
            _same(result, [made.complete_workflow_execution.result], "the result")
        self.has_ended = True

    def _command(self, key: tuple[str, str], name: str) -> WorkflowCommand:
        return self._made[key] if key in self._made else _missing(name)


def _same(recorded: Sequence[Payload], made: Sequence[Payload], name: str, but: str = "") -> None:
    if names := differing(recorded, made, but):
        raise _Diverged(f"{name} with a certain {names}", "another")


def _missing(name: str) -> NoReturn:
    raise _Diverged(name, "no such step")


def _key(command: WorkflowCommand) -> tuple[str, str]:
    """What ties a command to its event."""
    match command.WhichOneof("variant"):
        case "schedule_activity":
            return "activity", command.schedule_activity.activity_id
        case "schedule_local_activity":
            return "local", str(command.schedule_local_activity.seq)
        case "start_timer":
            return "timer", str(command.start_timer.seq)
        case "update_response":
            response = command.update_response
            # An update is first accepted and then answered.
            phase = "accepted" if response.HasField("accepted") else "update"
            return phase, response.protocol_instance_id
        case "complete_workflow_execution":
            return "end", "workflow_execution_completed"
        case "fail_workflow_execution":
            return "end", "workflow_execution_failed"
        case "continue_as_new_workflow_execution":
            return "end", "workflow_execution_continued_as_new"
        case other:
            return "other", str(other)


def _is_recording(command: WorkflowCommand) -> bool:
    return RECORDING in (command.schedule_activity.activity_type, command.schedule_local_activity.activity_type)


def _transition(command: WorkflowCommand) -> Transition:
    arguments = command.schedule_activity.arguments or command.schedule_local_activity.arguments
    return Transition.model_validate_json(arguments[0].data)


def _seconds(duration: Any) -> float:
    return float(duration.ToTimedelta().total_seconds())


def _same_terms(name: str, recorded: dict[str, object], made: dict[str, object]) -> None:
    for term, value in recorded.items():
        if value != made[term]:
            raise _Diverged(f"{name} with {term} {value}", f"{made[term]}")


def _recorded_terms(recorded: ActivityTaskScheduledEventAttributes) -> dict[str, object]:
    return {
        "schedule_to_close": _seconds(recorded.schedule_to_close_timeout),
        "schedule_to_start": _seconds(recorded.schedule_to_start_timeout),
        "start_to_close": _seconds(recorded.start_to_close_timeout),
        "heartbeat": _seconds(recorded.heartbeat_timeout),
        "retry": _retry_terms(recorded.retry_policy),
        "priority": recorded.priority.priority_key,
    }


def _made_terms(made: ScheduleActivity) -> dict[str, object]:
    """The terms as the engine completes them when it takes the command."""
    in_all = _seconds(made.schedule_to_close_timeout)
    to_start = _seconds(made.schedule_to_start_timeout) or in_all
    once = _seconds(made.start_to_close_timeout) or in_all
    once = min(once, in_all) if in_all else once
    return {
        "schedule_to_close": in_all,
        "schedule_to_start": min(to_start, in_all) if in_all else to_start,
        "start_to_close": once,
        "heartbeat": min(_seconds(made.heartbeat_timeout), once),
        "retry": _retry_terms(made.retry_policy),
        "priority": made.priority.priority_key,
    }


def _retry_terms(policy: RetryPolicy) -> tuple[object, ...]:
    first = _seconds(policy.initial_interval) or 1.0
    longest = _seconds(policy.maximum_interval) or 100 * first
    factor = policy.backoff_coefficient or 2.0
    return first, factor, longest, policy.maximum_attempts, tuple(policy.non_retryable_error_types)
