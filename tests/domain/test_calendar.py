"""The production calendar: what the decrees say, what the law says without them, and the committed table."""

import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    CALENDARS,
    CURRENT_VERSION,
    MOSCOW,
    UnknownCalendar,
    calendar_of,
    end_of_day,
    moscow_day,
)
from domain.calendar.wording import (
    day_in_words,
    duration_in_words,
    moment_in_words,
    ranges_in_words,
    working_days_in_words,
)

pytestmark = pytest.mark.requirement("ESC-4")

CALENDAR = calendar_of(CURRENT_VERSION)
LIBRARY = holidays.country_holidays("RU", years=range(2015, 2028))
GENERATOR = str(Path(__file__).parents[2] / "scripts" / "generate_calendar.py")
OFFICIAL_DAYS = st.dates(date(2015, 1, 1), date(2027, 12, 31))


def year_of(number: int) -> list[date]:
    first = date(number, 1, 1)
    return [first + timedelta(days=n) for n in range((date(number + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("day", ["2025-11-01", "2024-04-27", "2024-11-02", "2024-12-28", "2027-02-20"])
def test_moved_working_saturdays_are_worked(day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day))
    assert CALENDAR.why(date.fromisoformat(day)) == "суббота: рабочий день (перенос)"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2025-11-03", "перенесённый выходной"),
        ("2025-12-31", "перенесённый выходной"),
        ("2026-01-09", "перенесённый выходной"),
        ("2027-02-22", "перенесённый выходной"),
        ("2027-11-05", "перенесённый выходной"),
        ("2027-12-31", "перенесённый выходной"),
        ("2026-06-12", "праздничный день"),
        ("2026-11-21", "выходной: суббота"),
        ("2026-11-22", "выходной: воскресенье"),
    ],
)
def test_days_off_say_why(day: str, reason: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(day))
    assert CALENDAR.why(date.fromisoformat(day)) == reason


@pytest.mark.parametrize(("year", "total"), [(2024, 248), (2025, 247), (2026, 247), (2027, 247)])
def test_working_days_of_a_year_add_up_to_the_published_total(year: int, total: int) -> None:
    assert sum(map(CALENDAR.is_working_day, year_of(year))) == total


@given(OFFICIAL_DAYS)
def test_official_years_agree_with_the_library(day: date) -> None:
    assert CALENDAR.is_working_day(day) == LIBRARY.is_working_day(day)


def test_ten_working_days_over_new_year() -> None:
    assert CALENDAR.add_working_days(date(2025, 12, 29), 10) == date(2026, 1, 22)


@given(OFFICIAL_DAYS, st.integers(0, 30))
def test_a_term_is_explained_day_by_day(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    days = CALENDAR.explain(start, n)

    assert [day.date for day in days] == [start + timedelta(days=k + 1) for k in range((end - start).days)]
    assert [day.number for day in days if day.counted] == list(range(1, n + 1))
    assert all(day.counted == CALENDAR.is_working_day(day.date) for day in days)
    assert all(day.reason == CALENDAR.why(day.date) for day in days)
    assert all(day.number is None for day in days if not day.counted)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


def test_a_year_without_a_decree_is_provisional_and_follows_the_labour_code() -> None:
    assert not CALENDAR.is_provisional(2027)
    assert CALENDAR.is_provisional(2028)
    assert not any(CALENDAR.is_working_day(date(2028, 1, day)) for day in range(1, 10))
    assert CALENDAR.is_working_day(date(2028, 1, 10))
    assert not CALENDAR.is_working_day(date(2028, 5, 9))
    assert CALENDAR.is_working_day(date(2028, 12, 29))


def test_a_provisional_holiday_on_a_weekend_gives_the_next_working_day_off() -> None:
    assert date(2028, 11, 4).isoweekday() == 6
    assert CALENDAR.why(date(2028, 11, 6)) == "перенесённый выходной"
    assert CALENDAR.is_working_day(date(2028, 11, 7))


@given(st.dates(date(2028, 1, 1), date(2100, 12, 31)))
def test_no_weekend_is_worked_provisionally(day: date) -> None:
    assert not (day.isoweekday() >= 6 and CALENDAR.is_working_day(day))


def test_a_year_before_the_tables_is_refused_with_what_is_known() -> None:
    with pytest.raises(UnknownCalendar, match=r"2015 to 2027 .* not 2014"):
        CALENDAR.is_working_day(date(2014, 12, 31))


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownCalendar, match=r"'1999-01-01'; known: .*2026-11-22"):
        calendar_of("1999-01-01")


def test_a_version_is_known_by_its_own_name() -> None:
    assert all(calendar.version == version for version, calendar in CALENDARS.items())


def test_the_committed_table_is_what_the_library_gives() -> None:
    script = runpy.run_path(GENERATOR)

    assert script["committed_table"]() == script["fresh_table"]()
    assert set(CALENDAR.sources) == set(CALENDAR.days_off)


def test_the_committed_table_was_not_edited_by_hand() -> None:
    script = runpy.run_path(GENERATOR)
    table = script["TABLES"] / f"v{CURRENT_VERSION.replace('-', '_')}.py"

    assert table.read_text(encoding="utf-8") == script["render"](CURRENT_VERSION, script["fresh_table"]())


@given(st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_moscow_day_holds_its_instants(instant: datetime) -> None:
    day = moscow_day(instant)
    assert end_of_day(day - timedelta(days=1)) <= instant < end_of_day(day)


def test_a_day_ends_at_24_hours_of_moscow() -> None:
    assert end_of_day(date(2026, 1, 22)) == datetime(2026, 1, 22, 21, tzinfo=UTC)
    assert end_of_day(date(2026, 1, 22)).tzinfo is UTC


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 минут"),
        (1, "1 минута"),
        (22, "22 минуты"),
        (45, "45 минут"),
        (90, "1 час 30 минут"),
        (120, "2 часа"),
        (11 * 60, "11 часов"),
        (24 * 60, "1 сутки"),
        (14 * 24 * 60, "14 суток"),
    ],
)
def test_durations_in_russian(minutes: int, words: str) -> None:
    assert duration_in_words(minutes) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 рабочий день"),
        (3, "3 рабочих дня"),
        (10, "10 рабочих дней"),
        (11, "11 рабочих дней"),
        (12, "12 рабочих дней"),
        (21, "21 рабочий день"),
        (112, "112 рабочих дней"),
    ],
)
def test_working_days_in_russian(number: int, words: str) -> None:
    assert working_days_in_words(number) == words


def test_dates_in_russian() -> None:
    assert day_in_words(date(2026, 1, 22)) == "22 января 2026 года"
    assert moment_in_words(datetime(2026, 3, 1, 9, 5, tzinfo=MOSCOW)) == "09:05 1 марта 2026 года"


def test_neighbouring_days_are_joined() -> None:
    days = [date(2025, 12, 30), *year_of(2026)[:3], date(2026, 1, 17), date(2026, 1, 18), date(2026, 1, 20)]
    assert ranges_in_words([date(2025, 12, 31), *days[1:]]) == "31 декабря–3 января, 17–18 января, 20 января"
    assert ranges_in_words([]) == ""
