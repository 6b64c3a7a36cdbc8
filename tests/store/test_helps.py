"""Questions about fields: sealed, the asker's own, so many an hour, and gone after it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor, Role
from domain.help import ASKED_AT_MOST, KEPT, Advice
from domain.sealing import Keyring
from store.helps import AskedTooOften, Helps
from store.tables import help_request

ANNA, BORIS = (Actor(subject=name, role=Role.CITIZEN) for name in ("anna", "boris"))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.requirement("VAL-3", "AUD-3")
async def test_a_question_is_sealed_and_its_askers_own(database: AsyncEngine, keyring: Keyring) -> None:
    helps = Helps(database, keyring)
    asked = await helps.ask(ANNA, "details.snils", "112-233-445 96", NOW)
    assert await helps.own(asked, BORIS, NOW) is None
    own = await helps.own(asked, ANNA, NOW)
    assert own
    assert (own.typed, own.advice) == ("112-233-445 96", None)
    assert await helps.waiting(NOW) == [(asked, "details.snils", NOW)]
    assert await helps.answer(asked, Advice(value="112-233-445 95"), NOW)
    assert not await helps.answer(asked, Advice(text="Другое"), NOW), "the first answer counts"
    answered = await helps.own(asked, ANNA, NOW)
    assert answered
    assert answered.advice == Advice(value="112-233-445 95")
    assert await helps.waiting(NOW) == []
    async with database.connect() as connection:
        rows = str((await connection.execute(select(help_request))).all())
    assert not [told for told in ("112", "anna") if told in rows]


@pytest.mark.requirement("VAL-3")
async def test_questions_are_few_and_gone_within_the_hour(database: AsyncEngine, keyring: Keyring) -> None:
    helps = Helps(database, keyring)
    asked = [await helps.ask(ANNA, "details.inn", "", NOW) for _ in range(ASKED_AT_MOST)]
    with pytest.raises(AskedTooOften):
        await helps.ask(ANNA, "details.inn", "", NOW)
    assert await helps.ask(BORIS, "details.inn", "", NOW)
    later = NOW + KEPT + timedelta(seconds=1)
    assert await helps.find(asked[0], later) is None
    assert not await helps.answer(asked[0], Advice(text="Поздно"), later)
    await helps.ask(ANNA, "details.inn", "", later)
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(help_request)) == 1
