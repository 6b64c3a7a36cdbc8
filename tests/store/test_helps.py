"""Questions about fields: sealed, the asker's own, so many an hour, and gone after it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor, Role
from domain.help import ASKED_AT_MOST, KEPT, Advice
from domain.sealing import Erased, Keyring
from store.helps import AskedTooOften, Helps
from store.tables import help_request

ANNA, BORIS = (Actor(subject=name, role=Role.CITIZEN) for name in ("anna", "boris"))
SECRET = b"for tests"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.requirement("VAL-3", "AUD-3")
async def test_a_question_is_sealed_and_its_askers_own(database: AsyncEngine, keyring: Keyring) -> None:
    helps = Helps(database, keyring, SECRET)
    asked = await helps.ask(ANNA, "details.snils", "112-233-445 96", NOW)
    assert await helps.own(asked, BORIS, NOW) is None
    own = await helps.own(asked, ANNA, NOW)
    assert own
    assert (own.typed, own.advice) == ("112-233-445 96", None)
    assert await helps.waiting(NOW) == [(asked, "details.snils", NOW)]
    assert (await helps.count_waiting(NOW), await helps.count_waiting(NOW + KEPT * 2)) == (1, 0)
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
    helps = Helps(database, keyring, SECRET)
    asked = [await helps.ask(ANNA, "details.inn", "", NOW) for _ in range(ASKED_AT_MOST)]
    with pytest.raises(AskedTooOften):
        await helps.ask(ANNA, "details.inn", "", NOW)
    assert await helps.ask(BORIS, "details.inn", "", NOW)
    later = NOW + KEPT + timedelta(seconds=1)
    assert await helps.find(asked[0], later) is None
    assert not await helps.answer(asked[0], Advice(text="Поздно"), later)
    last = await helps.ask(ANNA, "details.inn", "", later)
    said = select(help_request.c.id).where((help_request.c.typed != b"") | (help_request.c.owner != ""))
    async with database.connect() as connection:
        assert list((await connection.execute(said)).scalars()) == [last]


@pytest.mark.requirement("VAL-3", "AUD-3")
async def test_after_two_nights_nobody_opens_a_question_from_a_backup(
    database: AsyncEngine, keyring: Keyring
) -> None:
    helps, evening = Helps(database, keyring, SECRET), NOW.replace(hour=23, minute=30)
    await helps.ask(ANNA, "details.snils", "112-233-445 96", NOW)
    late = await helps.ask(BORIS, "details.snils", "112-233-445 96", evening)
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    query = select(help_request.c.id, help_request.c.typed, help_request.c.owner).order_by(help_request.c.asked_at)
    async with database.connect() as connection:
        backup = {row.id: row.typed for row in await connection.execute(query)}
    await helps.forget(midnight)
    async with database.connect() as connection:
        rows = (await connection.execute(query)).all()
    assert [(row.typed, row.owner) for row in rows if row.id != late] == [(b"", "")]
    own = await helps.own(late, BORIS, midnight)
    assert own
    assert own.typed == "112-233-445 96", "whose hour is not over"
    day = await keyring.key("help 2026-11-23", may_make=False)
    assert day.open(f"{late} typed", backup[late]) == b"112-233-445 96", "which is what is destroyed"
    await helps.forget(midnight + timedelta(days=1))
    with pytest.raises(Erased):
        await keyring.key("help 2026-11-23", may_make=False)
    async with database.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(help_request)) == 0


@pytest.mark.requirement("VAL-3")
async def test_nobody_guesses_who_asks(database: AsyncEngine, keyring: Keyring) -> None:
    for secret in (SECRET, b"another"):
        await Helps(database, keyring, secret).ask(ANNA, "details.inn", "", NOW)
    async with database.connect() as connection:
        owners = (await connection.execute(select(help_request.c.owner))).scalars().all()
    assert len(set(owners)) == 2
