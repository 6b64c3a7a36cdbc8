"""The engine's histories as plain JSON, decoded for whoever may read the case."""

import json
from collections.abc import Iterator

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec


async def decoded(history: WorkflowHistory, codec: PayloadCodec | None) -> WorkflowHistory:
    """A copy of the history in which every payload is in clear."""
    events = []
    for event in history.events:
        copy = HistoryEvent()
        copy.CopyFrom(event)
        if codec:
            for payload in list(_payloads(copy)):
                (plain,) = await codec.decode([payload])
                payload.CopyFrom(plain)
        events.append(copy)
    return WorkflowHistory(history.workflow_id, events)


def as_json(history: WorkflowHistory) -> bytes:
    """The history as the engine's own tools read and write it."""
    return json.dumps(history.to_json_dict(), ensure_ascii=False, indent=1).encode()


def _payloads(message: Message) -> Iterator[Payload]:
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            within = [each for each in value.values() if isinstance(each, Message)]
        else:
            within = [value] if isinstance(value, Message) else list(value)
        for each in within:
            yield from _payloads(each)
