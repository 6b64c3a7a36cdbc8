"""Answers by idempotency key: kept with their effect or not at all, sealed, and for a day."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.erasure import ErasureGround
from domain.sealing import Keyring
from store.answers import KEPT, RUNNING_AT_MOST, Answers, Given, KeyReused, StillRunning, Turn
from store.erasures import Erasure, Erasures
from store.tables import answer

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ASKED = Erasure(number="4821093755612044", ground=ErasureGround.COURT_ORDER, requested_by="chief", requested_at=NOW)
SAID = {"requested_by": "chief"}


@pytest.fixture
def answers(database: AsyncEngine, keyring: Keyring) -> Answers:
    return Answers(database, keyring, b"for tests")


@pytest.fixture
def erasures(database: AsyncEngine, keyring: Keyring) -> Erasures:
    return Erasures(database, keyring)


async def taken(answers: Answers, names: list[str], body: object = None, at: datetime = NOW) -> Turn:
    turn = await answers.begin(answers.keyed(names, body), at)
    assert isinstance(turn, Turn)
    return turn


@pytest.mark.requirement("INT-6")
async def test_of_three_at_once_one_works_and_the_others_hear_so(answers: Answers) -> None:
    request = answers.keyed(["chief", "key"], {"ground": "court_order"})
    came = await asyncio.gather(*(answers.begin(request, NOW) for _ in range(3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in came) == ["StillRunning", "StillRunning", "Turn"]
    await taken(answers, ["another chief", "key"])
    with pytest.raises(KeyReused):
        await answers.begin(answers.keyed(["chief", "key"], {"ground": "consent_withdrawn"}), NOW)


@pytest.mark.requirement("INT-6")
async def test_an_answer_is_there_exactly_when_its_effect_is(answers: Answers, erasures: Erasures) -> None:
    """Whoever is cut off after the effect finds the answer; whoever is cut off before it begins anew."""
    request = answers.keyed(["key"], None)
    cut_off = await taken(answers, ["key"])
    with pytest.raises(StillRunning):
        await answers.begin(request, NOW + RUNNING_AT_MOST / 2)
    later = NOW + RUNNING_AT_MOST
    turn = await taken(answers, ["key"], at=later)
    with pytest.raises(StillRunning):
        await erasures.ask(ASKED, cut_off.answered(200, SAID))
    assert await erasures.of(ASKED.number) is None, "who was only slow changes nothing any more"
    await erasures.ask(ASKED, turn.answered(200, SAID))
    assert await answers.begin(request, later) == Given(200, SAID)
    await answers.give_up(turn)
    await answers.settle(turn, 500, {})
    assert await answers.begin(request, later) == Given(200, SAID)


async def test_what_was_refused_may_be_sent_again_at_once(answers: Answers) -> None:
    await answers.give_up(await taken(answers, ["key"]))
    turn = await taken(answers, ["key"], "another body")
    await answers.settle(turn, 202, SAID)
    assert await answers.begin(turn.request, NOW) == Given(202, SAID)


async def test_an_answer_is_sealed_and_forgotten_after_a_day(answers: Answers) -> None:
    turn = await taken(answers, ["key"], "body")
    await answers.settle(turn, 200, SAID)
    async with answers.engine.connect() as connection:
        row = (await connection.execute(select(answer))).one()
    assert b"chief" not in row.content
    assert "key" not in row.id
    assert await answers.sweep(NOW + KEPT - timedelta(seconds=1)) == 0
    await taken(answers, ["key"], "another body", NOW + KEPT)
    await answers.settle(turn, 200, SAID)
    assert await answers.sweep(NOW + KEPT) == 0
    assert await answers.sweep(NOW + 2 * KEPT) == 1
    async with answers.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(answer))).scalar() == 0
