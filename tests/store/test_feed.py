"""The feed: one order for all readers, in which nothing appears behind what was read already (ADR 22)."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import Keyring
from store.database import writing
from store.feed import Feed, announce
from store.register import Register, append_entries
from tests.store.journals import RECEIVED, TOLD, Case, expected

pytestmark = pytest.mark.requirement("AUD-1")


@pytest.fixture
def feed(database: AsyncEngine) -> Feed:
    return Feed(database)


async def test_it_has_the_public_part_of_every_entry(feed: Feed, register: Register) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED, TOLD))
    assert await feed.after(0, 10) == [], "nobody has read it yet"
    await feed.advance()
    first, second, third = await feed.after(0, 10)
    assert [first.place, second.place, third.place] == [1, 2, 3] == list(range(1, 1 + await feed.newest()))
    assert (first.number, first.position, first.type, first.portal) == (
        case.number,
        1,
        "AppealRegistered",
        "test-portal",
    )
    assert (first.status, second.status) == (None, "received")
    assert "personal" not in first.event
    assert "reason" not in second.event
    assert await feed.after(2, 10) == [third]
    of_case = await feed.of_case(case.number, 1, 1)
    assert [(each.position, each.at) for each in of_case] == [(2, second.at)]
    assert (await feed.last_position(case.number), await feed.last_position("unknown")) == (3, 0)


async def test_what_is_not_kept_is_not_fed(feed: Feed, keyring: Keyring) -> None:
    entries = Case().transition(RECEIVED).entries
    async with feed.engine.connect() as connection:
        await append_entries(connection, entries, await keyring.key("case"))
        await connection.rollback()
    await feed.advance()
    assert await feed.newest() == 0


async def test_readers_who_give_places_at_once_give_each_once(feed: Feed, register: Register) -> None:
    cases = [Case() for _ in range(8)]

    async def write(case: Case) -> None:
        await register.record(case.transition(RECEIVED, expected()))
        await register.record(case.transition(TOLD))

    async def read() -> list[tuple[str, int]]:
        heard: list[tuple[str, int]] = []
        place = 0
        while len(heard) < 4 * len(cases):
            await feed.advance()
            for entry in await feed.after(place, 3):
                assert entry.place == place + 1, "no gap"
                place = entry.place
                heard.append((entry.number, entry.position))
        return heard

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        readers = [tasks.create_task(read()) for _ in range(3)]
        for case in cases:
            tasks.create_task(write(case))
    first, *others = [reader.result() for reader in readers]
    assert all(other == first for other in others)
    for case in cases:
        assert [position for number, position in first if number == case.number] == [1, 2, 3, 4]


@pytest.mark.parametrize("empty", ["postgres"], indirect=True)
async def test_what_is_committed_late_is_not_passed_by(feed: Feed, register: Register) -> None:
    late, early = Case(), Case()
    await register.record(late.transition(RECEIVED))
    await register.record(early.transition(RECEIVED))
    await feed.advance()
    told = await feed.newest()
    (slow,) = await register.journal(late.number, after=1)
    async with writing(feed.engine) as connection:
        # Its id in the queue is lower than that of what is committed before it.
        await announce(connection, [slow])
        await register.record(early.transition(TOLD))
        await feed.advance()
        assert [each.number for each in await feed.after(told, 10)] == [early.number]
        told = await feed.newest()
    await feed.advance()
    assert [each.number for each in await feed.after(told, 10)] == [late.number]
