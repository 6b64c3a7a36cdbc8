"""The database itself refuses to change what only grows."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Access
from domain.actors import Actor, Role
from domain.rights import Ground, Operation
from domain.sealing import Keyring
from store.access import AccessLog
from store.log import Log, enqueue
from store.register import Register
from store.tables import metadata
from tests.store.journals import RECEIVED, TOLD, Case

pytestmark = pytest.mark.requirement("AUD-1", "AUD-3")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GROWING = ["journal", "access", "log_leaf", "log_node", "checkpoint", "time_stamp", "log_key"]
UNLOGGED = hashlib.sha256(b"later").hexdigest()


@pytest.fixture
async def filled(database: AsyncEngine, keyring: Keyring) -> AsyncEngine:
    """A database with rows in each table, and one hash still in the queue."""
    case = Case()
    await Register(database, b"for tests", keyring).record(case.transition(RECEIVED, TOLD))
    log = Log(database)
    made = await log.sequence(lambda size, _: f"note {size}", NOW)
    assert made is not None
    await log.stamp(made.size, b"token", NOW)
    await log.announce("key", NOW)
    look = Access.by(
        Actor(subject="op-7", role=Role.OPERATOR), case.number, Operation.READ_APPEAL, Ground.TASK, NOW, "request-1"
    )
    await AccessLog(database).record([look])
    await log.sequence(lambda size, _: f"note {size}", NOW)
    async with database.begin() as connection:
        await enqueue(connection, [UNLOGGED])
    return database


async def refused(engine: AsyncEngine, statement: str) -> None:
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.exec_driver_sql(statement)


@pytest.mark.parametrize("name", GROWING)
async def test_what_only_grows_is_neither_changed_nor_removed(filled: AsyncEngine, name: str) -> None:
    table = metadata.tables[name]
    column = list(table.columns)[-1]
    for statement in (update(table).values({column.name: column}), delete(table)):
        with pytest.raises(IntegrityError):
            async with filled.begin() as connection:
                await connection.execute(statement)
    async with filled.connect() as connection:
        (row, *_) = (await connection.execute(table.select())).mappings().all()
    with pytest.raises(IntegrityError):
        async with filled.begin() as connection:
            await connection.execute(insert(table).values(dict(row)))
    dialect = postgresql if filled.dialect.name == "postgresql" else sqlite
    merged = dialect.insert(table).values(dict(row))
    with pytest.raises(IntegrityError):
        async with filled.begin() as connection:
            await connection.execute(
                merged.on_conflict_do_update(index_elements=table.primary_key, set_={column.name: row[column.name]})
            )
    if filled.dialect.name == "postgresql":
        await refused(filled, f"TRUNCATE {name} CASCADE")
        await refused(filled, f"MERGE INTO {name} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE")
        return
    with pytest.raises(IntegrityError):
        async with filled.begin() as connection:
            await connection.execute(insert(table).prefix_with("OR REPLACE").values(dict(row)))


async def test_no_row_is_pushed_out_by_its_hidden_number(filled: AsyncEngine) -> None:
    if filled.dialect.name == "postgresql":
        return
    await refused(
        filled,
        "INSERT OR REPLACE INTO journal (rowid, number, position, sequence, at, type, actor, event, "
        "personal_digest, previous_hash, hash) SELECT 1, 'another', position, sequence, at, type, actor, event, "
        "personal_digest, previous_hash, hash FROM journal WHERE rowid = 1",
    )


async def test_the_queue_gives_up_only_what_is_logged(filled: AsyncEngine) -> None:
    await refused(filled, "DELETE FROM log_queue")
    await refused(filled, "UPDATE log_queue SET hash = hash")
    if filled.dialect.name == "postgresql":
        await refused(filled, "TRUNCATE log_queue")
    assert await Log(filled).queued() == 1
    await Log(filled).sequence(lambda size, _: f"note {size}", NOW)
    assert await Log(filled).queued() == 0
