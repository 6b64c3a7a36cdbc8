"""What has to hold of a case in the register: each check names the first thing that does not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from audit.chain import first_break
from audit.erased import trouble_with_erasure
from audit.replay import Replayed
from domain.case import CaseView, fold
from domain.contracts.journal import JournalEntry, Message, RecordedEntry, effective
from domain.sealing import DataKey
from store.evidence import CaseRows
from store.register import Register
from store.sealed import opened_case_row, opened_message_row, opened_note, recorded_entry

_QUEUED = ("template", "occurrence", "recipient", "channel", "credential_id")
_QUEUED_ONCE = ("sequence", "context", "queued_at")
_UNNOTED = {"queued", "sending"}


@dataclass(frozen=True)
class Case:
    """One case as the register has it and as its process tells it.

    `known` is the process as it was before the register was read, `latest` as it was after: a case goes on while it
    is verified, and the register is somewhere between the two. An erased case has no `key`.
    """

    rows: CaseRows
    register: Register
    key: DataKey | None
    known: Replayed
    latest: Replayed

    @cached_property
    def entries(self) -> list[RecordedEntry]:
        return [recorded_entry(row, self.opening) for row in self.rows.journal]

    @property
    def opening(self) -> DataKey:
        """The key of a case that is not erased."""
        if self.key is None:
            raise LookupError("nobody opens what was erased")
        return self.key

    @cached_property
    def standing(self) -> list[RecordedEntry]:
        return effective(self.entries)

    @cached_property
    def view(self) -> CaseView | None:
        view = None
        for entry in self.standing:
            view = fold(view, entry)
        return view

    def told(self, replayed: Replayed, kept: bool = False) -> list[JournalEntry]:
        """The entries of this case that its process has made, or only those that it knows to be kept."""
        return [entry for each in self._transitions(replayed, kept) for entry in each.entries]

    def queued(self, replayed: Replayed, kept: bool = False) -> dict[str, Message]:
        """The messages that its process has queued, by key."""
        return {message.key: message for each in self._transitions(replayed, kept) for message in each.messages}

    def _transitions(self, replayed: Replayed, kept: bool) -> Iterator[Any]:
        for told in replayed.told:
            if told.transition.number == self.rows.number and (told.is_kept or not kept):
                yield told.transition


def chain_is_whole(case: Case) -> str | None:
    """The hash chain, from the rows as they are (AUD-1)."""
    return first_break(case.rows.journal, case.key)


def entries_are_logged(case: Case) -> str | None:
    """Each entry is in the signed log, or on its way there (AUD-1)."""
    for row in case.rows.journal:
        if row["hash"] not in case.rows.logged:
            return f"journal entry {row['position']}: it is not in the log"
    return None


def register_is_what_an_erasure_leaves(case: Case) -> str | None:
    """Nothing in an erased case finds or names the person, and its clear columns follow from its journal."""
    return trouble_with_erasure(case.rows)


def nobody_opens_what_was_erased(case: Case) -> str | None:
    """A case that the register calls erased has no key: else somebody has hidden it, and not erased it."""
    if case.rows.appeal and case.rows.appeal["erased_at"]:
        return "the register calls it erased, and its key is still there"
    return None


def process_replays(case: Case) -> str | None:
    """The history is one that this code would have made (AUD-2)."""
    return str(case.latest.divergence) if case.latest.divergence else None


def journal_is_what_the_process_told(case: Case) -> str | None:
    """Nothing is in the journal that the process did not make, and nothing that it has written is missing."""
    told = case.told(case.latest)
    for made, entry in zip(told, case.standing, strict=False):
        if made.digest() != entry.digest():
            return f"journal entry {entry.position} ({entry.event.type}) is not what the process told"
    if missing := case.told(case.known, kept=True)[len(case.standing) :]:
        return f"journal entry with sequence {missing[0].sequence} ({missing[0].event.type}) is missing"
    if case.latest.has_ended and (foreign := case.standing[len(told) :]):
        return f"journal entry {foreign[0].position} ({foreign[0].event.type}) is not of the process, which has ended"
    return None


def register_is_the_fold(case: Case) -> str | None:
    """The case's row, tasks and identifiers say what follows from the journal, and nothing else."""
    if case.view is None:
        return "the register has a case without a journal" if case.rows.appeal else None
    key = case.opening
    expected = case.register.rows_of(case.view, case.entries[-1].position, key)
    expected["appeal"] = [opened_case_row(row, key) for row in expected["appeal"]]
    found: dict[str, Sequence[Mapping[str, Any]]] = {
        "appeal": [opened_case_row(case.rows.appeal, key)] if case.rows.appeal else [],
        "task": case.rows.task,
        "identifier": case.rows.identifier,
        "desk": case.rows.desk,
    }
    for table, rows in expected.items():
        if trouble := _difference(found[table], rows):
            return f"table {table}: {trouble}"
    return None


def messages_are_what_the_process_queued(case: Case) -> str | None:
    """Every message was queued by the process, and every one that it queued is there."""
    queued, rows = (
        case.queued(case.latest),
        {row["key"]: opened_message_row(row, case.opening) for row in case.rows.message},
    )
    # The messages of an attempt that was abandoned stay, and those that were queued again keep its place.
    abandoned = len(case.standing) != len(case.entries)
    columns = _QUEUED if abandoned else _QUEUED + _QUEUED_ONCE
    told_at = {entry.sequence: entry.at for entry in case.told(case.latest)}
    for key, message in queued.items():
        if key in rows:
            made = {"credential_id": None, "queued_at": told_at[message.sequence]} | message.model_dump(mode="json")
            if changed := [name for name in columns if rows[key][name] != made[name]]:
                return f"message {key}: another {changed[0]} than the process gave it"
    if missing := [key for key in case.queued(case.known, kept=True) if key not in rows]:
        return f"message {missing[0]} is missing"
    if case.latest.has_ended and not abandoned and (foreign := [key for key in rows if key not in queued]):
        return f"message {foreign[0]} is not of the process, which has ended"
    return None


def messages_stand_as_was_noted(case: Case) -> str | None:
    """Whoever delivers has sealed how each message stands; what has no note yet, or no more, has not ended."""
    abandoned = len(case.standing) != len(case.entries)
    for row in case.rows.message:
        noted = opened_note(row, case.opening)
        if noted is None:
            if row["state"] not in (_UNNOTED | {"superseded"} if abandoned else _UNNOTED):
                return f"message {row['key']}: it is called {row['state']}, and nobody has noted that"
        elif (row["state"], row["changed_at"].isoformat()) != (noted["state"], noted["at"]):
            return f"message {row['key']}: another state than was noted"
    return None


Check = Callable[[Case], str | None]

CHECKS_WITHOUT_KEY: tuple[Check, ...] = (chain_is_whole, entries_are_logged)
"""What holds of an erased case too."""

CHECKS_OF_ERASED: tuple[Check, ...] = (*CHECKS_WITHOUT_KEY, register_is_what_an_erasure_leaves)

CHECKS: tuple[Check, ...] = (
    *CHECKS_WITHOUT_KEY,
    nobody_opens_what_was_erased,
    process_replays,
    journal_is_what_the_process_told,
    register_is_the_fold,
    messages_are_what_the_process_queued,
    messages_stand_as_was_noted,
)


def _difference(found: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]) -> str | None:
    """The first column in which rows differ, in whatever order they come."""
    if len(found) != len(expected):
        return f"{len(found)} rows, where the journal gives {len(expected)}"
    for one, other in zip(sorted(found, key=_place), sorted(expected, key=_place), strict=True):
        if changed := [column for column in other if one[column] != other[column]]:
            return f"another {changed[0]} than the journal gives"
    return None


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("number", "expectation_id", "role", "kind"))
