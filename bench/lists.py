"""Registers with very many appeals, for lists: rows alone, since no list opens what is sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Role
from domain.appeal import Category, Channel, Status
from store.database import open_database, writing
from store.migrate import migrate
from store.tables import appeal, desk, task
from tests.house import PORTAL

SMALL, LARGE = 2_000, 200_000
LISTS = {
    "newest of all": (Role.SUPERVISOR, "/v1/appeals?limit=100"),
    "one status of all": (Role.SUPERVISOR, "/v1/appeals?limit=100&status=in_progress"),
    "urgent ones of all": (Role.SUPERVISOR, "/v1/appeals?limit=100&sort=urgent"),
    "an operator's own": (Role.OPERATOR, "/v1/appeals?limit=100"),
    "a portal's own": (Role.PORTAL, "/v1/appeals?limit=100"),
}
"""What is listed, by whom."""
_AT_ONCE = 5_000
_OPEN_FOR = timedelta(days=30)


async def filled(file: Path, appeals: int) -> str:
    """The address of a new register with so many appeals, one a minute up to now; the last month's are open."""
    url = f"sqlite+aiosqlite:///{file}"
    database = open_database(url)
    await migrate(database)
    await fill(database, appeals)
    await database.dispose()
    return url


async def fill(database: AsyncEngine, appeals: int) -> None:
    """Add so many appeals; operators have all of them on their desk, and owe an answer to those that are open."""
    rows = _rows(appeals, datetime.now(UTC))
    while some := list(islice(rows, _AT_ONCE)):
        async with writing(database) as connection:
            await connection.execute(insert(appeal), some)
            same = [{name: row[name] for name in row if name in desk.c} for row in some]
            await connection.execute(insert(desk), [{"role": Role.OPERATOR.value, **row} for row in same])
            if owed := [_owed(row) for row in some if row["due_at"]]:
                await connection.execute(insert(task), owed)


def _owed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "expectation_id": "AnswerQuestion-1",
        "command": "AnswerQuestion",
        "role": Role.OPERATOR.value,
        "since": row["registered_at"],
        "due_at": row["due_at"],
        "urgent_at": row["due_at"],
    }


def _rows(appeals: int, now: datetime) -> Iterator[dict[str, Any]]:
    for nth in range(appeals):
        at = now - timedelta(minutes=nth)
        is_open = now - at < _OPEN_FOR
        yield {
            "number": f"{nth:016}",
            "portal": PORTAL if nth % 2 else "another-portal",
            "channel": list(Channel)[nth % len(Channel)].value,
            "category": list(Category)[nth % len(Category)].value,
            "status": (Status.IN_PROGRESS if nth % 3 else Status.RECEIVED).value
            if is_open
            else Status.COMPLETED.value,
            "registered_at": at,
            "closed_at": None if is_open else at + _OPEN_FOR,
            "due_at": at + _OPEN_FOR if is_open else None,
            "is_breached": False,
            "last_position": 1,
            "view": b"",
        }
