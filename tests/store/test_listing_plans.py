"""No list reads or sorts more than it shows: what each database plans to do with 200,000 appeals."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, Executable

from domain.actors import Actor, Role
from domain.appeal import Category, Channel, Status, Unit
from domain.listing import Filter, Place, Searched, Sort
from domain.rights import Sight
from domain.sealing import Keyring
from store.listing import Listing
from store.quality import LISTED_AT_MOST, Quality
from store.register import Register
from tests.store.conftest import INDEX_KEY
from tests.store.crowd import APART, FIRST, make_crowd

SIZE = 200_000
# What is open, and somewhat more: it is few in the whole, and sorted faster than looked up.
SORTED_AT_MOST = SIZE // 20
MIDDLE = Place(FIRST + APART * (SIZE // 2), str(1000_0000_0000_0000 + SIZE // 2))
LATEST = FIRST + APART * SIZE
PERSON = Searched(identifiers=(("phone", "+79000001001"),))
FILTERS = {
    "nothing": Filter(),
    "status": Filter(status=Status.IN_PROGRESS),
    "category": Filter(category=Category.LEGAL_QUESTION),
    "channel": Filter(channel=Channel.CHAT),
    "unit": Filter(unit=Unit.LEGAL),
    "assignee": Filter(assignee="op-7"),
    "citizen": Filter(citizen="anna"),
    "due_before": Filter(due_before=MIDDLE.at + timedelta(days=1)),
    "is_breached": Filter(is_breached=True),
    "number": Filter(text=Searched(number=MIDDLE.key)),
    "text": Filter(text=PERSON),
}
OF_ONE_PERSON = {"citizen", "text", "number"}
SIGHTS = {
    "everything": Sight(everything=True),
    "portal": Sight(opened_by="portal-0"),
    "citizen": Sight(citizen="anna"),
    "operator": Sight(opened_by="operator:op-7", role=Role.OPERATOR),
    "developer": Sight(opened_by="operator:op-7", role=Role.DEVELOPER),
}


class Explained(Executable, ClauseElement):
    """What the database would do for a query."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(Explained, "sqlite")
def _on_sqlite(explained: Explained, compiler: Any, **how: Any) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(explained.query, **how)}"


@compiles(Explained, "postgresql")
def _on_postgres(explained: Explained, compiler: Any, **how: Any) -> str:
    return f"EXPLAIN (ANALYZE, FORMAT JSON) {compiler.process(explained.query, **how)}"


async def faults(engine: AsyncEngine, query: Select[Any], is_of_one_person: bool = False) -> list[str]:
    """The steps that read a whole table, or that sort what is not a few rows."""
    async with engine.connect() as connection:
        rows = (await connection.execute(Explained(query))).all()
    if engine.dialect.name == "postgresql":
        return list(_faults_of(rows[0][0][0]["Plan"]))
    # SQLite does not tell how much it would sort.
    wrong = re.compile(r"^SCAN (?!.*INDEX)" if is_of_one_person else r"^SCAN (?!.*INDEX)|TEMP B-TREE")
    return [step for row in rows if wrong.search(step := str(row[-1]))]


def _faults_of(node: dict[str, Any]) -> Iterator[str]:
    below = node.get("Plans", [])
    if node["Node Type"] == "Seq Scan":
        yield f"reads all of {node['Relation Name']}"
    if "Sort" in node["Node Type"] and (rows := sum(each["Actual Rows"] for each in below)) > SORTED_AT_MOST:
        yield f"sorts {rows:.0f} rows"
    for each in below:
        yield from _faults_of(each)


@pytest.fixture
async def crowd(database: AsyncEngine, keyring: Keyring) -> Listing:
    await make_crowd(database, SIZE)
    return Listing(Register(database, INDEX_KEY, keyring))


@pytest.mark.requirement("INT-5", "CLS-2")
async def test_every_list_is_read_off_an_index(crowd: Listing) -> None:
    engine = crowd.register.engine
    wrong: list[tuple[object, ...]] = []
    for seen, sight in SIGHTS.items():
        for name, wanted in FILTERS.items():
            for sort in Sort:
                for after in (None, MIDDLE):
                    for query in crowd.queries(sight, wanted, sort, after):
                        few = name in OF_ONE_PERSON or seen == "citizen"
                        wrong += [
                            (seen, name, sort, after, found) for found in await faults(engine, query.limit(101), few)
                        ]
    for roles in (None, [Role.OPERATOR], [Role.DEVELOPER]):
        for unit in (None, Unit.LEGAL):
            for assignee in (None, "op-7"):
                for after in (None, replace(MIDDLE, key=f"{MIDDLE.key}|AnswerQuestion-1|operator")):
                    query = crowd.task_query(roles, unit, after, assignee)
                    found_wrong = await faults(engine, query.limit(101))
                    wrong += [(roles, unit, assignee, after, found) for found in found_wrong]
    assert not wrong, "\n".join(map(str, wrong))
    replies = Quality(engine, crowd.register.keyring).query(Actor(subject="oleg", role=Role.QUALITY_CONTROL), LATEST)
    assert not await faults(engine, replies.limit(LISTED_AT_MOST))
