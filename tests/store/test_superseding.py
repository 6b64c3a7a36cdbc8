"""An attempt that the engine has abandoned gives way to what the engine has kept (AUD-1)."""

import copy

import pytest
from sqlalchemy import select

from domain.actors import Role
from domain.contracts.appeal import Details
from domain.contracts.events import DetailsSupplied
from domain.contracts.journal import RecordedEntry, effective
from domain.notifications import MessageState
from store.messages import Ledger
from store.register import JournalDiverged, Register
from store.tables import task
from tests.store.journals import RECEIVED, TOLD, Case, expected, search

NEW_SNILS = Details(snils="08765430300")


async def two_attempts(register: Register) -> tuple[Case, Case]:
    """A case as far as both attempts agree on, and the same case for the other attempt."""
    abandoned = Case()
    await register.record(abandoned.transition(RECEIVED, expected()))
    return abandoned, copy.copy(abandoned)


@pytest.mark.requirement("AUD-1")
async def test_only_what_was_kept_for_sure_may_supersede(register: Register) -> None:
    abandoned, kept = await two_attempts(register)
    await register.record(abandoned.transition(TOLD))
    other = kept.transition(RECEIVED)
    with pytest.raises(JournalDiverged):
        await register.record(other)
    await register.record(other, supersede=True)
    assert await register.view(kept.number) == kept.view
    entries = await register.journal(kept.number)
    assert [entry.event.type for entry in entries[-3:]] == ["MessageQueued", "AttemptAbandoned", "StatusChanged"]
    assert [entry.digest() for entry in effective(entries)][-1] == other.entries[-1].digest()
    for before, entry in zip([None, *entries], entries, strict=False):
        assert entry == RecordedEntry.after(before, entry), "nothing was taken off the chain"
    await register.record(kept.transition(TOLD))
    assert await register.view(kept.number) == kept.view


@pytest.mark.requirement("AUD-1", "INT-4")
async def test_tasks_and_identifiers_are_those_of_the_kept_attempt(register: Register) -> None:
    abandoned, kept = await two_attempts(register)
    supplied = DetailsSupplied(items=["snils"], personal=NEW_SNILS)
    await register.record(abandoned.transition(supplied, expected("CheckDocuments", Role.SPECIALIST)))
    await register.record(kept.transition(RECEIVED), supersede=True)
    async with register.engine.connect() as connection:
        tasks = (await connection.execute(select(task.c.command, task.c.role))).all()
    assert [tuple(row) for row in tasks] == [("RecordRequest", "operator")]
    assert (await register.history(search(NEW_SNILS))).related == []


@pytest.mark.requirement("AUD-1", "RES-2")
async def test_a_message_of_both_attempts_is_one_message_and_the_others_are_not_sent(register: Register) -> None:
    abandoned, kept = await two_attempts(register)
    ledger = Ledger(register.engine, register.keyring)
    twice_told = abandoned.transition(TOLD, TOLD)
    await register.record(twice_told)
    of_both, of_the_first = (queued.key for queued in twice_told.messages)
    await ledger.settle(of_both, MessageState.ACCEPTED)

    kept.minutes_later = 1
    await register.record(kept.transition(TOLD, RECEIVED), supersede=True)
    states = {entry.message.key: (entry.state, entry.reason) for entry in await ledger.of_case(kept.number)}
    assert states == {
        of_both: (MessageState.ACCEPTED, None),
        of_the_first: (MessageState.SUPERSEDED, None),
    }


@pytest.mark.requirement("AUD-1")
async def test_a_case_may_be_superseded_from_its_first_entry_on(register: Register) -> None:
    abandoned, kept = Case(), Case()
    kept.number = abandoned.number
    await register.record(abandoned.transition(RECEIVED, TOLD))
    kept.registered = kept.registered.model_copy(update={"portal": "another"})
    await register.record(kept.transition(RECEIVED), supersede=True)
    assert await register.view(kept.number) == kept.view
