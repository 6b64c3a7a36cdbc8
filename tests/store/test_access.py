"""The access log on both databases: kept as written, in order, and never changed (AUD-3)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Access
from domain.actors import Actor, Role
from domain.rights import Ground, Operation
from store.access import AccessLog, AccessTampered, first_changed, of_case
from store.tables import access

NUMBER, OTHER = "4821093755612044", "1111222233334444"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def look(nth: int, number: str = NUMBER, role: Role = Role.OPERATOR) -> Access:
    actor = Actor(subject=f"op-{nth}", role=role)
    return Access.by(actor, number, Operation.READ_APPEAL, Ground.TASK, AT + timedelta(seconds=nth), f"request-{nth}")


@pytest.mark.requirement("AUD-3")
async def test_accesses_are_read_as_written_page_by_page(database: AsyncEngine) -> None:
    looks = [look(nth) for nth in range(5)]
    await AccessLog(database).record([looks[3], look(9, OTHER), looks[1]])
    await AccessLog(database).record([looks[4], looks[0], looks[2]])
    await AccessLog(database).record([])
    assert await of_case(database, NUMBER) == looks
    assert await of_case(database, NUMBER, after=looks[1].id, limit=2) == looks[2:4]
    with pytest.raises(LookupError):
        await of_case(database, NUMBER, after=look(9, OTHER).id)


def test_a_citizen_is_not_named_and_each_field_counts() -> None:
    assert look(1, role=Role.CITIZEN).subject == ""
    one = look(1)
    changes = {"subject": "x", "ground": Ground.AUDIT, "number": OTHER, "at": AT, "request_id": "x"}
    assert len({one.hash, *(one.model_copy(update={k: v}).hash for k, v in changes.items())}) == 1 + len(changes)


@pytest.mark.requirement("AUD-1", "AUD-3")
async def test_the_database_itself_refuses_to_change_or_remove_a_row(database: AsyncEngine) -> None:
    await AccessLog(database).record([look(1)])
    for statement in (update(access).values(subject="somebody"), delete(access)):
        with pytest.raises(SQLAlchemyError, match="only grows"):
            async with database.begin() as connection:
                await connection.execute(statement)
    assert await of_case(database, NUMBER) == [look(1)]


@pytest.mark.requirement("AUD-3")
async def test_a_row_changed_past_the_database_s_guard_is_found(database: AsyncEngine) -> None:
    await AccessLog(database).record([look(1)])
    assert await first_changed(database) is None
    guard = (
        ("DROP TRIGGER access_grows_on_update",)
        if database.dialect.name == "sqlite"
        else ("ALTER TABLE access DISABLE TRIGGER ALL",)
    )
    async with database.begin() as connection:
        for statement in guard:
            await connection.execute(text(statement))
        await connection.execute(update(access).values(ground="audit"))
    with pytest.raises(AccessTampered):
        await of_case(database, NUMBER)
    assert await first_changed(database) == (NUMBER, look(1).id)
