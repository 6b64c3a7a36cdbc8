"""The production calendar of Russia: which days are working days, and why (ESC-4)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from domain.calendar.labour_code import NON_WORKING_HOLIDAYS, MonthDay, is_weekend, statutory_days_off
from domain.contracts.contract import Contract

_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")


class UnknownCalendar(LookupError):
    """A year or a version that no calendar here knows; the message says which are known."""


class ExplainedDay(Contract):
    """A day after a term's start: whether it counts, as which working day, and the reason in Russian."""

    date: dt.date
    counted: bool
    number: int | None = None
    reason: str


def _never(day: dt.date) -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class ProductionCalendar:
    """One published version of the calendar; a case records which one it was computed by.

    For each official year: the weekdays off, the weekend days worked, and where the decree can be read.
    Later years are *provisional*: weekends and Labour Code art. 112. Days are Moscow days.
    Every method raises `UnknownCalendar` for a year before the first official one.
    """

    version: str
    days_off: Mapping[int, tuple[MonthDay, ...]]
    working_weekends: Mapping[int, tuple[MonthDay, ...]]
    sources: Mapping[int, str]

    def is_provisional(self, year: int) -> bool:
        """Whether `year` had no official calendar yet when this version was made."""
        first, last = min(self.days_off), max(self.days_off)
        if year < first:
            raise UnknownCalendar(
                f"calendar {self.version} knows {first} to {last} officially and later years "
                f"provisionally, not {year}"
            )
        return year > last

    def is_working_day(self, day: dt.date) -> bool:
        """Whether `day` counts towards a term in working days (ESC-4)."""
        if is_weekend(day):
            return self._is_worked_weekend(day)
        return (day.month, day.day) not in self._days_off(day.year)

    def why(self, day: dt.date) -> str:
        """The reason, in Russian and for a citizen's eyes, why `day` is or isn't a working day."""
        weekday = _WEEKDAYS[day.weekday()]
        if self.is_working_day(day):
            return f"{weekday}: рабочий день (перенос)" if is_weekend(day) else "рабочий день"
        if (day.month, day.day) in NON_WORKING_HOLIDAYS:
            return "праздничный день"
        return f"выходной: {weekday}" if is_weekend(day) else "перенесённый выходной"

    def add_working_days(self, start: dt.date, n: int) -> dt.date:
        """The n-th working day after `start`, which is day zero whether or not it is worked (ESC-4)."""
        return self.explain(start, n)[-1].date if n else start

    def explain(self, start: dt.date, n: int) -> list[ExplainedDay]:
        """Each day after `start` up to its n-th working day, counted or not, with the reason.

        Raises `ValueError` for a negative `n`.
        """
        if n < 0:
            raise ValueError(f"working days are counted forwards only, not {n}")
        following, days, counted = self.days_after(start), list[ExplainedDay](), 0
        while counted < n:
            days.append(next(following))
            counted = days[-1].number or counted
        return days

    def days_after(self, start: dt.date, suspended: Callable[[dt.date], bool] = _never) -> Iterator[ExplainedDay]:
        """Every day after `start`, without end; a working day does not count where `suspended` says so."""
        number = 0
        for offset in count(1):
            day = start + dt.timedelta(days=offset)
            works = self.is_working_day(day)
            counted = works and not suspended(day)
            number += counted
            reason = "срок приостановлен" if works and not counted else self.why(day)
            yield ExplainedDay(date=day, counted=counted, number=number if counted else None, reason=reason)

    def _is_worked_weekend(self, day: dt.date) -> bool:
        if self.is_provisional(day.year):
            return False
        return (day.month, day.day) in self.working_weekends[day.year]

    def _days_off(self, year: int) -> tuple[MonthDay, ...]:
        return statutory_days_off(year) if self.is_provisional(year) else self.days_off[year]
