"""The term of an escalation over holidays, restarts and changes of the calendar, by moving the case's own clock.

The expected days are counted by hand in the official calendars; their sources are in `domain/calendar/tables`.
How cases get into the years of the calendars, see `tests/calendars.py`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.actors import Role
from domain.calendar import CALENDARS
from domain.calendar.labour_code import MonthDay
from domain.clocks import LONGEST_SPREAD
from domain.contracts.appeal import Policy
from domain.contracts.commands import AdoptCalendar
from domain.contracts.events import CalendarAdopted, ClockRang, DecisionEscalated
from tests.calendars import MOVED, SOON, YEARS, end_of, moved_calendar, noon, with_2028
from tests.examples import GRANTED, about_application, escalation
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess

Days = tuple[MonthDay, ...]
BuildHouse = Callable[..., Awaitable[House]]


@pytest.fixture
async def years_on(home_with: BuildHouse, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose cases follow the calendars of 28 years before."""
    monkeypatch.setitem(CALENDARS, MOVED, moved_calendar())
    return await home_with(calendar_version=MOVED)


async def filed(home: House, day: str, **details: str) -> str:
    """An escalation that is registered at noon, Moscow time, of that day, with its whole package."""
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open_at(escalation(first, **details), noon(day))
    await home.expecting(number, "DecideEscalation")
    return number


async def due(home: House, number: str) -> datetime | None:
    view = await home.register.view(number)
    assert view is not None
    return view.clocks["escalation"].due_at()


async def forward_to(home: House, number: str, instant: datetime) -> None:
    await home.forward(number, instant - await home.now(number))


async def mails(home: House, number: str, to: str, about: str = "") -> list[str]:
    await home.delivered(number)
    return [mail["text"] for mail in await home.mail(number) if mail["to"] == to and about in mail["subject"]]


@pytest.mark.parametrize(
    ("registered", "last_day"),
    [
        # 2025: 30 December is worked, the 31st is off; 2026: 1-11 January are off, 17 and 18 a weekend.
        ("2025-12-29", "2026-01-22"),  # 30.12, 12-16.01, 19-22.01
        ("2025-12-30", "2026-01-23"),  # 12-16.01, 19-23.01
        ("2025-12-31", "2026-01-23"),  # a day off as day zero
        # 2026: 1-3 and 9-11 May are off.
        ("2026-04-28", "2026-05-14"),  # 29-30.04, 4-8.05, 12-14.05
        # 2025: Saturday 1 November is worked in place of Monday the 3rd; 2-4 and 8-9 November are off.
        ("2025-10-24", "2025-11-10"),  # 27-31.10, 1.11, 5-7.11, 10.11
        # 2024: Saturday 28 December is worked; from 29 December to 8 January and on 11-12 January all is off.
        ("2024-12-20", "2025-01-14"),  # 23-28.12, 9-10.01, 13-14.01
    ],
)
@pytest.mark.requirement("ESC-4")
async def test_the_last_day_is_counted_by_the_official_calendar(
    years_on: House, registered: str, last_day: str
) -> None:
    number = await filed(years_on, registered)
    assert await due(years_on, number) == end_of(last_day)


@pytest.mark.requirement("ESC-4", "ESC-5")
async def test_it_warns_once_at_each_share_and_is_breached_at_the_end_of_the_tenth_day(years_on: House) -> None:
    home, number = years_on, await filed(years_on, "2025-12-29")
    for nth, day in enumerate(["2026-01-15", "2026-01-20"], start=1):
        await forward_to(home, number, end_of(day))
        await home.journalled(number, ClockRang, times=nth)
    await forward_to(home, number, end_of("2026-01-22") - SOON)
    assert "DecisionEscalated" not in await home.events(number)
    assert await home.refused(number, Role.SUPERVISOR, GRANTED) == "role_not_allowed"
    await forward_to(home, number, end_of("2026-01-22") + SOON)
    await home.journalled(number, DecisionEscalated)
    await home.forward(number, timedelta(days=10))

    rang = await home.journalled(number, ClockRang)
    assert [entry.public_event()["share"] for entry in rang] == [0.5, 0.8, 1.0]
    for entry, day in zip(rang, ["2026-01-15", "2026-01-20", "2026-01-22"], strict=True):
        assert end_of(day) - LONGEST_SPREAD <= entry.at <= end_of(day) + SOON
    assert rang[-1].at >= end_of("2026-01-22")
    assert len(await mails(home, number, home.settings.authority_email, "Нарушен срок")) == 1
    assert len(await mails(home, number, home.settings.supervisor_email)) == 1
    await home.decide(number, Role.SUPERVISOR, GRANTED)
    await home.closed(number)


@pytest.mark.requirement("ESC-3", "ESC-4")
async def test_the_package_takes_nothing_off_and_adds_nothing_to_the_term(years_on: House) -> None:
    home = years_on
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open_at(escalation(first, documents=["passport"]), noon("2025-12-29"))
    await home.expecting(number, "SupplyDetails")
    assert await due(home, number) == end_of("2026-01-22")
    await home.forward(number, timedelta(days=3))
    await home.expecting(number, "DecideEscalation")
    assert await due(home, number) == end_of("2026-01-22")


@pytest.mark.requirement("ESC-4")
async def test_a_citizen_in_vladivostok_reads_moscow_and_local_time(years_on: House) -> None:
    home = years_on
    number = await filed(home, "2025-12-29", time_zone="Asia/Vladivostok")
    local = f"23 января {2026 + YEARS}, 07:00 (владивостокское время)"
    moscow = f"22 января {2026 + YEARS} года включительно (время московское)"
    (handed,) = await mails(home, number, "anna.smirnova@example.org", "в обработке")
    assert local in handed
    assert moscow in handed
    assert "не считаются: 31 декабря–11 января, 17–18 января" in handed


@pytest.mark.parametrize(
    ("off", "worked", "last_day"),
    [
        # By the law alone, 1-8 January 2028 and the weekends are off: 28-30.12, 10-14.01, 17-18.01.
        ((), (), "2028-01-18"),
        # Monday the 10th is off as well.
        (((1, 10),), (), "2028-01-19"),
        # Saturday the 15th is worked.
        ((), ((1, 15),), "2028-01-17"),
    ],
    ids=["unchanged", "later", "earlier"],
)
@pytest.mark.requirement("ESC-4")
async def test_a_provisional_term_says_so_and_follows_the_calendar_when_it_is_published(
    years_on: House, monkeypatch: pytest.MonkeyPatch, off: Days, worked: Days, last_day: str
) -> None:
    home = years_on
    number = await filed(home, "2027-12-27", time_zone="Asia/Vladivostok")
    view = await home.register.view(number)
    assert view is not None
    assert view.clocks["escalation"].explain().provisional
    (handed,) = await mails(home, number, "anna.smirnova@example.org", "в обработке")
    assert f"на {2028 + YEARS} год ещё не утверждён, поэтому срок может измениться" in handed
    assert await due(home, number) == end_of("2028-01-18")
    await forward_to(home, number, noon("2027-12-30"))

    monkeypatch.setitem(CALENDARS, "official", with_2028("official", off, worked))
    adopted = AdoptCalendar(version="official", reason="Утверждён календарь.")
    assert await home.refused(number, Role.OPERATOR, adopted) == "role_not_allowed"
    await home.decide(number, Role.SUPERVISOR, adopted)
    (entry,) = await home.journalled(number, CalendarAdopted)
    assert await due(home, number) == end_of(last_day)
    told = await mails(home, number, "anna.smirnova@example.org", "изменился срок")
    if not (off or worked):
        assert (entry.public_event()["moved"], told) == ([], [])
        return
    assert entry.public_event()["moved"] == ["escalation"]
    assert entry.event.model_dump()["reason"] == "Утверждён календарь."
    (letter,) = told
    assert "По вашему времени — до" in letter
    assert "(владивостокское время)" in letter
    assert "ещё не утверждён" not in letter
    await forward_to(home, number, end_of(last_day) - SOON)
    assert "DecisionEscalated" not in await home.events(number), "nothing is early"
    await forward_to(home, number, end_of(last_day) + SOON)
    await home.journalled(number, ClockRang, breached=True)


@pytest.mark.requirement("ESC-4")
async def test_the_term_holds_over_a_restart_of_worker_and_engine(
    world: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CALENDARS, MOVED, moved_calendar())
    policy = Policy(calendar_version=MOVED)
    queues: dict[str, Any] = {"case_queue": "cases-restart", "delivery_queue": "deliveries-restart", "policy": policy}
    database = tmp_path / "engine.db"
    async with engine(database) as environment, house(environment, world, tmp_path, **queues) as home:
        number = await filed(home, "2025-12-29")
        await forward_to(home, number, end_of("2026-01-15"))
        await home.journalled(number, ClockRang)
        await home.delivered(number)
    async with engine(database) as environment, house(environment, world, tmp_path, **queues) as home:
        assert await home.now(number) >= end_of("2026-01-15") - LONGEST_SPREAD
        await forward_to(home, number, end_of("2026-01-20"))
        await home.journalled(number, ClockRang, times=2)
        await forward_to(home, number, end_of("2026-01-22") - SOON)
        assert "DecisionEscalated" not in await home.events(number)
        await forward_to(home, number, end_of("2026-01-22") + SOON)
        rang = await home.journalled(number, ClockRang, times=3)
        assert [entry.public_event()["share"] for entry in rang] == [0.5, 0.8, 1.0]
        view = await home.until(number, lambda view: view.clocks["escalation"].breached_at is not None)
        assert view.clocks["escalation"].breached_at == end_of("2026-01-22")
