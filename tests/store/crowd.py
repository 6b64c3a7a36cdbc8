"""A register with very many appeals, made by one statement a table: only their clear columns, nothing sealed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateIndex, DropIndex

from domain.actors import Role
from domain.appeal import Category, Channel, Unit
from store.tables import appeal, desk, identifier, journal, reply_check, task

PORTALS = 4
CITIZENS = 50_000
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=7)
# Of a hundred so many are open and have a term; most cases of a register are over.
OPEN = 4
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})"
_ROLES = ((Role.OPERATOR, 2), (Role.SPECIALIST, 3), (Role.LEGAL, 40), (Role.DEVELOPER, 2000))

# Every other appeal was answered, one answer of sixteen is to be checked, and four of five of these were.
_REPLIES = """INSERT INTO journal
 (number, position, sequence, at, type, actor, event, personal_digest, previous_hash, hash)
 SELECT number, 3, 3, registered_at, 'QuestionAnswered', '{"subject"\\:"op-7","role"\\:"operator"}', '{}', '', '',
 substr('0123456789abcdef', CAST(CAST(number AS BIGINT) / 2 % 16 AS INTEGER) + 1, 1) || '999'
 FROM appeal WHERE CAST(number AS BIGINT) % 2 = 0"""
_CHECKS = """INSERT INTO reply_check
 (number, position, month, is_polite, is_brief, fits_question, checked_by, checked_at)
 SELECT number, position, '2024-01', TRUE, TRUE, TRUE, 'quality_control:oleg', at
 FROM journal WHERE hash < '1999' AND CAST(number AS BIGINT) % 5 != 0"""


async def make_crowd(engine: AsyncEngine, size: int) -> None:
    """Fill the tables that lists read, and let the database count them."""
    # Indexes that are built afterwards take a third of the time.
    indexes = [index for table in (appeal, desk, task, identifier, journal, reply_check) for index in table.indexes]
    async with engine.begin() as connection:
        for index in indexes:
            await connection.execute(DropIndex(index))
        await connection.execute(text(_appeals(connection, size)))
        for role, share in _ROLES:
            await connection.execute(text(_of_appeals(role, share)))
        await connection.execute(
            text(
                "INSERT INTO identifier (number, kind, digest) SELECT number, 'phone', owner FROM appeal"
                " WHERE owner IS NOT NULL"
            )
        )
        tasks = "SELECT {columns} FROM appeal JOIN desk ON desk.number = appeal.number WHERE due_at IS NOT NULL"
        columns = (
            "appeal.number, 'AnswerQuestion-1', 'AnswerQuestion', role, unit, assignee, appeal.registered_at,"
            " due_at, due_at"
        )
        into = "number, expectation_id, command, role, unit, assignee, since, due_at, urgent_at"
        await connection.execute(text(f"INSERT INTO task ({into}) {tasks.format(columns=columns)}"))
        await connection.execute(text(_REPLIES))
        await connection.execute(text(_CHECKS))
        for index in indexes:
            await connection.execute(CreateIndex(index))
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _appeals(connection: AsyncConnection, size: int) -> str:
    """`portal-0` has three quarters of all; the oldest come first."""
    columns = {
        "number": "CAST(1000000000000000 + i AS VARCHAR(32))" if _is_postgres(connection) else "1000000000000000 + i",
        "portal": f"CASE WHEN i % {PORTALS} = 0 THEN 'operator:op-' || (i % 97) ELSE 'portal-0' END",
        "owner": f"CASE WHEN i % 3 = 0 THEN 'owner-' || (i % {CITIZENS}) END",
        "channel": _one_of(Channel),
        "category": _one_of(Category),
        "unit": f"CASE WHEN i % 20 = 0 THEN '{Unit.LEGAL.value}' WHEN i % 10 = 0 THEN '{Unit.SECOND_LINE.value}' END",
        "assignee": "CASE WHEN i % 2 = 0 THEN 'op-' || (i % 97) END",
        "status": "CASE WHEN i % 100 >= 30 THEN 'completed' WHEN i % 100 >= 4 THEN 'rejected'"
        " WHEN i % 100 = 1 THEN 'received' ELSE 'in_progress' END",
        "registered_at": _instant(connection, 0),
        "due_at": f"CASE WHEN i % 100 < {OPEN} THEN {_instant(connection, 3600)} END",
        "is_breached": "i % 33 = 0",
        "last_position": "1",
    }
    numbers = _NUMBERS.format(size=size)
    return f"INSERT INTO appeal ({', '.join(columns)}) {numbers} SELECT {', '.join(columns.values())} FROM n"  # noqa: S608 - words of our own


def _of_appeals(role: Role, share: int) -> str:
    """The desk of a role has one appeal of so many."""
    number = "CAST(number AS BIGINT)"
    return (
        "INSERT INTO desk (role, number, registered_at)"  # noqa: S608 - words of our own
        f" SELECT '{role.value}', number, registered_at FROM appeal WHERE {number} % {share} = 0"
    )


def _one_of(values: Iterable[str]) -> str:
    *first, last = (str(value) for value in values)
    cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(first))
    return f"CASE i % {len(first) + 3} {cases} ELSE '{last}' END"


def _instant(connection: AsyncConnection, later_seconds: int) -> str:
    seconds = f"{int(FIRST.timestamp()) + later_seconds} + i * {int(APART.total_seconds())}"
    if _is_postgres(connection):
        return f"to_timestamp({seconds})"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"


def _is_postgres(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "postgresql"
