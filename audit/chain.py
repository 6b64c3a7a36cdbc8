"""The hash chain of a journal, checked on the rows as they lie: what is erased can still be proved."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.contracts.journal import GENESIS
from domain.digest import digest


def first_break(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """What is wrong with the first entry that does not hold, or None for a whole chain (AUD-1)."""
    previous_hash = GENESIS
    for position, row in enumerate(rows, start=1):
        if trouble := _trouble(row, position, previous_hash):
            return f"journal entry {position}: {trouble}"
        previous_hash = row["hash"]
    return None


def _trouble(row: Mapping[str, Any], position: int, previous_hash: str) -> str | None:
    if row["position"] != position:
        return f"missing; the next one there is {row['position']}"
    if row["previous_hash"] != previous_hash:
        return "does not follow the one before it"
    if row["hash"] != digest([position, previous_hash, _said(row)]):
        return "does not say what its hash says"
    if row["type"] != row["event"].get("type"):
        return "is kept under another type than its own"
    if row["personal"] is not None and row["personal_digest"] != digest([row["salt"], row["personal"]]):
        return "does not say of the person what its digest says"
    return None


def _said(row: Mapping[str, Any]) -> str:
    said = {name: row[name] for name in ("number", "sequence", "actor", "event", "personal_digest")}
    return digest({**said, "at": row["at"].isoformat()})
