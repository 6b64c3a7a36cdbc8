"""Terms over changes of the calendar: whatever comes between, nothing rings early, twice or never (ESC-4)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CALENDARS, CURRENT_VERSION, ProductionCalendar, calendar_of, end_of_day, moscow_day
from domain.clocks import BREACH, Budget, Clock, Ring
from tests.domain.test_clocks import moscow

pytestmark = pytest.mark.requirement("ESC-4")

HALF_DAY = timedelta(hours=12)
SHARES = (0.5, 0.8, BREACH)
# Days of January 2026 that the published table has as worked, or as off.
WORKED, OFF = ((1, 13), (1, 14), (1, 20)), ((1, 9), (1, 10), (1, 17))


def _variant(name: str, off: tuple[tuple[int, int], ...], worked: tuple[tuple[int, int], ...]) -> ProductionCalendar:
    known = calendar_of(CURRENT_VERSION)
    days_off = tuple(sorted({*known.days_off[2026], *off} - {*worked}))
    weekends = tuple(day for day in worked if day in ((1, 10), (1, 17)))
    return replace(
        known,
        version=name,
        days_off={**known.days_off, 2026: days_off},
        working_weekends={**known.working_weekends, 2026: weekends},
    )


@pytest.fixture(autouse=True, scope="module")
def _calendars() -> Iterator[None]:
    """Three calendars: the published one, one with fewer working days, and one with more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CALENDARS, "longer", _variant("longer", WORKED, ()))
        patch.setitem(CALENDARS, "shorter", _variant("shorter", (), OFF))
        yield


VERSIONS = (CURRENT_VERSION, "longer", "shorter")
ACTIONS = st.sampled_from(["pause", "resume", "ring", "restart", *VERSIONS])
STEPS = st.lists(st.tuples(st.integers(0, 9), ACTIONS), max_size=25)
CLOCKS = st.builds(
    Clock,
    name=st.just("escalation"),
    budget=st.integers(1, 12).map(lambda days: Budget(working_days=days)),
    started_at=st.integers(0, 40).map(lambda n: moscow("2025-12-25 00:00") + n * HALF_DAY),
    calendar_version=st.sampled_from(VERSIONS),
    pausable=st.booleans(),
)


@dataclass
class Case:
    """A clock as a workflow keeps it, and the naive truth beside it: when it ran, told by every change."""

    clock: Clock
    now: datetime
    halts: list[tuple[datetime, bool]] = field(default_factory=list)
    rung: list[tuple[Ring, datetime, float]] = field(default_factory=list)

    def spent_share(self, at: datetime) -> float:
        """What is used up of the budget by the calendar in force now, every day counted anew."""
        calendar = calendar_of(self.clock.calendar_version)
        first = moscow_day(self.clock.started_at)
        days = [first + timedelta(days=n) for n in range(1, (moscow_day(at) - first).days)]
        counted = sum(calendar.is_working_day(day) and self._ran_just_before(end_of_day(day)) for day in days)
        return counted / self.clock.budget.size

    def act(self, action: str) -> None:
        match action:
            case "pause" | "resume":
                self.clock = self.clock.paused(self.now) if action == "pause" else self.clock.resumed(self.now)
                if self.clock.pausable:
                    self.halts.append((self.now, action == "resume"))
            case "restart":
                self.clock = Clock.model_validate_json(self.clock.model_dump_json())
            case "ring":
                self.ring()
            case version:
                self.clock = self.clock.with_calendar(version)

    def ring(self) -> None:
        self.clock, rings = self.clock.rung(self.now)
        self.rung += [(ring, self.now, self.spent_share(self.now)) for ring in rings]

    def sleep_until(self, later: datetime) -> None:
        """As the engine's timer has it: wake up at each ring's instant, and at the end."""
        while (ring := self.clock.next_ring()) and ring.at <= later:
            self.now = max(self.now, ring.at)
            self.ring()
        self.now = later

    def _ran_just_before(self, instant: datetime) -> bool:
        return [True, *(runs for at, runs in self.halts if at < instant)][-1]


@given(CLOCKS, STEPS, st.booleans())
def test_over_any_changes_it_rings_neither_early_nor_twice_nor_never(
    clock: Clock, steps: list[tuple[int, str]], punctual: bool
) -> None:
    case = Case(clock, clock.started_at)
    for gap, action in steps:
        later = case.now + gap * HALF_DAY
        if punctual:
            case.sleep_until(later)
        case.now = later
        case.act(action)
    case.ring()

    shares = [ring.share for ring, _, _ in case.rung]
    assert len(shares) == len(set(shares)), "never twice"
    for ring, rang_at, spent in case.rung:
        assert ring.at <= rang_at
        assert spent >= ring.share - 1e-9, "never early by the calendar of that moment"
    used = case.spent_share(case.now)
    assert {share for share in SHARES if share <= used + 1e-9} <= set(shares), "never missed"
    assert case.clock.share(case.now) == pytest.approx(used)
    assert case.clock.rung(case.now)[1] == []


@given(CLOCKS.filter(lambda clock: not clock.pausable), STEPS, st.sampled_from(VERSIONS))
def test_the_term_follows_the_last_calendar_alone(clock: Clock, steps: list[tuple[int, str]], last: str) -> None:
    case = Case(clock, clock.started_at)
    for gap, action in steps:
        case.now += gap * HALF_DAY
        case.act(action)
    moved = case.clock.with_calendar(last)
    assert moved.due_at() == clock.with_calendar(last).due_at(), "pauses and earlier calendars leave no trace"
    assert moved.with_calendar(last) == moved
