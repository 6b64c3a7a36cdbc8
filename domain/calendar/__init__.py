"""Russian working days as versioned data (ESC-4).

The data are tables made from a library by `scripts/generate_calendar.py`: the library itself cannot run in a
workflow, and an update of it would change the terms of cases in progress.
"""

from domain.calendar.moscow import MOSCOW, end_of_day, moscow_day
from domain.calendar.production import ExplainedDay, ProductionCalendar, UnknownCalendar
from domain.calendar.versions import CALENDARS, CURRENT_VERSION, calendar_of

__all__ = [
    "CALENDARS",
    "CURRENT_VERSION",
    "MOSCOW",
    "ExplainedDay",
    "ProductionCalendar",
    "UnknownCalendar",
    "calendar_of",
    "end_of_day",
    "moscow_day",
]
