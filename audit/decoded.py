"""Histories with their payloads opened, so that they can be replayed by code that holds no key."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec


async def decoded(history: WorkflowHistory, codec: PayloadCodec | None) -> WorkflowHistory:
    """The same history in clear; the codec's own error where a payload can't be opened."""
    if codec is None:
        return history
    events = []
    for event in history.events:
        opened = HistoryEvent()
        opened.CopyFrom(event)
        for payload in _payloads(opened):
            (clear,) = await codec.decode([payload])
            payload.CopyFrom(clear)
        events.append(opened)
    return WorkflowHistory(history.workflow_id, events)


def _payloads(message: Message) -> Iterator[Payload]:
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for each in _messages(field, value):
                yield from _payloads(each)


def _messages(field: FieldDescriptor, value: Any) -> Iterator[Message]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        yield from (each for each in value.values() if isinstance(each, Message))
    elif isinstance(value, Message):
        yield value
    else:
        yield from value
