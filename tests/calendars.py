"""Calendars for cases that live in another year than the tests do.

An engine's clock moves forwards only, and the years of the published tables pass by. The Gregorian calendar repeats
its weekdays every 28 years: a case of 2053 by the tables moved by 28 years counts the days of 2025, worked Saturdays
and all, whenever the tests run.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.calendar import CURRENT_VERSION, MOSCOW, ProductionCalendar, calendar_of, end_of_day
from domain.calendar.labour_code import MonthDay, statutory_days_off

YEARS = 28
SOON = timedelta(minutes=1)
MOVED = f"{CURRENT_VERSION}+{YEARS}"

Days = Mapping[int, tuple[MonthDay, ...]]


def later(day: str) -> date:
    """The day of the tables, as the engine knows it in the test."""
    real = date.fromisoformat(day)
    return real.replace(year=real.year + YEARS)


def moved_calendar() -> ProductionCalendar:
    """The published tables, 28 years later."""
    published = calendar_of(CURRENT_VERSION)
    return replace(
        published,
        version=MOVED,
        days_off=_moved(published.days_off),
        working_weekends=_moved(published.working_weekends),
        sources={year + YEARS: source for year, source in published.sources.items()},
    )


def with_2028(version: str, off: tuple[MonthDay, ...], worked: tuple[MonthDay, ...]) -> ProductionCalendar:
    """The moved calendar and one year more: off by law and on these days, worked on these weekend days."""
    known, year = moved_calendar(), 2028 + YEARS
    return replace(
        known,
        version=version,
        days_off={**known.days_off, year: (*statutory_days_off(year), *off)},
        working_weekends={**known.working_weekends, year: worked},
    )


def noon(day: str) -> datetime:
    """12:00 in Moscow on that day."""
    at = later(day)
    return datetime(at.year, at.month, at.day, 12, tzinfo=MOSCOW).astimezone(UTC)


def end_of(day: str) -> datetime:
    """24:00 in Moscow of that day."""
    return end_of_day(later(day))


def _moved(days: Days) -> dict[int, tuple[MonthDay, ...]]:
    return {year + YEARS: listed for year, listed in days.items()}
