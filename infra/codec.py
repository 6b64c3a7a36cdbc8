"""What the engine keeps is sealed under the key of its case: each payload, and the text of each failure (ADR 13)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Self

from cryptography.exceptions import InvalidTag
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from domain.sealing import SYSTEM_KEY, Erased, Keyring, NoKey
from infra.failures import BriefFailureConverter

ENCODING = b"binary/encrypted"
KEY_NAME = "key-name"
_LABEL = "payload"
_APPEAL = "appeal-"
_WITH_KEYS_OF_THEIR_OWN = ("incident-", "batch-")


class HistoryUnreadable(Exception):
    """Something in a history does not open: it was changed, or moved there from another process."""

    def __init__(self, run_id: str, event_id: int) -> None:
        super().__init__(f"event {event_id} of run {run_id}: what is there does not open: it was changed or moved")


def key_name(process_id: str | None) -> str:
    """The name of the key that seals what this process of the engine says."""
    if process_id and process_id.startswith(_APPEAL):
        return process_id.removeprefix(_APPEAL)
    return process_id if process_id and process_id.startswith(_WITH_KEYS_OF_THEIR_OWN) else SYSTEM_KEY


class SealingCodec(PayloadCodec, WithSerializationContext):
    """Seals payloads under the key of the process they belong to; its name travels with them, in clear."""

    def __init__(self, keyring: Keyring, name: str = SYSTEM_KEY) -> None:
        self._keyring = keyring
        self._name = name

    def with_context(self, context: SerializationContext) -> Self:
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return type(self)(self._keyring, key_name(context.workflow_id))
        return type(self)(self._keyring)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads, sealed; `domain.sealing.Erased` where the key is destroyed."""
        key = await self._keyring.key(self._name)
        metadata = {"encoding": ENCODING, KEY_NAME: self._name.encode()}
        return [Payload(metadata=metadata, data=key.seal(_LABEL, each.SerializeToString())) for each in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads as they were; `Erased` where their key is destroyed, `NoKey` where there never was one."""
        return [await self._decoded(each) for each in payloads]

    async def _decoded(self, payload: Payload) -> Payload:
        if not is_sealed(payload):
            return payload
        key = await self._keyring.key(sealed_under(payload), may_make=False)
        return Payload.FromString(key.open(_LABEL, payload.data))


def is_sealed(payload: Payload) -> bool:
    """Whether this codec has sealed the payload; others, such as search attributes, are in clear by nature."""
    return payload.metadata.get("encoding") == ENCODING


def sealed_under(payload: Payload) -> str:
    """The name of the key that opens a sealed payload; `ValueError` where it names none."""
    if not (name := payload.metadata.get(KEY_NAME)):
        raise ValueError("a sealed payload names no key")
    return name.decode()


def sealing_converter(keyring: Keyring) -> DataConverter:
    """How every client, worker and replay of the product reads and writes what the engine keeps."""
    return replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(keyring),
        failure_converter_class=BriefFailureConverter,
    )


async def decoded(history: WorkflowHistory, codec: PayloadCodec | None) -> WorkflowHistory:
    """The history with every payload open: it replays without any key.

    `Erased` where its process's key is destroyed, `NoKey` where there never was one; `HistoryUnreadable` where a
    payload was not sealed under it, or is none.
    """
    if codec is None:
        return history
    plain = await asyncio.to_thread(History, events=history.events)
    for event in plain.events:
        for payload in payloads_of(event):
            try:
                payload.CopyFrom((await codec.decode([payload]))[0])
            except (Erased, NoKey):
                if sealed_under(payload) == key_name(history.workflow_id):
                    raise
                raise HistoryUnreadable(history.run_id, event.event_id) from None
            except (InvalidTag, DecodeError, ValueError) as changed:
                raise HistoryUnreadable(history.run_id, event.event_id) from changed
        # A long history has thousands of them: who else is served here has their turn in between.
        await asyncio.sleep(0)
    return WorkflowHistory(history.workflow_id, list(plain.events))


def payloads_of(message: Message) -> Iterator[Payload]:
    """Every payload that a message holds, in whatever field of it."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        for part in _parts(field, value):
            yield from payloads_of(part)


def _parts(field: FieldDescriptor, value: object) -> list[Message]:
    """The messages that a field of a message holds: one, several, or those of a map."""
    if isinstance(value, Message):
        return [value]
    held = list(value.values()) if hasattr(value, "values") else list(value)  # type: ignore[call-overload]
    return [each for each in held if isinstance(each, Message)]
