"""Rows with sealed columns. A column's label names its row, so that nobody can move a sealed value to another one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.case import CaseView
from domain.clocks import Clock
from domain.contracts.journal import Message, RecordedEntry, Transition
from domain.digest import canonical
from domain.notifications import MessageState
from domain.sealing import DataKey

_VIEW = "view"
_FAILURE = {"log", "reacted_at"}


def case_row(view: CaseView, position: int, key: DataKey) -> dict[str, Any]:
    """The case's row: what lists and figures need in clear, the fold of its journal sealed."""
    previous = view.facts.relations.previous
    return {
        "number": view.number,
        "portal": view.portal,
        "channel": view.channel.value,
        "category": view.category.value if view.category else "",
        "service": view.service,
        "unit": view.unit.value if view.unit else None,
        "assignee": view.assignee.subject if view.assignee else None,
        "previous": previous.number if previous else None,
        "relation": previous.relation.value if previous else None,
        "status": view.status.value,
        "registered_at": view.registered_at,
        "closed_at": view.statuses[-1].at if view.is_closed else None,
        "due_at": view.due_at,
        "is_breached": view.is_breached,
        "score": view.facts.dialogue.satisfaction,
        "failure": view.facts.failure.model_dump(mode="json", include=_FAILURE) if view.facts.failure.log else None,
        "term_calendars": sorted({c.calendar_version for c in view.clocks.values() if _is_running_term(c)}) or None,
        "last_position": position,
        "view": key.seal(_VIEW, canonical(view.model_dump(mode="json"))),
    }


def opened_view(sealed: bytes, key: DataKey) -> CaseView:
    """The case out of its sealed column."""
    return CaseView.model_validate_json(key.open(_VIEW, sealed))


def journal_row(entry: RecordedEntry, key: DataKey | None) -> dict[str, Any]:
    """The entry's row; the salt lies beside what it salts. An entry without personal data needs no key."""
    told = entry.personal()
    sealed = None
    if key and told:
        sealed = key.seal(_entry_label(entry.position), canonical({"salt": entry.salt, "told": told}))
    return {
        "number": entry.number,
        "position": entry.position,
        "sequence": entry.sequence,
        "at": entry.at,
        "type": entry.event.type,
        "actor": entry.public_actor(),
        "event": entry.public_event(),
        "personal": sealed,
        "personal_digest": entry.personal_digest,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def recorded_entry(row: Any, key: DataKey) -> RecordedEntry:
    """An entry as its row tells it."""
    salt, personal = opened_personal(row, key)
    told = dict(personal or {})
    actor = row["actor"] | told.pop("actor", {})
    return RecordedEntry.model_validate({**row, "actor": actor, "event": row["event"] | told, "salt": salt})


def opened_personal(row: Any, key: DataKey) -> tuple[str, dict[str, Any] | None]:
    """Salt and personal data of an entry's row, as they went into its digest."""
    if not (sealed := row["personal"]):
        return "", None
    opened = json.loads(key.open(_entry_label(row["position"]), sealed))
    return opened["salt"], opened["told"]


def opened_case_row(row: Mapping[str, Any], key: DataKey) -> dict[str, Any]:
    """The case's row with its view in clear."""
    return {**row, "view": json.loads(key.open(_VIEW, row["view"]))}


def opened_message_row(row: Mapping[str, Any], key: DataKey) -> dict[str, Any]:
    """A message's row with its context in clear."""
    sealed = row["context"]
    return {**row, "context": json.loads(key.open(context_label(row["key"]), sealed)) if sealed else {}}


def sealed_note(message_key: str, state: MessageState, reason: str | None, at: datetime, key: DataKey) -> bytes:
    """What whoever delivers notes of a message: how it stands since when, and why."""
    noted = {"state": state.value, "at": at.isoformat(), "reason": reason}
    return key.seal(reason_label(message_key), canonical(noted))


def opened_note(row: Mapping[str, Any], key: DataKey) -> dict[str, Any] | None:
    """The last note about a message; None where a sending has begun since, or none ever has ended."""
    sealed = row["reason"]
    return json.loads(key.open(reason_label(row["key"]), sealed)) if sealed else None


def message_row(queued: Message, transition: Transition, key: DataKey) -> dict[str, Any]:
    """The row of a message that is to be sent."""
    at = next(entry.at for entry in transition.entries if entry.sequence == queued.sequence)
    return {
        **queued.model_dump(mode="json"),
        "context": key.seal(context_label(queued.key), canonical(queued.context)) if queued.context else None,
        "credential_id": queued.credential_id,
        "number": transition.number,
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "queued_at": at,
        "changed_at": at,
    }


def context_label(message_key: str) -> str:
    """The label of what a message says of its case."""
    return f"context of {message_key}"


def reason_label(message_key: str) -> str:
    """The label of how and why a message stands."""
    return f"reason of {message_key}"


def _entry_label(position: int) -> str:
    return f"entry {position}"


def _is_running_term(clock: Clock) -> bool:
    return bool(clock.budget.working_days) and clock.stopped_at is None
