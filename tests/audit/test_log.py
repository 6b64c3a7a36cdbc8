"""Each way of tampering with journal and log is found and named, by one who has the database itself in hand."""

import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.x509 import Certificate
from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from audit.log import first_fault, log_faults
from domain.access import Access
from domain.actors import Actor, Role
from domain.checkpoint import Checkpoint
from domain.rights import Ground, Operation
from infra.notary import Notary
from infra.settings import Settings
from infra.signing import load_signer
from infra.time_stamps import TimeStampAuthority, load_roots
from store.access import AccessLog
from store.database import open_database
from store.log import Log
from store.migrate import migrate
from store.register import Register
from store.tables import access, checkpoint, journal, log_leaf, log_node, time_stamp
from tests.infra.authority import authority
from tests.keys import key_ring
from tests.store.forging import unguarded
from tests.store.journals import RECEIVED, TOLD, Case
from worker import notary

pytestmark = pytest.mark.requirement("AUD-1", "AUD-2")


LOOK = Access.by(
    Actor(subject="op-7", role=Role.OPERATOR), "1", Operation.READ_APPEAL, Ground.TASK, datetime.now(UTC), "request-1"
)


@pytest.fixture
async def signing(tmp_path: Path) -> AsyncIterator[Notary]:
    settings = Settings(data_dir=tmp_path)
    database = open_database(settings.database)
    await migrate(database)
    await database.dispose()
    async with notary(settings) as started:
        yield started


@pytest.fixture
async def register(signing: Notary, tmp_path: Path) -> AsyncIterator[Register]:
    """A register with two cases, in a log of four checkpoints."""
    database = open_database(Settings(data_dir=tmp_path).database)
    async with key_ring(tmp_path) as keyring:
        known = Register(database, b"for tests", keyring)
        for case in (Case(), Case()):
            for events in ((RECEIVED, TOLD), (TOLD, TOLD)):
                await known.record(case.transition(*events))
                await signing.sign()
        yield known
    await database.dispose()


async def faults(register: Register, signing: Notary) -> list[str]:
    found = log_faults(Log(register.engine), signing.published.notes(), [signing.signer.key])
    return [fault async for fault in found]


async def test_an_untouched_log_holds(register: Register, signing: Notary) -> None:
    assert await faults(register, signing) == []
    await register.record(Case().transition(RECEIVED))
    assert await faults(register, signing) == [], "what is queued is on its way"


async def _rehashed(connection: AsyncConnection) -> None:
    await connection.execute(update(journal).where(journal.c.position == 2).values(hash="0" * 64))


async def _removed(connection: AsyncConnection) -> None:
    await connection.execute(delete(journal).where(journal.c.position == 5))


async def _inserted(connection: AsyncConnection) -> None:
    row = (await connection.execute(select(journal).where(journal.c.position == 5))).mappings().first()
    await connection.execute(insert(journal).values({**dict(row or {}), "position": 6, "hash": "1" * 64}))


async def _leaf(connection: AsyncConnection) -> None:
    await connection.execute(update(log_leaf).where(log_leaf.c.index == 3).values(hash="0" * 64))


async def _last_leaf(connection: AsyncConnection) -> None:
    await connection.execute(delete(log_leaf).where(log_leaf.c.index == 9))


async def _middle_leaf(connection: AsyncConnection) -> None:
    await connection.execute(delete(log_leaf).where(log_leaf.c.index == 3))


async def _node(connection: AsyncConnection) -> None:
    await connection.execute(update(log_node).where(log_node.c.level == 2).values(hash=bytes(32)))


async def _note(connection: AsyncConnection) -> None:
    await connection.execute(update(checkpoint).where(checkpoint.c.size == 3).values(note="log\n3\n\n"))


async def _signature(connection: AsyncConnection) -> None:
    note = (await connection.execute(select(checkpoint.c.note).where(checkpoint.c.size == 3))).scalar_one()
    place = len(note) - 20
    forged = note[:place] + ("B" if note[place] == "A" else "A") + note[place + 1 :]
    await connection.execute(update(checkpoint).where(checkpoint.c.size == 3).values(note=forged))


async def _leaf_again(connection: AsyncConnection) -> None:
    """A leaf that an entry has, once more."""
    await connection.execute(
        insert(log_leaf).from_select(["index", "hash"], select(literal(10), log_leaf.c.hash).limit(1))
    )


async def _leaf_before_the_first(connection: AsyncConnection) -> None:
    await connection.execute(
        insert(log_leaf).from_select(["index", "hash"], select(literal(-1), log_leaf.c.hash).limit(1))
    )


async def _leaves_changed_places(connection: AsyncConnection) -> None:
    for moved, to in ((3, 99), (4, 3), (99, 4)):
        await connection.execute(update(log_leaf).where(log_leaf.c.index == moved).values(index=to))


async def _node_more(connection: AsyncConnection) -> None:
    await connection.execute(insert(log_node).values(level=2, index=2, hash=bytes(32)))


async def _node_far_above(connection: AsyncConnection) -> None:
    await connection.execute(insert(log_node).values(level=64, index=0, hash=bytes(32)))


async def _node_less(connection: AsyncConnection) -> None:
    await connection.execute(delete(log_node).where(log_node.c.level == 2))


async def _checkpoint_less(connection: AsyncConnection) -> None:
    await connection.execute(delete(checkpoint).where(checkpoint.c.size == 5))


async def _newest_checkpoint_less(connection: AsyncConnection) -> None:
    await connection.execute(delete(checkpoint).where(checkpoint.c.size == 10))


async def _checkpoint_more(connection: AsyncConnection) -> None:
    """A signed one, at another place."""
    rows = select(literal(4), checkpoint.c.note, checkpoint.c.at).where(checkpoint.c.size == 3)
    await connection.execute(insert(checkpoint).from_select(["size", "note", "at"], rows))


async def _subject(connection: AsyncConnection) -> None:
    await connection.execute(update(access).values(subject="somebody else"))


async def _rewritten(connection: AsyncConnection) -> None:
    """Somebody else in it, with the right hash: but the log has another."""
    forged = LOOK.model_copy(update={"subject": "somebody else"})
    await connection.execute(update(access).values(subject=forged.subject, hash=forged.hash))


async def _unlooked(connection: AsyncConnection) -> None:
    await connection.execute(delete(access))


@pytest.mark.parametrize(
    ("table", "tamper", "expected"),
    [
        ("journal", _rehashed, "position 2: the entry is not in the log"),
        ("journal", _removed, "leaf 4: no journal entry and no access has this hash any more"),
        ("journal", _inserted, "position 6: the entry is not in the log"),
        ("log_leaf", _leaf, "node 1 on level 1: it is not made of its leaves"),
        ("log_leaf", _last_leaf, "checkpoint 10: 10 leaves were signed, the log holds 9"),
        ("log_leaf", _middle_leaf, "the log has no leaf 3"),
        ("log_node", _node, "node 0 on level 2: it is not made of its leaves"),
        ("log_leaf", _leaf_again, "leaf 10: no checkpoint covers it"),
        ("log_leaf", _leaf_before_the_first, "node -1 on level 0: the log has no such place"),
        ("log_leaf", _leaves_changed_places, "node 1 on level 1: it is not made of its leaves"),
        ("log_node", _node_more, "node 2 on level 2: the log has no such place"),
        ("log_node", _node_far_above, "node 0 on level 64: the log has no such place"),
        ("log_node", _node_less, "the log has no node"),
        ("checkpoint", _checkpoint_less, "published checkpoint 2: the log has lost its checkpoint of 5 leaves"),
        ("checkpoint", _newest_checkpoint_less, "leaf 8: no checkpoint covers it"),
        ("checkpoint", _checkpoint_more, "checkpoint 4: its note is about 3 leaves"),
        ("checkpoint", _note, "checkpoint 3: none of the log's keys has signed it"),
        ("checkpoint", _signature, "checkpoint 3: none of the log's keys has signed it"),
    ],
)
async def test_what_was_tampered_with_is_named(
    register: Register,
    signing: Notary,
    table: str,
    tamper: Callable[[AsyncConnection], Awaitable[None]],
    expected: str,
) -> None:
    async with unguarded(register.engine, table) as connection:
        await tamper(connection)
    assert expected in "\n".join(await faults(register, signing))


@pytest.mark.requirement("AUD-3")
@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (_subject, f"access {LOOK.id} to {LOOK.number}: it does not say what its hash says"),
        (_rewritten, f"access {LOOK.id} to {LOOK.number}: it is not in the log"),
        (_unlooked, "leaf 10: no journal entry and no access has this hash any more"),
    ],
)
async def test_a_look_that_was_changed_or_taken_away_is_named(
    register: Register, signing: Notary, tamper: Callable[[AsyncConnection], Awaitable[None]], expected: str
) -> None:
    await AccessLog(register.engine).record([LOOK])
    await signing.sign()
    assert await faults(register, signing) == []
    async with unguarded(register.engine, "access") as connection:
        await tamper(connection)
    assert (await faults(register, signing))[0] == expected


async def test_a_time_stamp_that_was_changed_or_moved_is_named(
    register: Register, signing: Notary, tmp_path: Path
) -> None:
    log, named = Log(register.engine), "time stamp of checkpoint 10: it is not what an authority gave for it"
    with authority(tmp_path / "authority") as stamping:
        roots = load_roots(stamping.roots)
        async with httpx.AsyncClient() as http:
            newest = await log.newest()
            assert newest is not None
            token = await TimeStampAuthority(stamping.url, http, roots).stamp(newest.note.encode())

    async def found(kept: bytes, believed: Sequence[Certificate]) -> list[str]:
        async with unguarded(register.engine, "time_stamp") as connection:
            await connection.execute(delete(time_stamp))
        await log.stamp(newest.size, kept, newest.at)
        return [each async for each in log_faults(log, [], [signing.signer.key], believed)]

    assert await found(token, roots) == await found(token, []) == []
    changed = bytearray(token)
    changed[-1] ^= 1
    assert await found(bytes(changed), roots) == [named]
    about_another = token.replace(hashlib.sha256(newest.note.encode()).digest(), bytes(32))
    assert await found(about_another, []) == await found(about_another, roots) == [named]


async def test_the_keys_that_its_operator_has_published_are_held_against_it(
    register: Register, signing: Notary, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    assert await first_fault(settings) is None
    assert await first_fault(settings, [signing.signer.key.text]) is None
    another = load_signer(signing.signer.origin, tmp_path / "another.pem", make=True)
    assert "none of the log's keys has signed it" in str(await first_fault(settings, [another.key.text]))
    assert "a key that signs it: not a key" in str(await first_fault(settings, ["no key"]))
    shutil.rmtree(settings.published_checkpoints)
    assert "none of its checkpoints is in" in str(await first_fault(settings))


async def test_a_log_written_anew_contradicts_what_was_published(
    register: Register, signing: Notary, tmp_path: Path
) -> None:
    """The whole register from scratch, with the right hashes and the right key."""
    await register.engine.dispose()
    (tmp_path / "register.db").unlink()
    await migrate(register.engine)
    for case in (Case(), Case()):
        await register.record(case.transition(RECEIVED, TOLD, TOLD, TOLD))
    await Log(register.engine).sequence(signing.signer.checkpoint, (await register.journal(case.number))[0].at)
    found = await faults(register, signing)
    assert {fault.partition(":")[0] for fault in found} == {f"published checkpoint {nth}" for nth in range(1, 5)}
    assert "the first 3 leaves are not those that were signed" in found[0]


async def test_a_database_of_yesterday_is_found(register: Register, signing: Notary, tmp_path: Path) -> None:
    file, yesterday = tmp_path / "register.db", tmp_path / "yesterday.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(yesterday),))
    await register.record(Case().transition(RECEIVED))
    await signing.sign()
    await register.engine.dispose()
    for name in ("register.db", "register.db-wal", "register.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    yesterday.rename(file)
    assert await faults(register, signing) == [
        "published checkpoint 5: 12 leaves were signed, the log holds 10",
        "published checkpoint 5: the log has lost its checkpoint of 12 leaves",
    ]


async def test_our_key_signs_nothing_under_another_log_s_name(register: Register, signing: Notary) -> None:
    root = await Log(register.engine).root(3)
    note = signing.signer.sign(Checkpoint("another.example.org", 3, root).text)
    async with unguarded(register.engine, "checkpoint") as connection:
        await connection.execute(update(checkpoint).where(checkpoint.c.size == 3).values(note=note))
    assert await faults(register, signing) == ["checkpoint 3: none of the log's keys has signed it"]


async def test_a_strangers_key_signs_nothing_here(register: Register, signing: Notary, tmp_path: Path) -> None:
    stranger = load_signer(signing.signer.origin, tmp_path / "another.pem", make=True)
    found = [fault async for fault in log_faults(Log(register.engine), [], [stranger.key])]
    assert len(found) == 4
    assert all("none of the log's keys has signed it" in fault for fault in found)
