"""Forging recorded histories: one payload, one timer, as somebody would who can write the engine's database."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from temporalio.client import WorkflowHistory

from tests.record_histories import HISTORIES

Event = dict[str, Any]


def recorded(name: str) -> dict[str, Any]:
    """A recorded history as JSON, to be forged."""
    content: dict[str, Any] = json.loads((HISTORIES / f"{name}.json").read_text())
    return content


def history(content: dict[str, Any]) -> WorkflowHistory:
    return WorkflowHistory.from_json("forged", content)


def nth(content: dict[str, Any], kind: str, fits: Callable[[Event], bool] = lambda _: True) -> Event:
    """The attributes of the first event of a kind that fits."""
    for event in content["events"]:
        attributes: Event = next((value for name, value in event.items() if name.endswith("Attributes")), {})
        if event["eventType"] == f"EVENT_TYPE_{kind}" and fits(attributes):
            return attributes
    raise LookupError(kind)


def event_id(content: dict[str, Any], attributes: Event) -> int:
    """The id of the event with these attributes."""
    return next(int(event["eventId"]) for event in content["events"] if attributes in event.values())


def forge(payloads: Event, change: Callable[[Any], Any]) -> None:
    """Change what the first of some payloads says."""
    payload = payloads["payloads"][0]
    said = change(json.loads(b64decode(payload["data"])))
    payload["data"] = b64encode(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).decode()


def says(**values: Any) -> Callable[[Any], Any]:
    """A change that overwrites these fields."""
    return lambda said: said | values
