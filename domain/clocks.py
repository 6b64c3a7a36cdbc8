"""A clock is a budget and a ledger: what may be used up, and when it ran (ESC-4, TEC-3, TEC-4).

No due date is stored. The due instant, the warnings and their explanation are derived from the ledger, so a
pause or a new calendar moves them by itself. Instants are aware and kept in UTC; nothing here reads the time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from math import ceil
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, PositiveInt, model_validator

from domain.calendar import ExplainedDay, ProductionCalendar, calendar_of, end_of_day, moscow_day
from domain.calendar.wording import (
    day_in_words,
    duration_in_words,
    moment_in_words,
    ranges_in_words,
    working_days_in_words,
)
from domain.contracts.contract import AwareDatetime, Contract

BREACH = 1.0
LONGEST_SPREAD = timedelta(minutes=5)
_MINUTE = timedelta(minutes=1)


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _ascending(shares: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(set(shares)))


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Share = Annotated[float, Field(gt=0, lt=BREACH)]
Shares = Annotated[tuple[Share, ...], AfterValidator(_ascending)]


class Budget(Contract):
    """How much may be used up: minutes of 24×7 time, or Moscow working days (ESC-4). Exactly one of them."""

    model_config = ConfigDict(frozen=True)

    minutes: PositiveInt | None = None
    working_days: PositiveInt | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.minutes is None) == (self.working_days is None):
            raise ValueError("a budget is either minutes or working days")
        return self

    @property
    def size(self) -> int:
        """The amount, in the budget's own unit."""
        return self.minutes or self.working_days or 0

    @property
    def russian(self) -> str:
        """«2 часа», «10 рабочих дней»."""
        return self.in_words(self.size)

    def in_words(self, amount: float) -> str:
        """An amount of the budget's own unit, in Russian; a part of a minute is left out."""
        return working_days_in_words(int(amount)) if self.working_days else duration_in_words(int(amount))


class Span(Contract):
    """From `since`, exclusive, up to and with `until`; without it, still open."""

    model_config = ConfigDict(frozen=True)

    since: Instant
    until: Instant | None = None

    def has(self, instant: datetime) -> bool:
        return self.since < instant and (self.until is None or instant <= self.until)

    def length_at(self, now: datetime) -> timedelta:
        """How much of it has passed at `now`."""
        return max(timedelta(0), min(now, self.until or now) - self.since)


class Ring(Contract):
    """At `at` a share of the budget is used up: a warning, or the breach at 1.0."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    share: float

    @property
    def is_breach(self) -> bool:
        return self.share == BREACH


class ClockExplanation(Contract):
    """Why a clock is due when it is: each day of a working-day budget, or the spans of 24×7 time."""

    due_at: Instant | None = None
    provisional: bool = False
    days: list[ExplainedDay] = []
    ran: list[Span] = []
    paused: list[Span] = []
    sentence: str


class Clock(Contract):
    """A term in progress; the ledger is its start, its pauses and its stop. A change gives a new clock.

    Working days: the Moscow day of the start is day zero, and a later working day is used up at its end,
    24:00 Moscow time, if the clock ran then (ESC-4). Minutes: every minute the clock ran. A clock that is not
    pausable ignores pauses.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    budget: Budget
    started_at: Instant
    calendar_version: str
    pauses: tuple[Span, ...] = ()
    warning_shares: Shares = (0.5, 0.8)
    warned: tuple[float, ...] = ()
    breached_at: Instant | None = None
    stopped_at: Instant | None = None
    pausable: bool = True

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def is_running(self) -> bool:
        return not self.is_paused and self.stopped_at is None

    def paused(self, now: datetime) -> "Clock":
        """This clock with its time stopped until it is resumed; unchanged unless it runs and may pause."""
        if not (self.is_running and self.pausable):
            return self
        return self._with(pauses=(*self.pauses, Span(since=self._not_before_ledger(now))))

    def resumed(self, now: datetime) -> "Clock":
        """This clock running again; unchanged unless it is paused."""
        if not self.is_paused:
            return self
        last = Span(since=self.pauses[-1].since, until=self._not_before_ledger(now))
        return self._with(pauses=(*self.pauses[:-1], last))

    def stopped(self, now: datetime) -> "Clock":
        """This clock ended for good, whether it ran or was paused; unchanged if it had ended."""
        if self.stopped_at is not None:
            return self
        return self.resumed(now)._with(stopped_at=self._not_before_ledger(now))

    def due_at(self) -> datetime | None:
        """When the budget will be, or was, used up; none while the clock is paused or stopped (ESC-4)."""
        return self._used_up_at(BREACH) if self.is_running else None

    def spent(self, now: datetime) -> float:
        """What is used up at `now`, in the budget's own unit; may exceed the budget."""
        if self.budget.minutes:
            return sum((run.length_at(now) for run in self.runs()), timedelta(0)) / _MINUTE
        past = takewhile(lambda day: end_of_day(day.date) <= now, self._days())
        return sum(day.counted for day in past)

    def share(self, now: datetime) -> float:
        """What is used up at `now`, 1.0 being the budget."""
        return self.spent(now) / self.budget.size

    def remaining(self, now: datetime) -> float:
        """What is left at `now`, in the budget's own unit; negative once overdue."""
        return self.budget.size - self.spent(now)

    def next_ring(self, spread: timedelta = timedelta(0)) -> Ring | None:
        """What rings next if nothing changes; none if all has rung, or a pause or the stop holds it up.

        It may be overdue, even in a pause or after the stop: what was used up before stays so. `spread`, up to
        `LONGEST_SPREAD`, gives warnings that much earlier, the breach never, so that clocks started together
        do not ring together; `rung` wants the same.
        """
        return next(iter(self._pending(spread)), None)

    def rung(self, now: datetime, spread: timedelta = timedelta(0)) -> tuple["Clock", list[Ring]]:
        """What is due at `now`, oldest first, and this clock with that marked as given.

        Each warning rings once, the breach rings once, none before its instant (ESC-4).
        """
        due = [ring for ring in self._pending(spread) if ring.at <= now]
        if not due:
            return self, []
        warned = [ring.share for ring in due if not ring.is_breach]
        breached_at = next((ring.at for ring in due if ring.is_breach), self.breached_at)
        return self._with(warned=(*self.warned, *warned), breached_at=breached_at), due

    def with_calendar(self, version: str) -> "Clock":
        """This clock on another version of the calendar; what has rung stays rung (ESC-4).

        Raises `UnknownCalendar` for a version that does not exist.
        """
        return self._with(calendar_version=calendar_of(version).version)

    def runs(self) -> list[Span]:
        """The spans in which the clock ran, the last one open while it runs."""
        starts = [self.started_at, *(pause.until for pause in self.pauses if pause.until)]
        ends = [*(pause.since for pause in self.pauses), self.stopped_at]
        return [Span(since=since, until=until) for since, until in zip(starts, ends, strict=False)]

    def explain(self) -> ClockExplanation:
        """The due instant with its reasons, as data and as a short Russian text (ESC-4)."""
        days = self._days_up_to_due() if self.budget.working_days else []
        provisional = any(self._calendar.is_provisional(day.date.year) for day in days)
        return ClockExplanation(
            due_at=self.due_at(),
            provisional=provisional,
            days=days,
            ran=self.runs(),
            paused=list(self.pauses),
            sentence=_explanation(self, days, provisional),
        )

    @property
    def _calendar(self) -> ProductionCalendar:
        return calendar_of(self.calendar_version)

    def _with(self, **changes: object) -> "Clock":
        return self.model_copy(update=changes)

    def _not_before_ledger(self, now: datetime) -> datetime:
        # Engine hosts may disagree by a moment: the ledger never goes backwards.
        latest = [self.started_at, *(pause.until or pause.since for pause in self.pauses)][-1]
        return _in_utc(max(now, latest))

    def _used_up_at(self, share: float) -> datetime | None:
        """When that share of the budget is used up, if the ledger so far tells."""
        if self.budget.minutes:
            return self._minutes_used_up_at(self.budget.minutes * _MINUTE * share)
        # Rounded first: 0.28 of 25 days is 7.000000000000001 to a float, and not the eighth day.
        wanted = ceil(round(self.budget.size * share, 6))
        return next((end_of_day(day.date) for day in self._days() if day.number == wanted), None)

    def _minutes_used_up_at(self, left: timedelta) -> datetime | None:
        for run in self.runs():
            if run.until is None or run.until - run.since >= left:
                return run.since + left
            left -= run.until - run.since
        return None

    def _days(self) -> Iterator[ExplainedDay]:
        """Each day after day zero, as far as the ledger decides it: without end while the clock runs."""
        runs = self.runs()
        end = runs[-1].until

        def paused(day: date) -> bool:
            return not any(run.has(end_of_day(day)) for run in runs)

        days = self._calendar.days_after(moscow_day(self.started_at), suspended=paused)
        return takewhile(lambda day: end is None or end_of_day(day.date) <= end, days)

    def _days_up_to_due(self) -> list[ExplainedDay]:
        days = []
        for day in self._days():
            days.append(day)
            if day.number == self.budget.working_days:
                break
        return days

    def _pending(self, spread: timedelta) -> list[Ring]:
        """What the ledger lets ring and has not rung, oldest first."""
        if not timedelta(0) <= spread <= LONGEST_SPREAD:
            raise ValueError(f"warnings may be spread by up to {LONGEST_SPREAD}, not by {spread}")
        # After the stop a warning helps nobody, but a term missed before it stays missed.
        shares = [] if self.stopped_at else [s for s in self.warning_shares if s not in self.warned]
        rings = [*(self._warning(share, spread) for share in shares), self._breach()]
        return sorted((ring for ring in rings if ring), key=lambda ring: (ring.at, ring.share))

    def _warning(self, share: float, spread: timedelta) -> Ring | None:
        at = self._used_up_at(share)
        if at is None:
            return None
        run = next(run for run in self.runs() if run.has(at))
        return Ring(at=max(at - spread, run.since), share=share)

    def _breach(self) -> Ring | None:
        at = self._used_up_at(BREACH)
        # A term that ends at its very last instant is kept.
        if at is None or self.breached_at or (self.stopped_at and at >= self.stopped_at):
            return None
        return Ring(at=at, share=BREACH)


def _explanation(clock: Clock, days: list[ExplainedDay], provisional: bool) -> str:
    due = clock.due_at()
    if due is None:
        return _halt_in_words(clock)
    sentence = _days_in_words(days) if days else _minutes_in_words(clock, due)
    if not provisional:
        return sentence
    year = days[-1].date.year
    return f"{sentence} Календарь рабочих дней на {year} год ещё не утверждён, поэтому срок может измениться."


def _halt_in_words(clock: Clock) -> str:
    halt, at = "завершён", clock.stopped_at
    if at is None:
        halt, at = "приостановлен", clock.pauses[-1].since
    amounts = f"Отведено: {clock.budget.russian}, израсходовано: {clock.budget.in_words(clock.spent(at))}."
    return f"Срок {halt} в {moment_in_words(at)} (время московское). {amounts}"


def _days_in_words(days: list[ExplainedDay]) -> str:
    due = f"{day_in_words(days[-1].date)} включительно (время московское), {days[-1].number}-й рабочий день"
    skipped = ranges_in_words(day.date for day in days if not day.counted)
    return f"Срок — до {due}; не считаются: {skipped}." if skipped else f"Срок — до {due}."


def _minutes_in_words(clock: Clock, due: datetime) -> str:
    term = f"Срок — до {moment_in_words(due)} (время московское), отведено: {clock.budget.russian}"
    paused = sum((pause.length_at(due) for pause in clock.pauses), timedelta(0)) // _MINUTE
    return f"{term}; не считаются паузы: {duration_in_words(paused)}." if paused else f"{term}."
