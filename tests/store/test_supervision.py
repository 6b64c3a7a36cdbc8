"""The figures of a period, on both databases, held against cases counted by hand (ANA-2, ANA-3)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.actors import Role
from domain.appeal import Category, Channel, FailureKind, Relation, Status, Unit
from domain.contracts import events
from domain.contracts.appeal import Details
from domain.contracts.events import Event
from domain.figures import Correction, Difficulty, Figures, Tally
from store.register import Register
from store.supervision import Supervision
from tests.store.journals import RECEIVED, START, Case, clock_started, expected

pytestmark = pytest.mark.requirement("ANA-2", "ANA-3")

CLOSED = events.StatusChanged(status=Status.COMPLETED, reason="Ответ дан.")
REPEATED = events.PreviousFound(relation=Relation.REPEAT, found_by="citizen", number="1")
HANDED = events.HandedOver(unit=Unit.LEGAL, reason="Нужен юрист.")
BAD = events.SatisfactionRated(score=2)
SIGNATURE = "access: Налоги"


def opened(minutes_later: int = 0, **differs: Any) -> Case:
    """A case that is registered so many minutes after the first one."""
    case = Case()
    case.registered = case.registered.model_copy(update=differs)
    case.minutes_later = minutes_later - 1
    return case


async def recorded(register: Register, case: Case, *happened: Event) -> str:
    await register.record(case.transition(RECEIVED, *happened))
    return case.number


async def closed(register: Register, case: Case, minutes: int, *happened: Event) -> str:
    """The case is closed so many minutes after its registration."""
    await recorded(register, case, *happened)
    assert case.view
    case.minutes_later += minutes - case.view.last_sequence
    await register.record(case.transition(CLOSED))
    return case.number


async def of_a_day(register: Register, hours_later: float, days: int = 1) -> Figures:
    end = START + timedelta(days=days)
    return await Supervision(register.engine).figures(START, end, START + timedelta(hours=hours_later))


async def test_of_nothing_there_are_no_figures(register: Register) -> None:
    found = await of_a_day(register, 24)
    assert (found.total, found.by_channel, found.incidents) == (Tally(), [], [])
    assert [(each.unit, each.waiting) for each in found.units] == [(unit, 0) for unit in Unit]


async def test_terms_load_and_repeats_are_counted(register: Register) -> None:
    await recorded(register, opened(), clock_started(minutes=240), expected(), HANDED)
    ended = clock_started(minutes=240).clock
    breached = ended.model_copy(update={"breached_at": START + timedelta(hours=4)})
    missed = events.ClockRang(share=1.0, breached=True, clock=breached)
    await recorded(register, opened(), missed, expected("AnswerQuestion", Role.SPECIALIST), REPEATED)
    case = opened()
    await closed(register, case, 24 * 60, BAD)
    await closed(register, opened(category=Category.PAYMENTS, service="Налоги"), 24 * 60 + 1)
    await recorded(register, opened(24 * 60), clock_started(minutes=240))  # of the next day

    found = await of_a_day(register, 2.9)
    assert (found.total.registered, found.total.open, found.total.kept) == (4, 2, 2)
    assert (found.total.running, found.total.at_risk, found.total.breached) == (1, 0, 1)
    assert (found.total.repeats, found.total.rated, found.total.mean_score) == (1, 1, 2.0)
    assert (found.total.first_day_over, found.total.closed_within_day) == (2, 1)
    assert found.total.mean_hours_to_close == pytest.approx(24 + 1 / 120)
    assert [(group.value, group.registered) for group in found.by_relation] == [(None, 3), ("repeat", 1)]
    assert [(group.value, group.registered) for group in found.by_score] == [("2", 1)]
    assert found.difficulties == [
        Difficulty(category=Category.PASSWORD_RECOVERY, count=3),
        Difficulty(category=Category.PAYMENTS, service="Налоги", count=1),
    ]
    units = {each.unit: each for each in found.units}
    assert (units[Unit.LEGAL].handed_over, units[Unit.LEGAL].open) == (1, 1)
    assert (units[Unit.FIRST_LINE].waiting, units[Unit.SECOND_LINE].waiting) == (1, 1)

    later = await of_a_day(register, 3)
    assert (later.total.at_risk, later.total.running) == (1, 0), "three quarters of the term are over"
    assert (await of_a_day(register, 25)).total.first_day_over == 4
    assert (await of_a_day(register, 3, days=2)).total.registered == 5


async def test_an_incident_stands_with_its_appeals_and_is_no_appeal(register: Register) -> None:
    logged = events.FailureLogged(
        kind=FailureKind.ACCESS, service="Налоги", signature=SIGNATURE, level=Unit.DEVELOPMENT
    )
    reported = [
        await recorded(register, opened(category=Category.TECHNICAL_FAILURE, service="Налоги"), logged)
        for _ in range(2)
    ]
    incident = opened(
        portal="hotline", channel=Channel.INTERNAL, category=Category.TECHNICAL_FAILURE, personal=Details()
    )
    joined = [events.AppealJoined(appeal_number=number) for number in reported]
    begun = events.IncidentOpened(signature=SIGNATURE, run_id="run")
    await recorded(register, incident, begun, *joined)
    found = await of_a_day(register, 1)
    assert found.total.registered == 2
    assert [(each.number, each.signature, each.appeals, each.fixed_at) for each in found.incidents] == [
        (incident.number, SIGNATURE, reported, None)
    ]
    assert [(each.signature, each.count, each.unanswered) for each in found.failures] == [(SIGNATURE, 2, 2)]
    await register.record(incident.transition(events.FailureFixed(summary="Исправлено."), CLOSED))
    (mended,) = (await of_a_day(register, 1)).incidents
    assert mended.fixed_at
    days_later = await Supervision(register.engine).figures(
        START + timedelta(days=1), START + timedelta(days=2), START + timedelta(days=2)
    )
    assert days_later.incidents == []


@pytest.mark.requirement("CLS-3")
async def test_what_people_corrected_is_counted(register: Register) -> None:
    def said(category: Category, previous: Category | None) -> Event:
        return events.AppealClassified(category=category, previous=previous, reason="Прочитано.")

    for _ in range(2):
        await recorded(register, opened(), said(Category.PAYMENTS, Category.PASSWORD_RECOVERY))
    await recorded(register, opened(), said(Category.PAYMENTS, None), said(Category.PAYMENTS, Category.PAYMENTS))
    assert (await of_a_day(register, 1)).corrections == [
        Correction(was=Category.PASSWORD_RECOVERY, now=Category.PAYMENTS, count=2),
        Correction(now=Category.PAYMENTS, count=1),
    ]
