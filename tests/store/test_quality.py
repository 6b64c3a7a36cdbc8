"""Replies that are due, one check of each, never one's own; notes are erased, figures stay (RPL-2, ANA-3)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.actors import Actor, Role
from domain.erasure import ErasureGround
from domain.quality import QualityFigure, ReplyCheck
from domain.sealing import Erased
from store.erasures import Erasure, Erasures
from store.quality import DUE_FOR, NoReplyDue, OwnReply, Quality, quality_figures
from store.register import Register
from store.tables import reply_check
from tests.store.journals import START
from tests.store.replies import REPLY, VERA, told

pytestmark = pytest.mark.requirement("RPL-2", "ANA-3")

OLEG = Actor(subject="oleg", role=Role.QUALITY_CONTROL)
GOOD = ReplyCheck(is_polite=True, is_brief=True, fits_question=False, note="Анна спрашивала о другом.")
NOW = START + timedelta(days=1)


def quality_of(register: Register) -> Quality:
    return Quality(register.engine, register.keyring)


async def test_one_reply_in_ten_by_a_person_awaits_somebody_else(register: Register) -> None:
    quality = quality_of(register)
    first, second = await told(register), await told(register, by=OLEG)
    await told(register, due=False)
    await told(register, by=None)
    assert {reply.number for reply in await quality.waiting(Actor(subject="inga", role=VERA.role), NOW)} == {
        first,
        second,
    }
    assert [reply.number for reply in await quality.waiting(OLEG, NOW)] == [first]
    assert await quality.waiting(OLEG, NOW + DUE_FOR) == []


async def test_a_reply_is_checked_once_and_by_nobody_who_wrote_it(register: Register) -> None:
    quality, number = quality_of(register), await told(register)
    with pytest.raises(OwnReply):
        await quality.check(number, REPLY, GOOD, VERA, NOW)
    with pytest.raises(NoReplyDue):
        await quality.check(number, REPLY - 1, GOOD, OLEG, NOW)
    assert await quality.check(number, REPLY, GOOD, OLEG, NOW)
    assert await quality.check(number, REPLY, GOOD, OLEG, NOW), "a double click"
    assert not await quality.check(number, REPLY, GOOD, Actor(subject="inga", role=VERA.role), NOW)
    assert not await quality.check(number, REPLY, GOOD.model_copy(update={"is_brief": False}), OLEG, NOW)
    assert await quality.waiting(OLEG, NOW) == []
    async with register.engine.connect() as connection:
        rows = (await connection.execute(select(reply_check))).mappings().all()
    assert [(row["checked_by"], row["is_brief"]) for row in rows] == [("quality_control:oleg", True)]
    assert "Анна".encode() not in rows[0]["note"]


async def test_machines_replies_are_not_checked(register: Register) -> None:
    with pytest.raises(NoReplyDue):
        await quality_of(register).check(await told(register, by=None), REPLY, GOOD, OLEG, NOW)


async def test_an_erasure_takes_the_note_and_leaves_the_figures(register: Register) -> None:
    quality, erasures = quality_of(register), Erasures(register.engine, register.keyring)
    number, other = await told(register), await told(register)
    await quality.check(number, REPLY, GOOD, OLEG, NOW)
    asked = Erasure(number=number, ground=ErasureGround.COURT_ORDER, requested_by="boss", requested_at=START)
    await erasures.ask(asked)
    assert await erasures.consent(asked, "judge", START)
    await erasures.carry_out(asked, NOW)
    async with register.engine.connect() as connection:
        assert list((await connection.execute(select(reply_check.c.note))).scalars()) == [None]
    with pytest.raises(Erased):
        await quality.check(number, REPLY, GOOD, OLEG, NOW)
    await quality.check(other, REPLY, GOOD.model_copy(update={"is_polite": False}), OLEG, NOW)
    figure = QualityFigure(month="2026-03", checked=2, polite=1, brief=2, fitting=0)
    assert await quality_figures(register.engine, NOW, NOW + timedelta(seconds=1)) == [figure]
    assert await quality_figures(register.engine, START, NOW) == []


async def test_a_reply_whose_step_was_not_kept_is_not_checked(register: Register) -> None:
    quality, number = quality_of(register), await told(register, is_voided=True)
    assert await quality.waiting(OLEG, NOW) == []
    with pytest.raises(NoReplyDue):
        await quality.check(number, REPLY, GOOD, OLEG, NOW)
