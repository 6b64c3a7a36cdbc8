"""`hotline calendar adopt` and `hotline figures`, run as their user runs them, beside a house at work."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import pytest

from domain.actors import Role
from domain.calendar import CALENDARS, CURRENT_VERSION
from domain.contracts.events import CalendarAdopted
from domain.number import format_number
from tests.calendars import MOVED, moved_calendar, noon
from tests.examples import GRANTED, about_application, escalation
from tests.house import House
from tests.sandbox_process import REPOSITORY


async def hotline(home: House, *arguments: str) -> tuple[int | None, str]:
    """The exit code and all that was said."""
    settings = home.settings
    environment = os.environ | {
        "HOTLINE_DATA_DIR": str(settings.data_dir),
        "HOTLINE_ENGINE_ADDRESS": settings.engine_address,
        "HOTLINE_ENGINE_NAMESPACE": settings.engine_namespace,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *arguments),
        cwd=REPOSITORY,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    return process.returncode, said.decode()


@pytest.mark.requirement("ESC-4", "REP-6")
async def test_the_bulk_job_reports_each_case_and_the_figures_are_printed(
    home_with: Callable[..., Awaitable[House]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CALENDARS, MOVED, moved_calendar())
    home = await home_with(calendar_version=MOVED)
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open_at(escalation(first), noon("2025-12-29"))
    await home.expecting(number, "DecideEscalation")

    adopt = ("calendar", "adopt", CURRENT_VERSION, "--reason", "Исправлена таблица.")
    code, said = await hotline(home, *adopt)
    assert code == 0, said
    assert f"{format_number(number)}  follows it" in said
    assert "Asked 1 cases, 0 of them did not take it." in said
    (entry,) = await home.journalled(number, CalendarAdopted)
    assert entry.event.model_dump()["reason"] == "Исправлена таблица."
    await home.until(number, lambda view: view.calendar_version == CURRENT_VERSION)
    assert "Asked 0 cases" in (await hotline(home, *adopt))[1]

    await home.decide(number, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(number)
    code, said = await hotline(home, "figures")
    assert code == 0, said
    rows = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}
    assert rows["all"] == ["1", "100%", "0", "—"]
    assert rows["repeats"] == ["0", "—", "0", "—"]


async def test_an_unknown_calendar_is_an_error(home: House) -> None:
    code, said = await hotline(home, "calendar", "adopt", "2001", "--reason", "x")
    assert code == 1
    assert CURRENT_VERSION in said
