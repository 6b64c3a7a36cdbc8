"""Whatever happens in a case: its row is the fold of its journal, its tasks are what it awaits until it is closed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.actors import Role
from domain.appeal import Status
from domain.case import fold
from domain.contracts import events
from domain.contracts.appeal import Details
from domain.contracts.events import Event
from domain.contracts.expectation import Expectation
from store.register import Register
from store.tables import appeal, identifier, task
from tests.store.journals import START, TOLD, Case, clock_started

ROLES = st.lists(st.sampled_from([Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR]), min_size=1, unique=True)
EXPECTATIONS = st.builds(
    Expectation,
    id=st.sampled_from(["A-1", "B-2", "C-3"]),
    command=st.just("CheckDocuments"),
    roles=ROLES,
    since=st.just(START),
    clock=st.sampled_from([None, "reaction", "processing"]),
)
FACTS: st.SearchStrategy[Event] = st.one_of(
    st.just(TOLD),
    st.builds(events.StatusChanged, status=st.sampled_from(Status), reason=st.just("Причина.")),
    st.builds(clock_started, st.sampled_from(["reaction", "processing"]), st.integers(1, 600)),
    st.builds(events.DecisionExpected, expectation=EXPECTATIONS),
    st.builds(events.ExpectationClosed, expectation_id=st.sampled_from(["A-1", "B-2", "C-3"])),
    st.builds(
        events.DetailsSupplied,
        items=st.just(["email"]),
        personal=st.builds(Details, email=st.sampled_from(["a@example.org", "b@example.org"])),
    ),
)


def sensible(facts: list[list[Event]]) -> list[list[Event]]:
    """The facts without those that expect again what is expected already."""
    open_: set[str] = set()
    kept: list[list[Event]] = []
    for step in facts:
        kept.append([])
        for fact in step:
            if isinstance(fact, events.DecisionExpected):
                if fact.expectation.id in open_:
                    continue
                open_.add(fact.expectation.id)
            if isinstance(fact, events.ExpectationClosed):
                open_.discard(fact.expectation_id)
            kept[-1].append(fact)
    return kept


@pytest.mark.requirement("AUD-1", "STS-1")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.lists(FACTS, min_size=1, max_size=4), max_size=6).map(sensible))
async def test_row_tasks_and_identifiers_follow_the_journal(register: Register, steps: list[list[Event]]) -> None:
    case = Case()
    for step in [[], *steps]:
        await register.record(case.transition(*step))
        view = None
        for entry in await register.journal(case.number):
            view = fold(view, entry)
        assert view is not None
        assert await register.view(case.number) == view == case.view

        async with register.engine.connect() as connection:
            of_case = task.c.number == case.number
            query = select(task.c.expectation_id, task.c.role, task.c.due_at).where(of_case)
            tasks = {tuple(row) for row in await connection.execute(query)}
            row = (await connection.execute(select(appeal).where(appeal.c.number == case.number))).mappings().one()
            kinds = select(identifier.c.kind).where(identifier.c.number == case.number)
            known = set((await connection.execute(kinds)).scalars())
        assert tasks == {
            (open_.id, role.value, view.clocks[open_.clock].due_at() if open_.clock in view.clocks else None)
            for open_ in view.expectations
            if not view.is_closed
            for role in open_.roles
        }
        assert (row["status"], row["last_position"]) == (view.status.value, view.last_sequence)
        assert (row["closed_at"] is not None) == view.is_closed
        assert known == {"snils", "email"}
