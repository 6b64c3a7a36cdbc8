"""The hash chain of a journal, checked on the rows as they lie: what is erased can still be proved."""

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag

from domain.contracts.journal import GENESIS, chained_hash, digest_of_said
from domain.digest import digest
from domain.sealing import DataKey
from store.sealed import opened_personal


def first_break(rows: Sequence[Mapping[str, Any]], key: DataKey | None) -> str | None:
    """What is wrong with the first entry that does not hold, or None for a whole chain (AUD-1).

    Without a key, of an erased case, what was told of the person is not looked at.
    """
    previous_hash = GENESIS
    for position, row in enumerate(rows, start=1):
        if trouble := _trouble(row, position, previous_hash, key):
            return f"journal entry {position}: {trouble}"
        previous_hash = row["hash"]
    return None


def _trouble(row: Mapping[str, Any], position: int, previous_hash: str, key: DataKey | None) -> str | None:
    if row["position"] != position:
        return f"missing; the next one there is {row['position']}"
    if row["previous_hash"] != previous_hash:
        return "does not follow the one before it"
    if row["hash"] != chained_hash(position, previous_hash, _said(row)):
        return "does not say what its hash says"
    if row["type"] != row["event"].get("type"):
        return "is kept under another type than its own"
    if key and not _tells_what_its_digest_says(row, key):
        return "does not say of the person what its digest says"
    return None


def _tells_what_its_digest_says(row: Mapping[str, Any], key: DataKey) -> bool:
    try:
        return bool(row["personal_digest"] == digest(list(opened_personal(row, key))))
    except (InvalidTag, ValueError, KeyError):
        return False


def _said(row: Mapping[str, Any]) -> str:
    said = (row[name] for name in ("number", "sequence", "at", "actor", "event", "personal_digest"))
    return digest_of_said(*said)
