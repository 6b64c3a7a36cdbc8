"""Where a history says what the process gave to the register, and what had moved the process to it.

Nothing is replayed here: it is what the engine keeps, in the order in which it keeps it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

LOCAL_ACTIVITY = "core_local_activity"
RECORDING = "record_transition"
_MOVING = frozenset(
    {
        *("workflow_execution_started", "workflow_execution_signaled", "workflow_execution_update_accepted"),
        *("timer_fired", "activity_task_completed", "activity_task_failed", "activity_task_timed_out"),
    }
)


@dataclass(frozen=True)
class Cause:
    """An event that moved the process: what `about` names is a command, a signal or an activity."""

    event_id: int
    kind: str
    about: str = ""


@dataclass(frozen=True)
class Recording:
    """The register's answer to one step of the process, as the history has it: the step's digest.

    `causes` is what had come to the process since the task before.
    """

    run_id: str
    event_id: int
    at: datetime
    digest: str
    causes: list[Cause]


@dataclass
class _Reader:
    history: WorkflowHistory
    causes: list[Cause] = field(default_factory=list)
    waiting: list[Cause] = field(default_factory=list)
    recording: dict[int, list[Cause]] = field(default_factory=dict)
    """The activities that record, by the event that scheduled them, with what moved the process to that."""

    def read(self) -> Iterator[Recording]:
        for event in self.history.events:
            kind = str(event.WhichOneof("attributes")).removesuffix("_event_attributes")
            about = getattr(event, f"{kind}_event_attributes", None)
            if kind == "workflow_task_completed":
                self.causes, self.waiting = self.waiting, []
            elif kind == "activity_task_scheduled" and event_names_recording(about):
                self.recording[event.event_id] = self.causes
            elif kind == "marker_recorded" and (kept := _kept_by_marker(about)):
                yield self._recording(event, kept, self.causes)
            elif kind == "activity_task_completed" and about.scheduled_event_id in self.recording:  # type: ignore[union-attr]
                causes = self.recording.pop(about.scheduled_event_id)  # type: ignore[union-attr]
                yield self._recording(event, json.loads(about.result.payloads[0].data), causes)  # type: ignore[union-attr]
            elif kind in _MOVING:
                # A command is accepted by the task that it moves; all else comes before the task.
                moved = self.causes if kind == "workflow_execution_update_accepted" else self.waiting
                moved.append(Cause(event.event_id, kind, self._named(kind, about)))

    def _recording(self, event: HistoryEvent, digest: str, causes: list[Cause]) -> Recording:
        return Recording(self.history.run_id, event.event_id, event.event_time.ToDatetime(UTC), digest, causes)

    def _named(self, kind: str, about: Any) -> str:
        match kind:
            case "workflow_execution_update_accepted":
                return _command(about)
            case "workflow_execution_signaled":
                return str(about.signal_name)
            case "activity_task_completed" | "activity_task_failed" | "activity_task_timed_out":
                scheduled = self.history.events[about.scheduled_event_id - 1]
                return str(scheduled.activity_task_scheduled_event_attributes.activity_type.name)
            case _:
                return ""


def recordings(history: WorkflowHistory) -> list[Recording]:
    """Everything that the register has answered to the process of this decoded history, in order."""
    return list(_Reader(history).read())


def event_names_recording(scheduled: Any) -> bool:
    """Whether this scheduled activity is the one that writes into the register."""
    return bool(scheduled.activity_type.name == RECORDING)


def _kept_by_marker(marker: Any) -> str:
    if marker.marker_name != LOCAL_ACTIVITY or "result" not in marker.details:
        return ""
    about = json.loads(marker.details["data"].payloads[0].data)
    return json.loads(marker.details["result"].payloads[0].data) if about["activity_type"] == RECORDING else ""


def _command(accepted: Any) -> str:
    """The kind of the decision that an update brought."""
    for payload in accepted.accepted_request.input.args.payloads:
        sent = json.loads(payload.data)
        if isinstance(sent, dict) and isinstance(sent.get("decision"), dict):
            return str(sent["decision"].get("type", ""))
    return ""
