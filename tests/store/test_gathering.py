"""Group commit: many callers, few transactions, and each hears of its own alone (ADR 24)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Access
from domain.actors import Actor, Role
from domain.rights import Ground, Operation
from store.access import AccessLog, of_case
from store.database import open_database, writing
from store.gathering import Gathering
from store.keys import KeptKey, KeyStore, data_key, open_keys, prepare_keys
from store.tables import access, log_queue

NUMBER = "4821093755612044"
MANY = 50


def look(nth: int) -> Access:
    at = datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(seconds=nth)
    actor = Actor(subject="op", role=Role.OPERATOR)
    return Access.by(actor, NUMBER, Operation.READ_APPEAL, Ground.TASK, at, f"request-{nth}")


@contextmanager
def commits(database: AsyncEngine) -> Iterator[list[None]]:
    """One item for each transaction that is kept meanwhile."""
    found: list[None] = []

    def count(_connection: object) -> None:
        found.append(None)

    event.listen(database.sync_engine, "commit", count)
    yield found
    event.remove(database.sync_engine, "commit", count)


@asynccontextmanager
async def held_up(database: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """While this lasts, no access can be written: another process is at it."""
    other = open_database(database.url.render_as_string(hide_password=False))
    async with writing(other) as connection:
        if database.dialect.name == "postgresql":
            await connection.execute(text("LOCK TABLE access"))
        yield database
    await other.dispose()


async def queued(database: AsyncEngine) -> list[str]:
    async with database.connect() as connection:
        return list((await connection.execute(select(log_queue.c.hash).order_by(log_queue.c.id))).scalars())


@pytest.mark.requirement("AUD-1", "AUD-3")
async def test_callers_that_come_together_share_transactions_and_keep_their_order(database: AsyncEngine) -> None:
    log, looks = AccessLog(database), [look(nth) for nth in range(MANY)]
    with commits(database) as kept:
        await asyncio.gather(*(log.record([each]) for each in looks))
    assert len(kept) == 1
    assert await of_case(database, NUMBER) == looks
    assert await queued(database) == [each.hash for each in looks]


@pytest.mark.requirement("AUD-3")
async def test_a_bad_row_is_told_to_its_caller_alone(database: AsyncEngine) -> None:
    log, looks = AccessLog(database), [look(nth) for nth in range(MANY)]
    await log.record([looks[7]])
    told = await asyncio.gather(*(log.record([each]) for each in looks), return_exceptions=True)
    assert [nth for nth, each in enumerate(told) if each is not None] == [7]
    assert isinstance(told[7], IntegrityError)
    assert await of_case(database, NUMBER) == looks
    assert sorted(await queued(database)) == sorted(each.hash for each in looks)


@pytest.mark.requirement("AUD-3")
async def test_of_a_caller_s_rows_all_are_kept_or_none(database: AsyncEngine) -> None:
    log = AccessLog(database)
    await log.record([look(1)])
    first, torn, whole = (log.record(looks) for looks in ([look(0)], [look(2), look(1)], [look(3), look(4)]))
    told = await asyncio.gather(first, torn, whole, return_exceptions=True)
    assert [isinstance(each, IntegrityError) for each in told] == [False, True, False]
    assert await of_case(database, NUMBER) == [look(nth) for nth in (0, 1, 3, 4)]


@pytest.mark.requirement("AUD-3")
async def test_a_database_in_trouble_is_told_to_all_and_served_again_after(database: AsyncEngine) -> None:
    if database.dialect.name == "sqlite":
        event.listen(database.sync_engine, "checkout", _without_patience)
    log = AccessLog(database)
    async with held_up(database):
        asking = [asyncio.create_task(log.record([look(nth)])) for nth in range(MANY)]
        await _broken_off(database, asking)
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(each, DBAPIError) for each in told)
    assert await of_case(database, NUMBER) == []
    await log.record([look(1)])
    assert await of_case(database, NUMBER) == [look(1)]


def _without_patience(connection: Any, *_: object) -> None:
    connection.execute("PRAGMA busy_timeout=50").close()


async def _broken_off(database: AsyncEngine, asking: Sequence["asyncio.Task[None]"]) -> None:
    """Return when all have been told: SQLite gives up by itself, PostgreSQL is made to."""
    others = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not all(each.done() for each in asking):
        if database.dialect.name == "postgresql":
            async with database.connect() as connection:
                await connection.execute(others)
        await asyncio.wait(asking, timeout=0.05)


@pytest.mark.requirement("AUD-3")
async def test_callers_that_give_up_harm_no_other(database: AsyncEngine) -> None:
    log = AccessLog(database)
    async with held_up(database):
        asking = [asyncio.create_task(log.record([look(nth)])) for nth in range(MANY)]
        await asyncio.sleep(0)
        for nth in (0, 3):  # one under way already, one that still waits
            asking[nth].cancel()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [nth for nth, each in enumerate(told) if each is not None] == [0, 3]
    kept = set(await of_case_ids(database))
    assert {look(nth).id for nth in range(MANY) if nth not in (0, 3)} <= kept


async def of_case_ids(database: AsyncEngine) -> list[str]:
    async with database.connect() as connection:
        return list((await connection.execute(select(access.c.id))).scalars())


@pytest.mark.requirement("DAT-2")
async def test_keys_made_at_once_are_one_for_each_name_and_none_for_a_destroyed_one(empty: AsyncEngine) -> None:
    engine = open_keys(empty.url.render_as_string(hide_password=False))
    await prepare_keys(engine)
    keys = KeyStore(engine)
    await keys.destroy("gone")
    names = [*"abcdefgh" * 2, "gone"]
    with commits(engine) as made:
        kept = await asyncio.gather(*(keys.keep(name, str(nth).encode(), "w") for nth, name in enumerate(names)))
    assert len(made) == 1
    assert kept[:8] == kept[8:16] == [KeptKey(name, str(nth).encode(), "w") for nth, name in enumerate("abcdefgh")]
    assert kept[16] == KeptKey("gone", None, None)
    assert await asyncio.gather(*map(keys.find, [*"abcdefgh", "gone", "never"])) == [*kept[:8], kept[16], None]
    async with engine.connect() as connection:
        await connection.execute(insert(data_key).values(name="late", created_at=datetime.now(UTC)))
        await connection.commit()
    assert (await keys.keep("late", b"x", "w")).wrapped is None
    await engine.dispose()


class Gate:
    """A piece of work that is done when the gate is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.batches: list[list[int]] = []

    async def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        await self.open.wait()
        return [-each for each in asked]


@pytest.mark.requirement("AUD-3")
async def test_nobody_is_answered_before_the_work_is_done() -> None:
    gate = Gate()
    gathering = Gathering(gate, at_once_max=4)
    asking = [asyncio.create_task(gathering.ask(nth)) for nth in range(6)]
    settled = asyncio.create_task(gathering.settled())
    assert await asyncio.wait(asking, timeout=0.05) == (set(), set(asking))
    assert not settled.done()
    gate.open.set()
    assert await asyncio.gather(*asking) == [0, -1, -2, -3, -4, -5]
    assert gate.batches == [[0, 1, 2, 3], [4, 5]]
    await settled


@pytest.mark.requirement("AUD-3")
async def test_the_queue_and_the_wait_are_bounded() -> None:
    gate = Gate()
    gathering = Gathering(gate, waiting_max=2, seconds_max=0.1)
    first = asyncio.create_task(gathering.ask(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [asyncio.create_task(gathering.ask(nth)) for nth in (2, 3)]
    await asyncio.sleep(0)
    with pytest.raises(PoolExhausted):
        await gathering.ask(4)
    told = await asyncio.gather(first, *rest, return_exceptions=True)
    assert all(isinstance(each, TimeoutError) for each in told)
    gate.open.set()
    await gathering.settled()
    assert await gathering.ask(5) == -5
    assert gate.batches == [[1], [5]], "what nobody waits for any more is not begun"


@pytest.mark.requirement("AUD-1")
async def test_writers_of_a_process_come_as_they_asked(database: AsyncEngine) -> None:
    order: list[int] = []

    async def write(nth: int) -> None:
        async with writing(database):
            order.append(nth)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(nth) for nth in range(MANY)))
    if database.dialect.name == "sqlite":
        assert order == sorted(order)
    assert len(order) == MANY
