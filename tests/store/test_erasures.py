"""An erased case: nobody can read it, its journal holds, its figures stay, no other case changes (ADR 18)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.appeal import Status
from domain.contracts import events
from domain.contracts.journal import GENESIS, chained_hash, digest_of_said
from domain.erasure import ErasureGround
from domain.notifications import MessageState
from domain.sealing import Erased
from store.chain import Chains
from store.erasures import Erasure, Erasures, OnePerson
from store.figures import contact_figures
from store.messages import Ledger
from store.register import Register
from store.tables import appeal, identifier, journal, message, task
from tests.keys import key_ring
from tests.store.journals import ANNA, RECEIVED, START, TOLD, Case, expected, search

pytestmark = pytest.mark.requirement("AUD-1")

CLOSED = events.StatusChanged(status=Status.COMPLETED, reason="Анна Петровна получила ответ.")
RATED = events.SatisfactionRated(score=4, personal="Спасибо, говорит Анна.")


@pytest.fixture
def erasures(register: Register) -> Erasures:
    return Erasures(register.engine, register.keyring)


async def closed(register: Register, citizen: str | None = "anna-7") -> Case:
    case = Case(citizen=citizen)
    await register.record(case.transition(RECEIVED, TOLD, expected()))
    await register.record(case.transition(CLOSED, RATED))
    return case


async def erased(erasures: Erasures, number: str) -> Erasure:
    asked = Erasure(
        number=number, ground=ErasureGround.COURT_ORDER, requested_by="boss", requested_at=START, approved_by="judge"
    )
    await erasures.ask(asked)
    assert await erasures.consent(asked, "judge", START)
    return await erasures.carry_out(asked, START + timedelta(days=1))


async def raw(register: Register, number: str) -> list[dict[str, Any]]:
    query = select(journal).where(journal.c.number == number).order_by(journal.c.position)
    async with register.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(query)).mappings()]


async def test_nobody_can_read_it_and_no_digest_finds_the_person(register: Register, erasures: Erasures) -> None:
    case = await closed(register)
    await erased(erasures, case.number)
    with pytest.raises(Erased):
        await register.view(case.number)
    with pytest.raises(Erased):
        await register.journal(case.number)
    with pytest.raises(Erased):
        await Ledger(register.engine, register.keyring).of_case(case.number)
    with pytest.raises(Erased):
        await register.record(case.transition(TOLD))
    assert await Chains(register).of(case.number) == []
    assert (await register.history(search(ANNA, citizen="anna-7"))).related == []
    async with register.engine.connect() as connection:
        for table in (identifier, task):
            count = select(func.count()).select_from(table).where(table.c.number == case.number)
            assert (await connection.execute(count)).scalar() == 0
        row = (await connection.execute(select(appeal).where(appeal.c.number == case.number))).mappings().one()
        told = (await connection.execute(select(message.c.context, message.c.reason))).all()
    assert (row["view"], row["citizen"]) == (None, None)
    assert row["erased_at"] == START + timedelta(days=1)
    assert told == [(None, None)]


async def test_a_delivery_that_ends_after_an_erasure_notes_nothing_of_it(
    register: Register, erasures: Erasures, tmp_path: Path
) -> None:
    case = await closed(register)
    async with key_ring(tmp_path) as of_another_worker:
        await of_another_worker.key(case.number)  # which remembers it for a while
        (entry,) = await Ledger(register.engine, register.keyring).of_case(case.number)
        await erased(erasures, case.number)
        for keyring in (register.keyring, of_another_worker):
            await Ledger(register.engine, keyring).settle(entry.message.key, MessageState.ACCEPTED)
            async with register.engine.connect() as connection:
                rows = (await connection.execute(select(message.c.state, message.c.reason))).all()
            assert rows == [("accepted", None)]


async def test_its_journal_still_holds_and_ends_with_the_erasure(register: Register, erasures: Erasures) -> None:
    case = await closed(register)
    before = await raw(register, case.number)
    await erased(erasures, case.number)
    rows = await raw(register, case.number)
    assert rows[:-1] == before, "nothing that is chained was changed"
    previous = GENESIS
    for row in rows:
        names = ("number", "sequence", "at", "actor", "event", "personal_digest")
        said = digest_of_said(*(row[name] for name in names))
        assert row["previous_hash"] == previous
        assert row["hash"] == chained_hash(row["position"], previous, said)
        previous = row["hash"]
    assert rows[-1]["type"] == "AppealErased"
    assert rows[-1]["personal"] is None
    assert rows[-1]["event"] == {
        "type": "AppealErased",
        "ground": "court_order",
        "requested_by": "boss",
        "requested_at": "2026-03-02T09:00:00Z",
        "approved_by": "judge",
    }


async def test_figures_stay_and_other_cases_are_untouched(register: Register, erasures: Erasures) -> None:
    case, other = await closed(register), await closed(register)
    figures = await contact_figures(register.engine, START + timedelta(days=2))
    assert (figures.counted, figures.closed_in_time, figures.mean_score) == (2, 2, 4.0)
    rows = await raw(register, other.number)
    await erased(erasures, case.number)
    assert await contact_figures(register.engine, START + timedelta(days=2)) == figures
    assert await raw(register, other.number) == rows
    assert await register.view(other.number) == other.view
    assert all(entry.is_intact() for entry in await register.journal(other.number))
    assert (await register.history(search(ANNA))).related == [other.number]
    (entry,) = await Ledger(register.engine, register.keyring).of_case(other.number)
    assert entry.state is MessageState.QUEUED


async def test_cut_off_after_the_key_was_destroyed_it_is_finished_later(
    register: Register, erasures: Erasures
) -> None:
    case = await closed(register)
    asked = Erasure(number=case.number, ground=ErasureGround.UNLAWFUL, requested_by="boss", requested_at=START)
    await erasures.ask(asked)
    assert await erasures.unfinished() == [], "nobody has consented yet"
    assert await erasures.consent(asked, "judge", START)
    await register.keyring.destroy(case.number)
    (begun,) = await erasures.unfinished()
    for _ in range(2):
        await erasures.carry_out(begun, START)
    assert await erasures.unfinished() == []
    assert [row["type"] for row in await raw(register, case.number)].count("AppealErased") == 1
    known = await erasures.of(case.number)
    assert known is not None
    assert (known.approved_by, known.done_at) == ("judge", START)


async def test_a_consent_holds_for_the_very_request_that_was_read(register: Register, erasures: Erasures) -> None:
    case = await closed(register)
    read = Erasure(number=case.number, ground=ErasureGround.UNLAWFUL, requested_by="boss", requested_at=START)
    await erasures.ask(read)
    later = read.model_copy(update={"ground": ErasureGround.COURT_ORDER, "requested_at": START + timedelta(hours=1)})
    await erasures.ask(later)
    assert not await erasures.consent(read, "judge", START)
    assert await erasures.consent(later, "judge", START)
    assert not await erasures.consent(later, "another", START), "consented to once"


async def test_it_takes_two_persons_whoever_calls(register: Register, erasures: Erasures) -> None:
    case = await closed(register)
    asked = Erasure(number=case.number, ground=ErasureGround.UNLAWFUL, requested_by="boss", requested_at=START)
    await erasures.ask(asked)
    for alike in ("boss", "BOSS", " boss"):
        with pytest.raises(OnePerson):
            await erasures.consent(asked, alike, START)
    assert await erasures.consent(asked, "judge", START)


async def test_overdue_is_what_was_closed_before_and_not_erased(register: Register, erasures: Erasures) -> None:
    first, second, _open = await closed(register), await closed(register), Case()
    await register.record(_open.transition(RECEIVED))
    late = START + timedelta(days=1)
    assert await erasures.overdue(START, "", 10) == []
    assert await erasures.overdue(late, "", 10) == [first.number, second.number]
    assert await erasures.overdue(late, "", 1) == [first.number]
    assert await erasures.overdue(late, first.number, 10) == [second.number]
    await erased(erasures, second.number)
    assert await erasures.overdue(late, "", 10) == [first.number]
