"""Dates and amounts of time as a citizen reads them in Russian. Days and hours are Moscow's."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.calendar.moscow import MOSCOW

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_DAYS = ("сутки", "суток", "суток")
_HOURS = ("час", "часа", "часов")
_MINUTES = ("минута", "минуты", "минут")
_WORKING_DAYS = ("рабочий день", "рабочих дня", "рабочих дней")


def day_in_words(day: date) -> str:
    """«22 января 2026 года»."""
    return f"{_day_and_month(day)} {day.year} года"


def moment_in_words(instant: datetime) -> str:
    """«14:30 22 января 2026 года», by Moscow's clock."""
    local = instant.astimezone(MOSCOW)
    return f"{local:%H:%M} {day_in_words(local.date())}"


def working_days_in_words(number: int) -> str:
    """«10 рабочих дней»."""
    return _counted(number, _WORKING_DAYS)


def duration_in_words(minutes: int) -> str:
    """«2 часа», «1 сутки 30 минут»: whole minutes of 24×7 time."""
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, _DAYS), (hours, _HOURS), (minutes, _MINUTES)]
    return " ".join(_counted(number, forms) for number, forms in parts if number) or "0 минут"


def ranges_in_words(days: Iterable[date]) -> str:
    """Ascending days, neighbours joined: «31 декабря–11 января, 17–18 января»."""
    ranges: list[tuple[date, date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = ranges[-1][0], day
        else:
            ranges.append((day, day))
    return ", ".join(_range_in_words(first, last) for first, last in ranges)


def _range_in_words(first: date, last: date) -> str:
    if first == last:
        return _day_and_month(first)
    start = str(first.day) if first.month == last.month else _day_and_month(first)
    return f"{start}–{_day_and_month(last)}"


def _day_and_month(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _counted(number: int, forms: tuple[str, str, str]) -> str:
    """The number with its noun: one form for 1 and 21, another for 2-4 and 22-24, a third for the rest."""
    if number % 10 == 1 and number % 100 != 11:
        return f"{number} {forms[0]}"
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return f"{number} {forms[1] if few else forms[2]}"
