"""Rows as they lie prove a case, on both databases; and what is archived is noted once (AUD-1, AUD-2)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete

from audit.chain import first_break
from audit.checks import Case as AuditedCase
from audit.checks import entries_are_logged, register_is_the_fold
from audit.replay import Replayed
from store.archived import Archived, ArchivedHistory
from store.evidence import case_numbers, rows_of_case
from store.log import Log
from store.register import Register
from store.tables import log_queue
from tests.store.forging import unguarded
from tests.store.journals import RECEIVED, START, TOLD, Case, clock_started, expected

HISTORY = ArchivedHistory(
    process="appeal-1", run_id="run-1", path="histories/1", sha256="0" * 64, size_bytes=7, closed_at=START
)


@pytest.mark.requirement("AUD-1")
async def test_the_rows_of_a_case_prove_it(register: Register) -> None:
    case, other = Case(), Case()
    await register.record(case.transition(RECEIVED, TOLD, clock_started(), expected(clock="reaction")))
    await register.record(other.transition(RECEIVED))
    rows = await rows_of_case(register.engine, case.number)
    key = await register.keyring.key(case.number)
    assert first_break(rows.journal, key) is None
    assert register_is_the_fold(AuditedCase(rows, register, key, Replayed(), Replayed())) is None
    assert (len(rows.task), len(rows.message)) == (1, 1)
    assert await case_numbers(register.engine) == sorted([case.number, other.number])


@pytest.mark.requirement("AUD-1")
async def test_an_entry_that_the_log_has_never_heard_of_is_found(register: Register) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED))
    await Log(register.engine).sequence(lambda size, root: "note", START)
    await register.record(case.transition(TOLD))
    key = await register.keyring.key(case.number)

    async def found() -> str | None:
        rows = await rows_of_case(register.engine, case.number)
        return entries_are_logged(AuditedCase(rows, register, key, Replayed(), Replayed()))

    assert await found() is None, "some are in the log, and some on their way there"
    async with unguarded(register.engine, "log_queue") as connection:
        await connection.execute(delete(log_queue))
    assert await found() == "journal entry 3: it is not in the log"


@pytest.mark.requirement("AUD-1")
async def test_an_abandoned_attempt_leaves_the_chain_whole(register: Register) -> None:
    case = Case()
    first = case.transition(RECEIVED)
    await register.record(first)
    changed = first.entries[1].model_copy(update={"at": START + timedelta(days=1)})
    await register.record(first.model_copy(update={"entries": [first.entries[0], changed]}), supersede=True)
    rows = await rows_of_case(register.engine, case.number)
    key = await register.keyring.key(case.number)
    assert first_break(rows.journal, key) is None
    assert register_is_the_fold(AuditedCase(rows, register, key, Replayed(), Replayed())) is None


@pytest.mark.requirement("AUD-2")
async def test_an_archived_history_is_noted_once(register: Register) -> None:
    archived = Archived(register.engine)
    assert await archived.last_closed_at() is None
    another = HISTORY.model_copy(update={"path": "histories/2"})
    assert sorted(await asyncio.gather(archived.add(HISTORY), archived.add(another))) == [False, True]
    (kept,) = await archived.of_process(HISTORY.process)
    assert kept in (HISTORY, another)
    assert await archived.known(["run-1", "run-2"]) == {"run-1"}
    assert await archived.processes() == ["appeal-1"]
    assert await archived.last_closed_at() == START
