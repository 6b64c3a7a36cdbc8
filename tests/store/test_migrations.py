"""The schema: built by migrations alone, the same as the tables of the code, on both databases."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.sealing import Keyring
from store.evidence import rows_of_case
from store.migrate import migrate, unmigrate
from store.register import Register
from store.relisting import list_anew, unlisted
from store.tables import credential, metadata
from tests.store.journals import RECEIVED, START, TOLD, Case, clock_started, expected

BEFORE_LISTS = "0011"
OWN_TABLES = set(metadata.tables)


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names())) - {"alembic_version"}


@pytest.mark.requirement("AUD-1")
async def test_up_down_and_up_again_with_data(empty: AsyncEngine, keyring: Keyring) -> None:
    register, case = Register(empty, b"for tests", keyring), Case()
    transition = case.transition(RECEIVED, TOLD, expected())
    for _ in range(2):
        await migrate(empty)
        assert await tables(empty) == OWN_TABLES
        await register.record(transition)
        assert await register.view(case.number) == case.view
        await unmigrate(empty)
        assert await tables(empty) == set()


@pytest.mark.requirement("AUD-1", "CLS-2")
async def test_cases_from_before_there_were_lists_are_listed(database: AsyncEngine, keyring: Keyring) -> None:
    register, case = Register(database, b"for tests", keyring), Case(citizen="anna")
    await register.record(case.transition(RECEIVED, clock_started(), expected(clock="reaction")))
    rows = await rows_of_case(database, case.number)
    for _ in range(2):
        await unmigrate(database, BEFORE_LISTS)
        await migrate(database)
        assert await unlisted(database) == [case.number]
        assert await list_anew(register) == 1
        assert await rows_of_case(database, case.number) == rows
        assert await unlisted(database) == []


@pytest.mark.requirement("AUD-1")
async def test_migrating_what_is_up_to_date_changes_nothing(database: AsyncEngine, keyring: Keyring) -> None:
    register, case = Register(database, b"for tests", keyring), Case()
    await register.record(case.transition(RECEIVED))
    await migrate(database)
    assert await register.view(case.number) == case.view


@pytest.mark.requirement("AUD-1")
async def test_the_migrations_build_exactly_the_tables_of_the_code(database: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_register_that_was_written_in_clear_is_refused(empty: AsyncEngine) -> None:
    await migrate(empty, "0003")
    row = {"id": "case-1", "sealed": b"by another key", "created_at": START, "destroyed": False}
    async with empty.begin() as connection:
        await connection.execute(insert(credential).values(row))
    with pytest.raises(RuntimeError, match="not empty"):
        await migrate(empty)
