"""What has to hold of an erased case in the register: nothing in it finds or names the person any more (ADR 18)."""

from collections.abc import Sequence
from typing import Any

from domain.appeal import Status
from store.evidence import CaseRows, Row

_NOBODY = {"view": None, "citizen": None, "owner": None}


def trouble_with_erasure(rows: CaseRows) -> str | None:
    """What is not as an erasure leaves it; what is in clear is held against the clear part of the journal.

    A case whose erasure was cut off has no key any more, and its rows as they were: the next retention goes on.
    """
    if not [each for each in rows.erasure if each["approved_at"]]:
        return "its key is destroyed, and no consent to that is on record"
    row = rows.appeal
    if row is None or not rows.journal:
        return "its key is destroyed, and the register has no case or no journal of it"
    last = rows.journal[-1]
    if (row["erased_at"] is None) != (last["type"] != "AppealErased"):
        return "table appeal: it is called erased, or the journal ends with that, and not both"
    if row["erased_at"] is None:
        return None
    for column, expected in {**_clear_columns(rows.journal), **_NOBODY}.items():
        if row[column] != expected:
            return f"table appeal: another {column} than an erasure leaves"
    for table, left in (("identifier", rows.identifier), ("task", rows.task), ("desk", rows.desk)):
        if left:
            return f"table {table}: rows of an erased case"
    if kept := [each["key"] for each in rows.message if each["context"] or each["reason"]]:
        return f"message {kept[0]}: it still says something"
    return None


def _clear_columns(journal: Sequence[Row]) -> dict[str, Any]:
    status, closed_at = Status.RECEIVED, None
    for entry in standing(journal):
        if entry["type"] == "StatusChanged":
            status = Status(entry["event"]["status"])
            closed_at = entry["at"] if status.is_final else None
    last = journal[-1]
    return {"status": status, "closed_at": closed_at, "erased_at": last["at"], "last_position": last["position"]}


def standing(journal: Sequence[Row]) -> list[Row]:
    """The entries without those of steps that were abandoned."""
    found: list[Row] = []
    for entry in journal:
        if entry["type"] == "AttemptAbandoned":
            found = [each for each in found if each["sequence"] < entry["event"]["first_sequence"]]
        else:
            found.append(entry)
    return found
