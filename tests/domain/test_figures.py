"""What cells add up to, and what figures suggest."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.advice import Suggestion, advice
from domain.appeal import Category, Channel, Relation, Unit
from domain.figures import (
    Cell,
    Correction,
    FailureFigure,
    Figures,
    FirstDay,
    Group,
    IncidentFigure,
    Tally,
    Term,
    UnitLoad,
    grouped,
    tally,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def cell(count: int, **differs: Any) -> Cell:
    usual = {
        "channel": Channel.PHONE,
        "category": Category.PAYMENTS,
        "unit": None,
        "relation": None,
        "term": Term.RUNNING,
        "is_open": True,
        "first_day": FirstDay.RUNNING,
        "score": None,
    }
    return Cell(**{**usual, **differs}, count=count)


CELLS = [
    cell(3),
    cell(2, term=Term.AT_RISK, first_day=FirstDay.MISSED),
    cell(4, channel=Channel.CHAT, term=Term.KEPT, is_open=False, first_day=FirstDay.CLOSED, score=5, hours=8.0),
    cell(1, category=None, term=Term.BREACHED, is_open=False, first_day=FirstDay.MISSED, score=2, hours=48.0),
    cell(2, relation=Relation.REPEAT),
]


@pytest.mark.requirement("ANA-2", "REP-6")
def test_cells_add_up() -> None:
    found = tally(CELLS)
    assert found == Tally(
        registered=12,
        open=7,
        kept=4,
        running=5,
        at_risk=2,
        breached=1,
        repeats=2,
        first_day_over=7,
        closed_within_day=4,
        rated=5,
        mean_score=22 / 5,
        mean_hours_to_close=56 / 5,
    )
    assert found.share_within_day == 4 / 7
    assert (tally([]).registered, tally([]).share_within_day, tally([]).mean_score) == (0, None, None)


@pytest.mark.requirement("ANA-2")
def test_groups_come_the_most_numerous_first_and_lose_nobody() -> None:
    groups = grouped(CELLS, lambda each: each.category)
    assert [(group.value, group.registered) for group in groups] == [("payments", 11), (None, 1)]
    channels = grouped(CELLS, lambda each: each.channel)
    assert [(group.value, group.registered, group.mean_score) for group in channels] == [
        ("phone", 8, 2.0),
        ("chat", 4, 5.0),
    ]


def figures(total: Tally, categories: list[Group] | None = None, **differs: Any) -> Figures:
    nothing: dict[str, Any] = dict.fromkeys(
        ("by_channel", "by_relation", "by_score", "units", "difficulties", "incidents", "failures", "corrections"), []
    )
    named = categories or [Group(**vars(total) | {"value": "payments"})]
    content = {**nothing, "since": NOW, "until": NOW, "at": NOW, "total": total, "by_category": named, **differs}
    return Figures.model_validate(content)


MIXED = [Group(value="other", registered=15, breached=3), Group(value="payments", registered=15, repeats=9)]
UNIT = {"unit": Unit.LEGAL, "handed_over": 0, "open": 0, "breached": 0}
CASES: list[tuple[Suggestion, Figures, Figures]] = [
    (
        Suggestion.LOOK_AFTER_TERMS,
        figures(Tally(registered=1, open=1, at_risk=1)),
        figures(Tally(registered=1, open=1)),
    ),
    (
        Suggestion.MEND_TERMS,
        figures(Tally(registered=20, breached=2)),
        figures(Tally(registered=20, breached=1)),
    ),
    (
        Suggestion.CLOSE_SOONER,
        figures(Tally(registered=20, first_day_over=10, closed_within_day=7)),
        figures(Tally(registered=20, first_day_over=10, closed_within_day=8)),
    ),
    (
        Suggestion.ANSWER_BETTER,
        figures(Tally(registered=20, repeats=3)),
        figures(Tally(registered=20, repeats=2)),
    ),
    (
        Suggestion.ASK_WHY_UNHAPPY,
        figures(Tally(registered=20, rated=10, mean_score=3.9)),
        figures(Tally(registered=20, rated=9, mean_score=3.9)),
    ),
    (
        Suggestion.EXPLAIN_ON_PORTAL,
        figures(Tally(registered=20), [Group(value="other", registered=7)]),
        figures(Tally(registered=20), [Group(value="other", registered=6)]),
    ),
    (
        Suggestion.TEACH_CLASSIFIER,
        figures(Tally(registered=20), corrections=[Correction(now=Category.OTHER, count=3)]),
        figures(Tally(registered=20), corrections=[Correction(now=Category.OTHER, count=2)]),
    ),
    (
        Suggestion.MEND_FAILURE,
        figures(Tally(registered=3), failures=[FailureFigure(signature="a", count=3, unanswered=0)]),
        figures(Tally(registered=3), failures=[FailureFigure(signature="a", count=2, unanswered=0)]),
    ),
    (
        Suggestion.MEND_INCIDENT,
        figures(Tally(), incidents=[IncidentFigure(number="1", signature="a", opened_at=NOW)]),
        figures(Tally(), incidents=[IncidentFigure(number="1", signature="a", opened_at=NOW, fixed_at=NOW)]),
    ),
    (
        Suggestion.HELP_UNIT,
        figures(Tally(), units=[UnitLoad(**UNIT, waiting=10, late=3)]),
        figures(Tally(), units=[UnitLoad(**UNIT, waiting=10, late=2)]),
    ),
]


@pytest.mark.requirement("ANA-2", "ANA-3")
@pytest.mark.parametrize(("suggestion", "bad", "good"), CASES, ids=[str(case[0]) for case in CASES])
def test_each_rule_speaks_beyond_its_bound_alone(suggestion: Suggestion, bad: Figures, good: Figures) -> None:
    assert suggestion in [each.suggestion for each in advice(bad)]
    assert suggestion not in [each.suggestion for each in advice(good)]


@pytest.mark.requirement("ANA-2")
def test_a_suggestion_names_where_it_is_worst() -> None:
    found = {each.suggestion: each for each in advice(figures(Tally(registered=30, breached=3, repeats=9), MIXED))}
    assert (found[Suggestion.MEND_TERMS].about, found[Suggestion.MEND_TERMS].count) == ("other", 3)
    assert (found[Suggestion.ANSWER_BETTER].about, found[Suggestion.ANSWER_BETTER].of) == ("payments", 30)
    assert {case[0] for case in CASES} == set(Suggestion)
