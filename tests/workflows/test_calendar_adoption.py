"""A new production calendar for all open cases at once, as `hotline calendar adopt` sends it."""

from collections.abc import Awaitable, Callable

import pytest

from domain.actors import Role
from domain.calendar import CALENDARS, CURRENT_VERSION
from domain.contracts.commands import AdoptCalendar
from domain.contracts.events import CalendarAdopted
from infra.adoption import Adoption, adopt_everywhere
from store.terms import cases_to_adopt
from tests.calendars import MOVED, end_of, moved_calendar, noon, with_2028
from tests.examples import GRANTED, about_application, escalation
from tests.house import House

NEW = AdoptCalendar(version="official", reason="Утверждён календарь.")


async def adopted_by(home: House, command: AdoptCalendar = NEW) -> list[Adoption]:
    cases = cases_to_adopt(home.register.engine, command.version)
    return [case async for case in adopt_everywhere(home.client, cases, command)]


@pytest.mark.requirement("ESC-4")
async def test_every_open_case_with_a_term_adopts_once(
    home_with: Callable[..., Awaitable[House]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CALENDARS, MOVED, moved_calendar())
    monkeypatch.setitem(CALENDARS, "official", with_2028("official", ((1, 10),), ()))
    home = await home_with(calendar_version=MOVED)
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    numbers = [await home.open_at(escalation(first), noon("2027-12-27")) for _ in range(3)]
    for number in numbers:
        await home.expecting(number, "DecideEscalation")
    done, *asleep = numbers
    await home.decide(done, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(done)

    assert sorted(await adopted_by(home), key=lambda case: case.number) == [Adoption(n) for n in sorted(asleep)]
    for number in asleep:
        (entry,) = await home.journalled(number, CalendarAdopted)
        assert entry.actor.role is Role.SYSTEM
        view = await home.until(number, lambda view: view.calendar_version == "official")
        assert view.clocks["escalation"].due_at() == end_of("2028-01-19")
        await home.delivered(number)
        assert any("изменился срок" in mail["subject"] for mail in await home.mail(number))
    assert await adopted_by(home) == [], "run again, it asks nobody"
    assert "CalendarAdopted" not in await home.events(done) + await home.events(first)


@pytest.mark.requirement("ESC-4")
async def test_what_a_case_does_not_take_is_reported(home: House) -> None:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    number = await home.open(escalation(first))
    await home.expecting(number, "DecideEscalation")
    unknown = AdoptCalendar(version="never published", reason="Опечатка.")
    assert await adopted_by(home, unknown) == [Adoption(number, "Такой версии производственного календаря нет.")]
    view = await home.register.view(number)
    assert view is not None
    assert view.calendar_version == CURRENT_VERSION
