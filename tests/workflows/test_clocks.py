"""Clocks of a running case: they warn once, and a breach escalates whether or not anybody is assigned."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from temporalio.api.enums.v1 import EventType

from domain.actors import Role
from domain.calendar import CURRENT_VERSION, calendar_of, end_of_day, moscow_day
from domain.clocks import LONGEST_SPREAD
from domain.contracts.commands import RecordRequest
from domain.contracts.events import ClockRang, DecisionEscalated
from store.tables import task
from tests.examples import MATCHED, RECORDED, appeal, secured
from tests.house import House
from tests.walks import with_password

TWO_HOURS = timedelta(hours=2)


async def roles_with_task(home: House, number: str) -> set[str]:
    async with home.register.engine.connect() as connection:
        return set((await connection.execute(select(task.c.role).where(task.c.number == number))).scalars())


@pytest.mark.requirement("REC-2", "TEC-4")
async def test_an_overdue_reaction_warns_twice_and_is_then_the_supervisors_too(home: House) -> None:
    number = await home.open(appeal())
    view = await home.expecting(number, "RecordRequest")
    started_at = view.clocks["reaction"].started_at
    for rings, minutes in enumerate([60, 36, 24], start=1):
        await home.forward(number, timedelta(minutes=minutes))
        await home.journalled(number, ClockRang, times=rings)
    await home.forward(number, timedelta(days=2))  # and that is all

    rang = await home.journalled(number, ClockRang)
    assert [entry.public_event()["share"] for entry in rang] == [0.5, 0.8, 1.0]
    for entry, share in zip(rang, (0.5, 0.8, 1.0), strict=True):
        assert entry.at >= started_at + TWO_HOURS * share - (LONGEST_SPREAD if share < 1 else timedelta(0))
    view = await home.expecting(number, "RecordRequest")
    assert view.expectations[0].roles == [Role.OPERATOR, Role.SUPERVISOR]
    assert await roles_with_task(home, number) == {"operator", "supervisor"}
    await home.delivered(number)
    letters = [mail for mail in await home.mail(number) if mail["to"] == home.settings.supervisor_email]
    assert [mail["subject"].rpartition(": ")[2] for mail in letters] == ["реакция на обращение"]
    assert "Смирнова" not in letters[0]["text"], "a supervisor's mail tells nothing of the citizen"

    await home.decide(number, Role.SUPERVISOR, RECORDED)
    await home.expecting(number, "CheckDocuments")


@pytest.mark.requirement("REC-2", "ESC-4")
async def test_a_term_of_working_days_skips_the_january_holidays(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    now = await home.now(number)
    late_december = datetime(now.year + (now.month == 12 and now.day > 28), 12, 29, 9, tzinfo=UTC)
    await home.forward(number, late_december - now)
    await home.journalled(number, DecisionEscalated)
    await home.decide(number, Role.SUPERVISOR, RecordRequest(processing_working_days=3))
    view = await home.expecting(number, "CheckDocuments")

    clock = view.clocks["processing"]
    last_day = calendar_of(CURRENT_VERSION).add_working_days(moscow_day(clock.started_at), 3)
    assert clock.due_at() == end_of_day(last_day)
    skipped = {(day.date.month, day.date.day) for day in clock.explain().days if not day.counted}
    assert {(1, day) for day in range(1, 9)} <= skipped
    await home.delivered(number)
    assert any("не считаются: " in mail["text"] for mail in await home.mail(number)), "the citizen is told why"

    due = end_of_day(last_day)
    await home.forward(number, due - timedelta(minutes=1) - await home.now(number))
    assert (await home.expecting(number, "CheckDocuments")).clocks["processing"].breached_at is None
    await home.forward(number, timedelta(minutes=1))
    view = await home.until(number, lambda view: view.clocks["processing"].breached_at is not None)
    assert view.clocks["processing"].breached_at == due
    await home.decide(number, Role.SUPERVISOR, MATCHED)


@pytest.mark.requirement("REC-2")
async def test_a_decision_in_time_leaves_no_clock_behind_that_rings(home: House) -> None:
    number = await with_password(home)
    await home.forward(number, timedelta(hours=5))  # past the terms of reaction and processing
    view = await home.expecting(number, "ReportAccountSecurity")
    assert {name for name, clock in view.clocks.items() if clock.is_running} == {"securing"}
    assert "ClockRang" not in await home.events(number)


@pytest.mark.requirement("REC-2")
async def test_all_the_waits_of_a_case_share_one_engine_timer(home: House) -> None:
    number = await with_password(home)
    await home.decide(number, Role.REGISTRY, secured())
    await home.closed(number)
    events = [event.event_type for event in (await home.history(number)).events]
    assert events.count(EventType.EVENT_TYPE_TIMER_STARTED) == 1
