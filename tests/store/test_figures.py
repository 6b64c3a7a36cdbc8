"""The figures of repeated contact, on both databases (REP-6)."""

from datetime import timedelta

import pytest

from domain.appeal import Relation, Status
from domain.contracts.events import PreviousFound, SatisfactionRated, StatusChanged
from store.figures import Figures, contact_figures
from store.register import Register
from tests.store.journals import RECEIVED, START, Case

pytestmark = pytest.mark.requirement("REP-6", "ANA-3")

DAY = timedelta(hours=24)
CLOSED = StatusChanged(status=Status.COMPLETED, reason="Ответ дан.")
REPEATED = PreviousFound(relation=Relation.REPEAT, found_by="citizen", number="1")
ESCALATED = PreviousFound(relation=Relation.ESCALATION, found_by="number", number="1")


async def closed(register: Register, minutes: int, follows: PreviousFound | None = None, score: int = 0) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED, *([follows] if follows else [])))
    # Each fact comes a minute after the one before, and the first one at the first minute.
    case.minutes_later = minutes - (case.view.last_sequence if case.view else 0)
    rated = [SatisfactionRated(score=score)] if score else []
    await register.record(case.transition(CLOSED, *rated))


async def test_of_nothing_there_is_no_share(register: Register) -> None:
    found = await contact_figures(register.engine, START)
    assert (found, found.share) == (Figures(0, 0, 0, None), None)


async def test_what_is_closed_within_a_day_is_counted_overall_and_of_repeats(register: Register) -> None:
    await closed(register, minutes=24 * 60, score=5)
    await closed(register, minutes=24 * 60 + 1, follows=REPEATED)
    await closed(register, minutes=10, follows=REPEATED, score=2)
    await closed(register, minutes=10, follows=ESCALATED)
    await register.record(Case().transition(RECEIVED, REPEATED))  # still open

    early = await contact_figures(register.engine, START + DAY)
    assert (early.counted, early.closed_in_time, early.rated, early.mean_score) == (4, 3, 2, 3.5)
    overall = await contact_figures(register.engine, START + 2 * DAY)
    assert (overall.counted, overall.share) == (5, 0.6)
    repeats = await contact_figures(register.engine, START + 2 * DAY, Relation.REPEAT)
    assert (repeats.counted, repeats.closed_in_time, repeats.mean_score) == (3, 1, 2.0)
