"""Naming what differs between two payloads without showing it: their values may tell of a person."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from temporalio.api.common.v1 import Payload

NAMED_AT_MOST = 5
FORM = "the payload's form"


def differing(recorded: Sequence[Payload], made: Sequence[Payload], but: str = "") -> str:
    """The names of the fields in which the payloads differ, `but` this one; empty where they say the same."""
    if len(recorded) != len(made):
        return f"{len(recorded)} payloads, not {len(made)}"
    names = [name for one, other in zip(recorded, made, strict=True) for name in _names(one, other) if name != but]
    return ", ".join(names[:NAMED_AT_MOST])


def _names(recorded: Payload, made: Payload) -> Iterator[str]:
    if recorded.data == made.data and recorded.metadata.get("encoding") == made.metadata.get("encoding"):
        return
    if recorded.metadata.get("encoding") != made.metadata.get("encoding"):
        yield FORM
        return
    try:
        yield from _paths(json.loads(recorded.data), json.loads(made.data), "")
    except ValueError:
        yield FORM


def _paths(recorded: Any, made: Any, path: str) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(made, dict):
        for name in dict.fromkeys([*recorded, *made]):
            yield from _paths(recorded.get(name, ...), made.get(name, ...), f"{path}.{name}" if path else name)
    elif isinstance(recorded, list) and isinstance(made, list) and len(recorded) == len(made):
        for nth, (one, other) in enumerate(zip(recorded, made, strict=True)):
            yield from _paths(one, other, f"{path}[{nth}]")
    elif recorded != made:
        yield path or "the value"
