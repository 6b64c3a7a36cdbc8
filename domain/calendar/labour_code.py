"""Labour Code of Russia, art. 112: what is off by law alone, before the government's yearly decree.

It carries the years that have no official calendar yet. The decree may still move these days, so the caller
is told that such a year is provisional.
"""

from datetime import date, timedelta

MonthDay = tuple[int, int]

JANUARY = 1
NON_WORKING_HOLIDAYS: tuple[MonthDay, ...] = (
    *((JANUARY, day) for day in range(1, 9)),
    (2, 23),
    (3, 8),
    (5, 1),
    (5, 9),
    (6, 12),
    (11, 4),
)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday, whether or not worked."""
    return day.isoweekday() >= 6


def statutory_days_off(year: int) -> tuple[MonthDay, ...]:
    """The Mondays to Fridays of `year` that the law itself makes non-working (ESC-4)."""
    holidays = [date(year, *month_day) for month_day in NON_WORKING_HOLIDAYS]
    days_off = {day for day in holidays if not is_weekend(day)}
    # Part 2: a holiday on a weekend gives the next working day off. In January the decree decides instead.
    for day in holidays:
        if is_weekend(day) and day.month != JANUARY:
            days_off.add(_next_working_day(day, days_off))
    return tuple(sorted((day.month, day.day) for day in days_off))


def _next_working_day(day: date, days_off: set[date]) -> date:
    while is_weekend(day) or day in days_off:
        day += timedelta(days=1)
    return day
