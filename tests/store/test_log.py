"""The log: what it holds, proves and refuses, on both databases."""

import asyncio
import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.checkpoint import Checkpoint, LogForked
from domain.merkle import EMPTY_ROOT, Node, includes, is_consistent, leaf_hash
from domain.sealing import Keyring
from store import log as log_module
from store.log import Log, enqueue
from store.migrate import migrate
from store.register import Register
from store.tables import log_node
from tests.store.forging import unguarded
from tests.store.journals import RECEIVED, TOLD, Case, expected

pytestmark = pytest.mark.requirement("AUD-1")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HASHES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(50)]


def sign(size: int, root: bytes) -> str:
    return Checkpoint("log", size, root).text


@pytest.fixture
def log(database: AsyncEngine) -> Log:
    return Log(database)


async def grown(log: Log, *sizes: int) -> None:
    """Log the hashes up to each of these sizes in turn."""
    before = 0
    for size in sizes:
        async with log.engine.begin() as connection:
            await enqueue(connection, HASHES[before:size])
        await log.sequence(sign, NOW)
        before = size


async def test_what_the_register_records_gets_into_the_log(log: Log, keyring: Keyring) -> None:
    register, case = Register(log.engine, b"for tests", keyring), Case()
    await register.record(case.transition(RECEIVED, TOLD, expected()))
    await register.record(case.transition(TOLD))
    assert await log.queued() == 5
    made = await log.sequence(sign, NOW)
    assert made == await log.newest()
    assert made is not None
    assert (made.size, await log.queued()) == (5, 0)
    assert await log.sequence(sign, NOW) is None, "nothing new, nothing signed"
    hashes = [entry.hash for entry in await register.journal(case.number)]
    proofs = await log.inclusion(hashes, 5)
    root = Checkpoint.parse(made.note).root
    assert [proofs[each].index for each in hashes] == list(range(5))
    for each, proof in proofs.items():
        assert includes(root, 5, proof.index, leaf_hash(bytes.fromhex(each)), proof.path)


async def test_what_lies_outside_the_tree_is_seen(log: Log) -> None:
    await grown(log, 7, 8, 21)
    assert await log.misplaced() is None
    for node in (Node(3, 2), Node(64, 0), Node(1, -1)):
        async with log.engine.begin() as connection:
            await connection.execute(insert(log_node).values(level=node.level, index=node.nth, hash=bytes(32)))
        assert await log.misplaced() == node
        async with unguarded(log.engine, "log_node") as connection:
            place = (log_node.c.level == node.level) & (log_node.c.index == node.nth)
            await connection.execute(delete(log_node).where(place))


async def test_a_transaction_that_is_not_kept_logs_nothing(log: Log) -> None:
    async with log.engine.connect() as connection:
        await enqueue(connection, HASHES[:3])
        await connection.rollback()
    assert await log.sequence(sign, NOW) is None


async def test_every_size_proves_that_it_begins_with_every_earlier_one(log: Log) -> None:
    sizes = (1, 2, 7, 8, 21, 50)
    await grown(log, *sizes)
    notes = {each.size: Checkpoint.parse(each.note) for each in await log.checkpoints()}
    assert tuple(notes) == sizes
    for second in sizes:
        assert await log.root(second) == notes[second].root
        for first in (each for each in sizes if each <= second):
            path = await log.consistency(first, second)
            assert is_consistent(first, notes[first].root, second, notes[second].root, path)
    assert (found := await log.first_over(8)) is not None
    assert found.size == 21


async def test_an_earlier_size_can_be_proved_later(log: Log) -> None:
    await grown(log, 7, 50)
    proofs = await log.inclusion(HASHES, 7)
    assert set(proofs) == set(HASHES[:7]), "what came later is not in it"
    root = await log.root(7)
    for index, each in enumerate(HASHES[:7]):
        assert includes(root, 7, index, leaf_hash(bytes.fromhex(each)), proofs[each].path)
    with pytest.raises(LookupError):
        await log.root(51)


async def test_two_notaries_at_once_make_one_log(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "BATCH", 4)
    async with log.engine.begin() as connection:
        await enqueue(connection, HASHES)

    async def notary() -> int:
        rounds = 0
        while await log.sequence(sign, NOW):
            rounds += 1
        return rounds

    async with asyncio.timeout(30):
        rounds = await asyncio.gather(notary(), notary(), notary())
    assert sum(rounds) == 13, "each batch was taken by one of them"
    assert {each: proof.index for each, proof in (await log.inclusion(HASHES, 50)).items()} == {
        each: index for index, each in enumerate(HASHES)
    }


async def test_a_crash_before_the_signature_loses_nothing(log: Log) -> None:
    await grown(log, 3)

    def crash(size: int, root: bytes) -> str:
        raise RuntimeError("killed")

    async with log.engine.begin() as connection:
        await enqueue(connection, HASHES[3:5])
    with pytest.raises(RuntimeError):
        await log.sequence(crash, NOW)
    assert await log.queued() == 2
    made = await log.sequence(sign, NOW)
    assert made is not None
    assert made.size == 5


async def test_what_was_published_is_held_to(log: Log) -> None:
    await grown(log, 3, 8)
    published = Checkpoint("log", 8, await log.root(8))
    assert await log.sequence(sign, NOW, published) is None
    for size in (9, 8, 3):
        async with log.engine.begin() as connection:
            await enqueue(connection, HASHES[8:9])
        with pytest.raises(LogForked):
            await log.sequence(sign, NOW, Checkpoint("log", size, EMPTY_ROOT))
    assert (newest := await log.newest()) is not None
    assert newest.size == 8


async def test_the_first_stamp_stays(log: Log) -> None:
    await grown(log, 3, 5)
    assert await log.newest_stamped() is None
    for token in (b"first", b"second"):
        await log.stamp(3, token, NOW)
    assert (stamped := await log.newest_stamped()) is not None
    assert (stamped.size, stamped.token) == (3, b"first")


async def test_keys_are_remembered_in_their_order(log: Log) -> None:
    for day, key in enumerate(["one", "two", "one"], start=1):
        await log.announce(key, NOW.replace(day=day))
    assert await log.keys() == ["one", "two"]


async def test_journals_from_before_the_log_are_queued_for_it(empty: AsyncEngine) -> None:
    await migrate(empty, "0003")
    entry = text(
        "INSERT INTO journal (number, position, sequence, at, type, actor, event, salt, personal_digest,"
        " previous_hash, hash) VALUES ("
        "'1', 1, 1, '2026-01-12 09:00:00+00:00', 'X', '{}', '{}', '', '', '', :hash)"
    )
    async with empty.begin() as connection:
        await connection.execute(entry, {"hash": HASHES[0]})
    await migrate(empty, "0004")
    made = await Log(empty).sequence(sign, NOW)
    assert made is not None
    assert made.size == 1
