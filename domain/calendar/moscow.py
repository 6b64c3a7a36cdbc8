"""Moscow's days, as the working-day rules need them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# Fixed, not from a time-zone database: Moscow has had no daylight saving since 2014-10-26, and an updated
# database on one worker must not change what a workflow computes. The tables begin in 2015, after that date.
MOSCOW = timezone(timedelta(hours=3), "MSK")


def moscow_day(instant: datetime) -> date:
    """The calendar day in Moscow at `instant`, which must be aware."""
    return instant.astimezone(MOSCOW).date()


def end_of_day(day: date) -> datetime:
    """24:00 Moscow time of `day`, that is 00:00 of the next one, as an aware UTC instant (ESC-4)."""
    return datetime.combine(day + timedelta(days=1), time(), MOSCOW).astimezone(UTC)
