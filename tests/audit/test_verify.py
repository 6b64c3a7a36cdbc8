"""Whatever is changed in the register behind the process's back is found, and named (AUD-1, AUD-2)."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text

from api.pages.audit_words import finding_in_words
from audit.replay import StrongReplayer
from audit.verify import Verifier
from domain.actors import SYSTEM, Role
from domain.contracts import events
from domain.contracts.audits import Standing
from domain.contracts.commands import AskStatus
from domain.contracts.journal import GENESIS, JournalEntry, Transition
from domain.digest import digest
from infra.codec import SealingCodec
from infra.keyring import keyring_of
from store.database import open_database
from store.evidence import case_numbers, rows_of_case
from store.keys import KeyStore, open_keys
from store.register import Register
from store.tables import journal, log_queue
from tests.audit.conftest import Audited, Tampered, copied
from tests.failures import FIXED, repeated, watch

OF_CASE = "WHERE number = :number AND position ="
JOURNAL = [
    (f"UPDATE journal SET event = replace(event, 'received', 'rejected') {OF_CASE} 3", "entry 3: does not say"),
    (f"UPDATE journal SET at = datetime(at, '-1 day') {OF_CASE} 3", "entry 3: does not say"),
    (f"UPDATE journal SET actor = replace(actor, 'system', 'operator') {OF_CASE} 3", "entry 3: does not say"),
    (f"UPDATE journal SET type = 'PlanDrafted' {OF_CASE} 3", "entry 3: is kept under another type"),
    (f"UPDATE journal SET personal = zeroblob(99) {OF_CASE} 1", "entry 1: does not say of the person"),
    (f"UPDATE journal SET personal = NULL {OF_CASE} 1", "entry 1: does not say of the person"),
    (f"DELETE FROM journal {OF_CASE} 4", "entry 4: missing"),
    (f"DELETE FROM journal {OF_CASE} 1", "entry 1: missing"),
    (
        "INSERT INTO journal (number, position, sequence, at, type, actor, event, personal_digest, previous_hash,"
        " hash) SELECT number, 1000, sequence, at, type, actor, event, personal_digest, previous_hash, hash"
        f" FROM journal {OF_CASE} 3",
        ": missing; the next one there is 1000",
    ),
]
OTHERS = [
    ("UPDATE appeal SET status = 'rejected' WHERE number = :number", "table appeal: another status"),
    (
        "UPDATE appeal SET view = zeroblob(99) WHERE number = :number",
        "something sealed was changed",
    ),
    ("UPDATE appeal SET closed_at = NULL WHERE number = :number", "table appeal: another closed_at"),
    ("UPDATE appeal SET category = 'payments' WHERE number = :number", "table appeal: another category"),
    ("DELETE FROM identifier WHERE number = :number AND kind = 'snils'", "table identifier"),
    ("UPDATE identifier SET digest = 'x' WHERE number = :number AND kind = 'snils'", "table identifier: another"),
    ("DELETE FROM desk WHERE number = :number", "table desk: 0 rows"),
    (
        "UPDATE desk SET registered_at = datetime(registered_at, '-1 day') WHERE number = :number",
        "table desk: another",
    ),
    ("UPDATE message SET template = 'result_ready' WHERE number = :number", "another template"),
    (
        "UPDATE message SET context = zeroblob(99) WHERE number = :number AND context IS NOT NULL",
        "something sealed was changed or moved",
    ),
    (
        "UPDATE message SET context = (SELECT context FROM message m WHERE m.key != message.key"
        " AND m.number = :number AND context IS NOT NULL) WHERE number = :number AND context IS NOT NULL",
        "something sealed",
    ),
    ("UPDATE message SET queued_at = datetime(queued_at, '-1 day') WHERE number = :number", "another queued_at"),
    (
        "UPDATE message SET state = 'failed' WHERE number = :number AND state = 'accepted'",
        "another state than was noted",
    ),
    (
        "UPDATE message SET changed_at = datetime(changed_at, '-1 day') WHERE number = :number",
        "another state than was noted",
    ),
    (
        "UPDATE message SET state = 'superseded', reason = NULL WHERE number = :number AND state = 'accepted'",
        "it is called superseded, and nobody has noted that",
    ),
    ("UPDATE message SET reason = NULL WHERE number = :number", "it is called accepted, and nobody has noted that"),
    (
        "UPDATE message SET reason = (SELECT reason FROM message m WHERE m.key != message.key"
        " AND m.number = :number AND reason IS NOT NULL) WHERE number = :number AND reason IS NOT NULL",
        "something sealed",
    ),
    ("DELETE FROM message WHERE number = :number AND channel = 'sms'", "is missing"),
    (
        "INSERT INTO message (key, number, sequence, template, occurrence, recipient, channel, state, attempts,"
        " queued_at, changed_at) SELECT 'another', number, sequence, template, occurrence, recipient, channel, state,"
        " attempts, queued_at, changed_at FROM message WHERE number = :number LIMIT 1",
        "message another is not of the process",
    ),
]


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_what_nobody_touched_holds(audited: Audited, tampered: Tampered) -> None:
    for number in (audited.ended, audited.open):
        verdict = await tampered(number)
        assert (verdict.standing, verdict.finding) == (Standing.HOLDS, "")
        assert verdict.entries and verdict.events  # noqa: PT018 - both are counted


@pytest.mark.parametrize(("statement", "finding"), JOURNAL + OTHERS, ids=[named for _, named in JOURNAL + OTHERS])
@pytest.mark.requirement("AUD-1")
async def test_a_changed_row_is_found(audited: Audited, tampered: Tampered, statement: str, finding: str) -> None:
    verdict = await tampered(audited.ended, statement)
    assert verdict.standing is Standing.DIVERGED
    assert finding in verdict.finding
    assert verdict.findings[0].text == verdict.finding
    for each in verdict.findings:
        assert re.match("[А-ЯЁ]", finding_in_words(each.text)), each.text


@pytest.mark.requirement("AUD-1")
async def test_two_entries_that_changed_places_are_found(audited: Audited, tampered: Tampered) -> None:
    moved = [f"UPDATE journal SET position = {to} {OF_CASE} {at}" for at, to in ((3, -1), (4, 3), (-1, 4))]
    assert "entry 3: does not follow" in (await tampered(audited.ended, *moved)).finding


@pytest.mark.requirement("AUD-1")
async def test_entries_taken_off_the_end_are_missed(audited: Audited, tampered: Tampered) -> None:
    everything = "DELETE FROM journal WHERE number = :number"
    last = f"{everything} AND position = (SELECT max(position) FROM journal WHERE number = :number)"
    for statement in (last, everything):
        assert "is missing" in (await tampered(audited.ended, statement)).finding


@pytest.mark.requirement("AUD-1")
async def test_an_open_task_that_was_taken_away_is_missed(audited: Audited, tampered: Tampered) -> None:
    verdict = await tampered(audited.open, "DELETE FROM task WHERE number = :number")
    assert "table task" in verdict.finding


@pytest.mark.requirement("AUD-2")
async def test_a_foreign_entry_with_right_hashes_is_found(audited: Audited, tampered: Tampered) -> None:
    async def append(register: Register) -> None:
        view = await register.view(audited.ended)
        assert view is not None
        entry = JournalEntry(
            number=audited.ended,
            sequence=view.last_sequence + 1,
            at=view.statuses[-1].at,
            actor=SYSTEM,
            event=events.PlanDrafted(steps=["Ничего не было"], related_numbers=[]),
        )
        await register.record(Transition(number=audited.ended, entries=[entry]))

    verdict = await tampered(audited.ended, by=append)
    assert verdict.standing is Standing.DIVERGED
    assert "is not of the process" in verdict.finding


@pytest.mark.requirement("AUD-2")
async def test_an_entry_changed_with_all_hashes_made_anew_is_found(audited: Audited, tampered: Tampered) -> None:
    altered = f"UPDATE journal SET actor = replace(actor, 'specialist', 'supervisor') {OF_CASE} :position"
    rows = (await rows_of_case(audited.home.register.engine, audited.ended)).journal
    position = next(row["position"] for row in rows if row["actor"]["role"] == "specialist")

    async def rehash(register: Register) -> None:
        previous = GENESIS
        async with register.engine.begin() as connection:
            for row in (await rows_of_case(register.engine, audited.ended)).journal:
                said = {name: row[name] for name in ("number", "sequence", "actor", "event", "personal_digest")}
                made = digest([row["position"], previous, digest({**said, "at": row["at"].isoformat()})])
                values = {"made": made, "previous": previous, "number": row["number"], "position": row["position"]}
                await connection.execute(
                    text(f"UPDATE journal SET hash = :made, previous_hash = :previous {OF_CASE} :position"), values
                )
                previous = made

    async def rehash_and_log(register: Register) -> None:
        await rehash(register)
        async with register.engine.begin() as connection:
            await connection.execute(insert(log_queue).from_select(["hash"], select(journal.c.hash)))

    statement = altered.replace(":position", str(position))
    verdict = await tampered(audited.ended, statement, by=rehash)
    assert verdict.finding == f"journal entry {position}: it is not in the log"
    verdict = await tampered(audited.ended, statement, by=rehash_and_log)
    assert f"journal entry {position}" in verdict.finding
    assert "is not what the process told" in verdict.finding


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_a_register_put_back_to_yesterday_is_found(audited: Audited, tampered: Tampered) -> None:
    """The case that went on is found by the engine's history, and one that is not there at all as well."""
    for number in (audited.ended, audited.open):
        verdict = await tampered(number, file=audited.before)
        assert verdict.standing is Standing.DIVERGED
        assert "is missing" in verdict.finding


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_the_command_finds_a_database_put_back_to_yesterday(audited: Audited, tmp_path: Path) -> None:
    yesterday = copied(audited.before, tmp_path / "yesterday.db")
    verified = await audited.command(
        *("verify", "--all", "--processes", "1"), HOTLINE_DATABASE_URL=f"sqlite+aiosqlite:///{yesterday}"
    )
    assert verified.returncode == 1
    told = r"^log: published checkpoint \d+: \d+ leaves were signed, the log holds \d+$"
    assert re.search(told, verified.stderr, re.MULTILINE), verified.stderr


@pytest.mark.requirement("AUD-2")
async def test_every_case_is_asked_for_whoever_knows_it(audited: Audited, tmp_path: Path) -> None:
    numbers = await audited.verifier(audited.home.register).numbers()
    assert {audited.ended, audited.open} <= set(numbers)
    yesterday = open_database(f"sqlite+aiosqlite:///{copied(audited.before, tmp_path / 'yesterday.db')}")
    known = Register(yesterday, audited.home.settings.index_secret, audited.keyring)
    assert audited.open not in await case_numbers(yesterday)
    assert audited.open in await audited.verifier(known).numbers(), "though only the engine knows it"
    await yesterday.dispose()


@pytest.mark.requirement("AUD-2")
async def test_a_case_at_work_gives_no_false_alarm(audited: Audited) -> None:
    verifier = audited.verifier(audited.home.register)

    async def ask() -> None:
        for _ in range(5):
            await audited.home.decide(audited.open, Role.CITIZEN, AskStatus(), key=uuid4().hex)

    asking = asyncio.create_task(ask())
    standings = []
    while not asking.done():
        standings.append((await verifier.verify(audited.open)).standing)
    await asking
    assert Standing.DIVERGED not in standings
    await audited.home.at_rest(audited.open)
    assert (await verifier.verify(audited.open)).standing is Standing.HOLDS


@pytest.mark.requirement("AUD-2")
async def test_a_step_that_the_engine_has_not_kept_is_ahead_and_not_forged(
    audited: Audited, tampered: Tampered
) -> None:
    async def write_early(register: Register) -> None:
        view = await register.view(audited.open)
        assert view is not None
        entry = JournalEntry(
            number=audited.open,
            sequence=view.last_sequence + 1,
            at=view.statuses[-1].at,
            actor=SYSTEM,
            event=events.PlanDrafted(steps=["Ничего не было"], related_numbers=[]),
        )
        await register.record(Transition(number=audited.open, entries=[entry]))

    assert (await tampered(audited.open, by=write_early)).standing is Standing.AHEAD


@pytest.mark.requirement("AUD-1", "AUD-2", "TEC-3")
async def test_an_incident_is_proved_as_its_appeals_are(audited: Audited, tampered: Tampered, tmp_path: Path) -> None:
    home = audited.home
    incident, appeals = await repeated(home)
    await home.decide(incident, Role.DEVELOPER, FIXED)
    await watch(home).result()
    for number in (incident, *appeals):
        await home.until(number, lambda view: view.facts.incident is None or view.is_closed)
    for number in appeals:
        await home.at_rest(number)
    for number in (incident, *appeals):
        assert (await tampered(number)).standing is Standing.HOLDS
    last = "position = (SELECT max(position) FROM journal WHERE number = :number)"
    shortened = await tampered(incident, f"DELETE FROM journal WHERE number = :number AND {last}")
    assert "is missing" in shortened.finding
    gone = await tampered(incident, "DELETE FROM journal WHERE number = :number")
    assert gone.standing is Standing.DIVERGED
    assert incident in await audited.verifier(home.register).numbers()
    await incident_without_key_is_found(audited, tmp_path)


async def incident_without_key_is_found(audited: Audited, folder: Path) -> None:
    async with with_keys(audited, folder, "DELETE FROM data_key WHERE name LIKE 'incident-%'") as verifier:
        (unknown,) = [each for each in await verifier.numbers() if each.startswith("incident-")]
        verdict = await verifier.verify(unknown)
        assert (verdict.standing, verdict.finding) == (Standing.DIVERGED, f"there is no key of {unknown}")


@pytest.mark.requirement("AUD-2")
async def test_a_key_that_is_missing_or_another_one_is_found(audited: Audited, tmp_path: Path) -> None:
    number = audited.ended
    gone = f"DELETE FROM data_key WHERE name = '{number}'"
    async with with_keys(audited, tmp_path, gone) as verifier:
        assert (await verifier.verify(number)).finding == f"there is no key of {number}"
        await verifier.keyring.key(number)  # makes one: it opens nothing of the old one's
        verdict = await verifier.verify(number)
    assert verdict.standing is Standing.DIVERGED
    assert re.fullmatch(r"event 1 of run \S+: what is there does not open: .*", verdict.finding)
    moved = f"UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE name = '{audited.open}')"
    async with with_keys(audited, tmp_path, moved) as verifier:
        assert "was not wrapped as it" in (await verifier.verify(number)).finding


@asynccontextmanager
async def with_keys(audited: Audited, folder: Path, statement: str) -> AsyncIterator[Verifier]:
    """A verifier with a copy of the keys in which some SQL was run."""
    file = copied(audited.home.settings.data_dir / "keys.db", folder / "keys.db")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)
    opened = open_keys(f"sqlite+aiosqlite:///{file}")
    keyring = keyring_of(audited.home.settings, KeyStore(opened))
    ours = audited.verifier(audited.home.register)
    yield replace(ours, keyring=keyring, replayer=StrongReplayer(SealingCodec(keyring)))
    await opened.dispose()
