"""The analysis of the log of technical failures, on both databases."""

from datetime import timedelta

import pytest

from domain.appeal import Category, FailureKind, Unit
from domain.contracts import events
from domain.contracts.appeal import Failure
from store.failures import analyse_failures
from store.register import Register
from tests.store.journals import RECEIVED, START, Case

DAY = timedelta(days=1)


async def record(register: Register, service: str | None, reacts_after: int | None = None) -> None:
    """A failure of this service, to which somebody reacts after so many minutes, or nobody does."""
    case = Case()
    case.registered = case.registered.model_copy(update={"category": Category.TECHNICAL_FAILURE})
    logged = events.FailureLogged(
        kind=FailureKind.ACCESS, service=service, signature=f"service={service}", level=Unit.DEVELOPMENT
    )
    await register.record(case.transition(RECEIVED, logged))
    if reacts_after is not None:
        case.minutes_later = reacts_after - 3  # by the case's own count it is its fourth minute
        failure = Failure(kind=FailureKind.ACCESS)
        assessed = events.FailureAssessed(failure=failure, level=Unit.DEVELOPMENT, status_text="Ищем причину.")
        await register.record(case.transition(assessed))


@pytest.mark.requirement("TEC-5", "ANA-3")
async def test_repeated_failures_come_first_with_their_median_reaction(register: Register) -> None:
    for minutes in (10, 90, 20):
        await record(register, "Запись на приём", minutes)
    await record(register, "Запись на приём")
    await record(register, None, 5)
    await register.record(Case().transition(RECEIVED))  # about something else

    analysis = await analyse_failures(register.engine, START, START + DAY)
    first, second = analysis.by_service
    assert (first.value, first.count, first.unanswered, first.median_minutes) == ("Запись на приём", 4, 1, 20)
    assert (second.value, second.count, second.unanswered, second.median_minutes) == ("", 1, 0, 5)
    assert [(group.value, group.count) for group in analysis.by_kind] == [("access", 5)]
    assert [group.count for group in analysis.by_signature] == [4, 1]


@pytest.mark.requirement("TEC-5")
async def test_a_period_has_only_its_own_failures(register: Register) -> None:
    await record(register, "Запись на приём")
    before = await analyse_failures(register.engine, START - DAY, START)
    after = await analyse_failures(register.engine, START + DAY, START + 2 * DAY)
    assert before.by_kind == after.by_kind == []
