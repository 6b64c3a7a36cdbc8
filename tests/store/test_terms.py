"""The cases that a new calendar concerns (ESC-4)."""

import pytest

from domain.appeal import Status
from domain.calendar import CALENDARS, CURRENT_VERSION, calendar_of
from domain.clocks import Budget, Clock
from domain.contracts.events import ClockChanged, StatusChanged
from store import terms
from store.register import Register
from tests.store.journals import RECEIVED, START, Case, clock_started

NEW = "new"


def term(version: str = CURRENT_VERSION, stopped: bool = False) -> ClockChanged:
    clock = Clock(name="escalation", budget=Budget(working_days=10), started_at=START, calendar_version=version)
    return ClockChanged(change="started", clock=clock.stopped(START) if stopped else clock)


@pytest.mark.requirement("ESC-4")
async def test_open_cases_with_a_term_in_working_days_by_another_calendar(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CALENDARS, NEW, calendar_of(CURRENT_VERSION))
    monkeypatch.setattr(terms, "PAGE", 2)
    concerned = [Case(), Case(), Case()]
    for case in concerned:
        await register.record(case.transition(RECEIVED, term()))
    for facts in ([clock_started()], [term(NEW)], [term(stopped=True)], [RECEIVED]):
        await register.record(Case().transition(*facts))
    closed = StatusChanged(status=Status.COMPLETED, reason="Решено.")
    await register.record(Case().transition(term(), closed))

    found = [case async for case in terms.cases_to_adopt(register.engine, NEW)]
    assert found == [(case.number, 3) for case in concerned]
    assert [case async for case in terms.cases_to_adopt(register.engine, CURRENT_VERSION)] != found
