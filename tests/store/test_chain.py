"""The journal is a chain: whatever is changed in it, or taken out of it, is seen (AUD-1)."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from domain.contracts.journal import RecordedEntry
from domain.digest import canonical
from store.register import Register
from store.tables import journal
from tests.store.forging import unguarded
from tests.store.journals import RECEIVED, TOLD, Case, expected


async def recorded(register: Register) -> str:
    case = Case()
    await register.record(case.transition(RECEIVED, TOLD))
    await register.record(case.transition(expected()))
    return case.number


def first_break(entries: list[RecordedEntry]) -> int | None:
    """Where a reader who trusts nothing stops: the position of the first entry that does not hold."""
    last = None
    for entry in entries:
        if not entry.is_intact() or entry != RecordedEntry.after(last, entry):
            return entry.position
        last = entry
    return None


@pytest.mark.requirement("AUD-1")
async def test_an_untouched_journal_holds(register: Register) -> None:
    entries = await register.journal(await recorded(register))
    assert first_break(entries) is None
    assert len({entry.hash for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    "forgery",
    [
        {"event": {"type": "StatusChanged", "status": "completed"}},
        {"actor": {"subject": "somebody else", "role": "operator"}},
        {"personal": {"salt": "salt", "told": {"reason": "Обращение потеряно."}}},
        {"personal": {"salt": "another", "told": {"reason": "Обращение зарегистрировано."}}},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
    ids=["event", "actor", "personal", "salt", "hash", "previous_hash"],
)
@pytest.mark.requirement("AUD-1")
async def test_a_change_is_seen_where_it_was_made(register: Register, forgery: dict[str, Any]) -> None:
    number = await recorded(register)
    position = 2
    if "personal" in forgery:  # even by somebody who has the key
        key = await register.keyring.key(number)
        forgery = {"personal": key.seal(f"entry {position}", canonical(forgery["personal"]))}
    async with unguarded(register.engine) as connection:
        row = (journal.c.number == number) & (journal.c.position == position)
        await connection.execute(update(journal).where(row).values(forgery))
    assert first_break(await register.journal(number)) == position


@pytest.mark.requirement("AUD-1")
async def test_a_missing_entry_is_seen(register: Register) -> None:
    number = await recorded(register)
    async with unguarded(register.engine) as connection:
        await connection.execute(delete(journal).where((journal.c.number == number) & (journal.c.position == 2)))
    assert first_break(await register.journal(number)) == 3
