"""What has to hold of an erased case in the register: nothing in it finds or names the person any more (ADR 18)."""

from collections.abc import Sequence
from typing import Any

from domain.appeal import Status
from domain.contracts.events import AppealErased
from domain.erasure import ErasureGround, is_one_person
from store.evidence import CaseRows, Row

_NOBODY = {"view": None, "citizen": None, "owner": None}


def trouble_with_erasure(rows: CaseRows) -> str | None:
    """What is not as an erasure leaves it; what is in clear is held against the clear part of the journal.

    A case whose erasure was cut off has no key any more, and its rows as they were: the next retention goes on.
    """
    consented = [each for each in rows.erasure if each["approved_at"]]
    if not consented:
        return "its key is destroyed, and no consent to that is on record"
    return _trouble_with_consent(consented[0]) or _trouble_with_what_is_left(rows, consented[0])


def _trouble_with_what_is_left(rows: CaseRows, consented: Row) -> str | None:
    row = rows.appeal
    if row is None or not rows.journal:
        return "its key is destroyed, and the register has no case or no journal of it"
    last = rows.journal[-1]
    if (row["erased_at"] is None) != (last["type"] != "AppealErased"):
        return "table appeal: it is called erased, or the journal ends with that, and not both"
    if row["erased_at"] is None:
        return None
    if AppealErased.model_validate(last["event"]) != AppealErased(**_consent(consented)):
        return "table erasure: another consent than the journal tells"
    for column, expected in {**_clear_columns(rows.journal), **_NOBODY}.items():
        if row[column] != expected:
            return f"table appeal: another {column} than an erasure leaves"
    return _trouble_with_rows(rows)


def _trouble_with_rows(rows: CaseRows) -> str | None:
    for table, left in (("identifier", rows.identifier), ("task", rows.task), ("desk", rows.desk)):
        if left:
            return f"table {table}: rows of an erased case"
    if kept := [each["key"] for each in rows.message if each["context"] or each["reason"]]:
        return f"message {kept[0]}: it still says something"
    return None


def _trouble_with_consent(row: Row) -> str | None:
    """Two persons, or the retention period and nobody."""
    asked, consented = row["requested_by"], row["approved_by"]
    if row["ground"] == ErasureGround.RETENTION:
        somebody = asked or consented
        return "table erasure: somebody asked for what the retention period orders" if somebody else None
    if not (asked and consented) or is_one_person(asked, consented):
        return "table erasure: it takes two persons, and they are not on record"
    return None


def _consent(row: Row) -> Row:
    return {name: row[name] for name in AppealErased.model_fields if name != "type"}


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
