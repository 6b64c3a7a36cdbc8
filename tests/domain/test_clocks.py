"""Clocks: what is used up, when it rings, and why; the properties are checked against a naive stopwatch."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.calendar import (
    CALENDARS,
    CURRENT_VERSION,
    MOSCOW,
    ProductionCalendar,
    UnknownCalendar,
    calendar_of,
    end_of_day,
    moscow_day,
)
from domain.clocks import LONGEST_SPREAD, Budget, Clock, Ring, Span

pytestmark = pytest.mark.requirement("ESC-4")

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TEN_DAYS = Budget(working_days=10)
TWO_HOURS = Budget(minutes=120)
ESCALATED_AT = datetime(2025, 12, 29, 12, tzinfo=MOSCOW)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def clock_of(budget: Budget, started_at: datetime = ESCALATED_AT, pausable: bool = True) -> Clock:
    return Clock(
        name="processing",
        budget=budget,
        started_at=started_at,
        calendar_version=CURRENT_VERSION,
        pausable=pausable,
    )


def reread(clock: Clock) -> Clock:
    return Clock.model_validate_json(clock.model_dump_json())


# Budgets


@pytest.mark.parametrize(
    ("budget", "words"),
    [(TWO_HOURS, "2 часа"), (TEN_DAYS, "10 рабочих дней"), (Budget(minutes=1440), "1 сутки")],
)
def test_a_budget_is_told_in_russian(budget: Budget, words: str) -> None:
    assert budget.russian == words


@pytest.mark.parametrize("measures", [{}, {"minutes": 5, "working_days": 5}, {"minutes": 0}, {"working_days": -1}])
def test_a_budget_has_one_positive_measure(measures: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Budget.model_validate(measures)


# Terms in working days


def test_the_tenth_working_day_over_new_year_is_22_january() -> None:
    assert clock_of(TEN_DAYS).due_at() == moscow("2026-01-23 00:00")


@pytest.mark.parametrize("start", ["2025-12-29 00:00", "2025-12-29 23:59:59", "2025-12-28 10:00"])
def test_the_day_of_the_start_is_day_zero_whatever_its_hour(start: str) -> None:
    expected = "2026-01-22 00:00" if "-28 " in start else "2026-01-23 00:00"
    assert clock_of(TEN_DAYS, moscow(start)).due_at() == moscow(expected)


def test_the_day_is_that_of_moscow() -> None:
    just_after_midnight_in_moscow = datetime(2025, 12, 28, 21, tzinfo=UTC)
    assert clock_of(TEN_DAYS, just_after_midnight_in_moscow).due_at() == moscow("2026-01-23 00:00")


def test_a_day_counts_if_the_clock_runs_at_its_end() -> None:
    clock = clock_of(Budget(working_days=2), moscow("2026-11-16 12:00"))
    over_the_end_of_tuesday = clock.paused(moscow("2026-11-17 12:00")).resumed(moscow("2026-11-18 00:00"))
    within_tuesday = clock.paused(moscow("2026-11-17 00:01")).resumed(moscow("2026-11-17 23:59"))

    assert clock.due_at() == moscow("2026-11-19 00:00")
    assert over_the_end_of_tuesday.due_at() == moscow("2026-11-20 00:00")
    assert within_tuesday.due_at() == moscow("2026-11-19 00:00")


def test_a_pause_from_the_very_end_of_a_day_leaves_it_counted() -> None:
    clock = clock_of(Budget(working_days=1), moscow("2026-11-16 12:00")).paused(moscow("2026-11-18 00:00"))
    assert clock.spent(moscow("2026-12-01 00:00")) == 1


def test_warnings_come_at_the_end_of_the_fifth_and_of_the_eighth_day() -> None:
    clock = clock_of(TEN_DAYS)
    clock, rings = clock.rung(moscow("2026-02-01 00:00"))

    assert rings == [
        Ring(at=moscow("2026-01-16 00:00"), share=0.5),
        Ring(at=moscow("2026-01-21 00:00"), share=0.8),
        Ring(at=moscow("2026-01-23 00:00"), share=1.0),
    ]
    assert [ring.is_breach for ring in rings] == [False, False, True]
    assert clock.breached_at == moscow("2026-01-23 00:00")


def test_a_share_is_not_rounded_up_by_a_floats_error() -> None:
    clock = clock_of(Budget(working_days=25)).model_copy(update={"warning_shares": (0.28,)})
    seventh = calendar_of(CURRENT_VERSION).add_working_days(moscow_day(ESCALATED_AT), 7)
    assert clock.next_ring() == Ring(at=end_of_day(seventh), share=0.28)


# Terms in minutes


@pytest.mark.requirement("TEC-4")
def test_minutes_run_round_the_clock_except_in_pauses() -> None:
    clock = clock_of(TWO_HOURS).paused(ESCALATED_AT + HOUR).resumed(ESCALATED_AT + 5 * HOUR)

    assert clock.due_at() == ESCALATED_AT + 6 * HOUR
    assert clock.spent(ESCALATED_AT + 3 * HOUR) == 60
    assert clock.share(ESCALATED_AT + 5.5 * HOUR) == 0.75
    assert clock.remaining(ESCALATED_AT + 7 * HOUR) == -60


@pytest.mark.requirement("TEC-3")
def test_a_clock_in_summer_time_of_elsewhere_is_kept_in_utc() -> None:
    started_at = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    clock = clock_of(Budget(minutes=30), started_at)
    assert clock.due_at() == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


# Changes


def test_changes_are_idempotent_and_leave_the_old_clock_alone() -> None:
    clock = clock_of(TWO_HOURS)
    paused = clock.paused(ESCALATED_AT + HOUR)
    resumed = paused.resumed(ESCALATED_AT + 2 * HOUR)
    stopped = resumed.stopped(ESCALATED_AT + 2.5 * HOUR)

    assert clock.resumed(ESCALATED_AT) is clock
    assert paused.paused(ESCALATED_AT + 2 * HOUR) is paused
    assert resumed.resumed(ESCALATED_AT + 3 * HOUR) is resumed
    assert stopped.stopped(ESCALATED_AT + 3 * HOUR) is stopped
    assert stopped.paused(ESCALATED_AT + 3 * HOUR) is stopped
    assert clock.pauses == ()


def test_no_clock_is_due_while_it_stands() -> None:
    paused = clock_of(TWO_HOURS).paused(ESCALATED_AT + HOUR)
    stopped = paused.stopped(ESCALATED_AT + 2 * HOUR)

    assert (paused.is_paused, paused.due_at(), paused.next_ring()) == (
        True,
        None,
        Ring(at=ESCALATED_AT + HOUR, share=0.5),
    )
    assert (stopped.is_paused, stopped.is_running, stopped.due_at()) == (False, False, None)
    assert stopped.spent(ESCALATED_AT + 9 * HOUR) == 60


def test_the_escalation_clock_never_pauses() -> None:
    clock = clock_of(TEN_DAYS, pausable=False)
    assert clock.paused(ESCALATED_AT + HOUR) is clock


def test_the_ledger_never_goes_backwards() -> None:
    clock = clock_of(TWO_HOURS).paused(ESCALATED_AT - HOUR)
    assert clock.pauses == (Span(since=ESCALATED_AT),)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        clock_of(TWO_HOURS).paused(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


def test_a_term_kept_at_its_last_instant_is_no_breach() -> None:
    stopped = clock_of(TWO_HOURS).stopped(ESCALATED_AT + 2 * HOUR)
    assert stopped.next_ring() is None


def test_a_stop_does_not_hide_a_term_missed_before() -> None:
    missed, rings = clock_of(TWO_HOURS).stopped(ESCALATED_AT + 3 * HOUR).rung(ESCALATED_AT + 3 * HOUR)

    assert rings == [Ring(at=ESCALATED_AT + 2 * HOUR, share=1.0)]
    assert missed.breached_at == ESCALATED_AT + 2 * HOUR


def test_a_new_calendar_moves_the_term_and_keeps_what_has_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    current = calendar_of(CURRENT_VERSION)
    days_off = {**current.days_off, 2026: (*current.days_off[2026], (1, 22))}
    newer = ProductionCalendar("newer", days_off, current.working_weekends, current.sources)
    monkeypatch.setitem(CALENDARS, "newer", newer)
    warned, _ = clock_of(TEN_DAYS).rung(moscow("2026-01-20 00:00"))

    moved = warned.with_calendar("newer")
    assert moved.due_at() == moscow("2026-01-24 00:00")
    assert moved.warned == warned.warned == (0.5,)
    with pytest.raises(UnknownCalendar):
        warned.with_calendar("never published")


# Explanations


def test_a_term_in_working_days_names_the_days_that_do_not_count() -> None:
    explanation = clock_of(TEN_DAYS).explain()

    assert explanation.sentence == (
        "Срок — до 22 января 2026 года включительно (время московское), 10-й рабочий день; "
        "не считаются: 31 декабря–11 января, 17–18 января."
    )
    assert explanation.due_at == moscow("2026-01-23 00:00")
    assert not explanation.provisional
    assert [day.number for day in explanation.days if day.counted] == list(range(1, 11))


def test_a_paused_working_day_is_explained() -> None:
    clock = clock_of(Budget(working_days=2), moscow("2026-11-16 12:00"))
    clock = clock.paused(moscow("2026-11-17 12:00"))
    halted = clock.explain()
    going_on = clock.resumed(moscow("2026-11-18 12:00")).explain()

    assert halted.sentence == (
        "Срок приостановлен в 12:00 17 ноября 2026 года (время московское). "
        "Отведено: 2 рабочих дня, израсходовано: 0 рабочих дней."
    )
    assert (halted.due_at, halted.days) == (None, [])
    assert [(day.number, day.reason) for day in going_on.days] == [
        (None, "срок приостановлен"),
        (1, "рабочий день"),
        (2, "рабочий день"),
    ]


def test_a_provisional_term_says_so() -> None:
    explanation = clock_of(TEN_DAYS, moscow("2027-12-27 12:00")).explain()

    assert explanation.provisional
    assert explanation.sentence.endswith(
        "Календарь рабочих дней на 2028 год ещё не утверждён, поэтому срок может измениться."
    )


def test_a_term_in_minutes_is_explained_by_its_spans() -> None:
    clock = clock_of(TWO_HOURS)
    plain = clock.explain()
    interrupted = clock.paused(ESCALATED_AT + HOUR).resumed(ESCALATED_AT + 2.5 * HOUR).explain()
    stopped = clock.stopped(ESCALATED_AT + 1.5 * HOUR).explain()

    assert plain.sentence == "Срок — до 14:00 29 декабря 2025 года (время московское), отведено: 2 часа."
    assert interrupted.sentence == (
        "Срок — до 15:30 29 декабря 2025 года (время московское), отведено: 2 часа; "
        "не считаются паузы: 1 час 30 минут."
    )
    assert interrupted.paused == [Span(since=ESCALATED_AT + HOUR, until=ESCALATED_AT + 2.5 * HOUR)]
    assert len(interrupted.ran) == 2
    assert stopped.sentence == (
        "Срок завершён в 13:30 29 декабря 2025 года (время московское). "
        "Отведено: 2 часа, израсходовано: 1 час 30 минут."
    )


# Warnings spread


def test_warnings_may_come_earlier_but_never_the_breach() -> None:
    clock = clock_of(TWO_HOURS)
    clock, rings = clock.rung(ESCALATED_AT + 3 * HOUR, spread=3 * MINUTE)

    assert [ring.at - ESCALATED_AT for ring in rings] == [57 * MINUTE, 93 * MINUTE, 120 * MINUTE]


def test_a_warning_never_comes_before_the_clock_ran() -> None:
    clock = clock_of(Budget(minutes=4))
    resumed = clock.paused(ESCALATED_AT + MINUTE).resumed(ESCALATED_AT + HOUR)

    assert clock.next_ring(LONGEST_SPREAD) == Ring(at=ESCALATED_AT, share=0.5)
    assert resumed.next_ring(LONGEST_SPREAD) == Ring(at=ESCALATED_AT + HOUR, share=0.5)


@pytest.mark.parametrize("spread", [-MINUTE, 6 * MINUTE])
def test_the_spread_is_a_few_minutes(spread: timedelta) -> None:
    with pytest.raises(ValueError, match="spread"):
        clock_of(TWO_HOURS).next_ring(spread)


# Properties

HALF_DAYS = 12 * HOUR
ACTIONS = st.sampled_from(["pause", "resume", "ring", "read"])
# Multiples of one step make boundaries meet: pauses at midnight, rings at the due instant.
STEPS = st.lists(st.tuples(st.integers(0, 12), ACTIONS), max_size=15)
DAY_CLOCKS = st.builds(
    clock_of,
    st.integers(1, 12).map(lambda n: Budget(working_days=n)),
    st.integers(0, 2 * 700).map(lambda n: moscow("2025-06-01 00:00") + n * HALF_DAYS),
)
MINUTE_CLOCKS = st.builds(
    clock_of,
    st.integers(1, 8).map(lambda n: Budget(minutes=n * 360)),
    st.integers(0, 100).map(lambda n: moscow("2026-03-01 00:00") + n * HOUR),
)


@dataclass
class Stopwatch:
    """The naive truth: it is told of every change and recounts everything from the beginning."""

    clock: Clock
    changes: list[tuple[datetime, bool]] = field(default_factory=list)

    def ran_just_before(self, instant: datetime) -> bool:
        return [True, *(runs for at, runs in self.changes if at < instant)][-1]

    def spent(self, now: datetime) -> float:
        if self.clock.budget.working_days:
            return self._days_spent(now)
        return self._minutes_spent(now)

    def _days_spent(self, now: datetime) -> int:
        calendar = calendar_of(CURRENT_VERSION)
        first = moscow_day(self.clock.started_at)
        days = [first + timedelta(days=n) for n in range(1, (moscow_day(now) - first).days)]
        return sum(calendar.is_working_day(day) and self.ran_just_before(end_of_day(day)) for day in days)

    def _minutes_spent(self, now: datetime) -> float:
        instants = [self.clock.started_at, *(at for at, _ in self.changes if at < now), now]
        spans = zip(instants, instants[1:], strict=False)
        return sum((end - start) / MINUTE for start, end in spans if self.ran_just_before(end))


@dataclass
class Worker:
    """Drives a clock as a workflow does, punctual or not, and keeps all it rang."""

    clock: Clock
    now: datetime
    rings: list[Ring] = field(default_factory=list)

    def ring(self) -> None:
        self.clock, rings = self.clock.rung(self.now)
        assert all(ring.at <= self.now for ring in rings)
        self.rings += rings

    def ring_punctually(self, until: datetime) -> None:
        while (ring := self.clock.next_ring()) and ring.at <= until:
            before = len(self.rings)
            self.now = max(self.now, ring.at)
            self.ring()
            assert len(self.rings) > before
        self.now = until

    def act(self, action: str, stopwatch: Stopwatch) -> None:
        if action == "ring":
            self.ring()
        elif action == "read":
            assert reread(self.clock) == self.clock
            self.clock = reread(self.clock)
        else:
            self.clock = self.clock.paused(self.now) if action == "pause" else self.clock.resumed(self.now)
            stopwatch.changes.append((self.now, action == "resume"))


def drive(clock: Clock, steps: list[tuple[int, str]], punctual: bool) -> tuple[Worker, Stopwatch]:
    step = HALF_DAYS if clock.budget.working_days else HOUR
    worker, stopwatch = Worker(clock, clock.started_at), Stopwatch(clock)
    for gap, action in steps:
        later = worker.now + gap * step
        if punctual:
            worker.ring_punctually(until=later)
        worker.now = later
        worker.act(action, stopwatch)
    worker.ring()
    return worker, stopwatch


@given(st.one_of(DAY_CLOCKS, MINUTE_CLOCKS), STEPS, st.booleans())
def test_a_clock_never_rings_early_never_twice_and_never_misses(
    clock: Clock, steps: list[tuple[int, str]], punctual: bool
) -> None:
    worker, stopwatch = drive(clock, steps, punctual)

    used = stopwatch.spent(worker.now) / clock.budget.size
    assert worker.clock.share(worker.now) == pytest.approx(used)
    assert sorted(ring.share for ring in worker.rings) == [s for s in (0.5, 0.8, 1.0) if s <= used + 1e-9]
    for ring in worker.rings:
        assert stopwatch.spent(ring.at) >= ring.share * clock.budget.size - 1e-9
        assert stopwatch.spent(ring.at - timedelta(seconds=1)) < ring.share * clock.budget.size
    assert worker.clock.rung(worker.now)[1] == []


@given(st.one_of(DAY_CLOCKS, MINUTE_CLOCKS), STEPS)
def test_what_a_clock_rang_does_not_depend_on_when_it_was_asked(clock: Clock, steps: list[tuple[int, str]]) -> None:
    punctual, _ = drive(clock, steps, punctual=True)
    late, _ = drive(clock, steps, punctual=False)

    assert punctual.clock == late.clock
    assert punctual.rings == late.rings


@given(st.one_of(DAY_CLOCKS, MINUTE_CLOCKS), STEPS, st.integers(0, 50), st.integers(0, 50))
def test_a_longer_pause_never_makes_a_term_shorter(
    clock: Clock, steps: list[tuple[int, str]], pause: int, more: int
) -> None:
    worker, _ = drive(clock, steps, punctual=False)
    running = worker.clock.resumed(worker.now)
    paused = running.paused(worker.now)

    dues = [
        running.due_at(),
        paused.resumed(worker.now + pause * HOUR).due_at(),
        paused.resumed(worker.now + (pause + more) * HOUR).due_at(),
    ]
    assert dues == sorted(due for due in dues if due)


@given(st.one_of(DAY_CLOCKS, MINUTE_CLOCKS), STEPS)
def test_an_explanation_agrees_with_the_clock(clock: Clock, steps: list[tuple[int, str]]) -> None:
    worker, _ = drive(clock, steps, punctual=False)
    explanation = worker.clock.explain()

    assert explanation.due_at == worker.clock.due_at()
    if explanation.due_at and explanation.days:
        assert end_of_day(explanation.days[-1].date) == explanation.due_at
        assert explanation.days[-1].number == clock.budget.working_days


@given(MINUTE_CLOCKS, STEPS, st.integers(0, 300).map(lambda n: timedelta(seconds=n)))
def test_spread_moves_warnings_by_no_more_than_itself(
    clock: Clock, steps: list[tuple[int, str]], spread: timedelta
) -> None:
    worker, _ = drive(clock, steps, punctual=False)
    late = worker.now + 1000 * HOUR
    fresh = worker.clock.resumed(worker.now).model_copy(update={"warned": (), "breached_at": None})
    plain, spread_out = fresh.rung(late)[1], fresh.rung(late, spread)[1]

    assert [ring.share for ring in plain] == [ring.share for ring in spread_out] == [0.5, 0.8, 1.0]
    assert plain[-1] == spread_out[-1]
    pairs = zip(plain, spread_out, strict=True)
    assert all(ring.at - spread <= earlier.at <= ring.at for ring, earlier in pairs)
    assert spread_out[0].at >= clock.started_at


def test_old_payloads_can_be_read() -> None:
    oldest = {
        "name": "processing",
        "budget": {"minutes": 120},
        "started_at": "2026-11-22T12:00:00Z",
        "calendar_version": CURRENT_VERSION,
        "a field of the future": 1,
    }
    clock = Clock.model_validate(oldest)
    assert clock.due_at() == datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert clock.warning_shares == (0.5, 0.8)
