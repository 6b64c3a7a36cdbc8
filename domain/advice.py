"""What the figures of a period suggest to do, by plain rules (ANA-2)."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from domain.contracts.contract import Contract
from domain.figures import Figures, Group

FEW = 10
"""Of fewer appeals than this no share is concluded from."""
BREACHED_PERCENT_AT_MOST = 5
REPEATS_PERCENT_AT_MOST = 10
WITHIN_DAY_PERCENT_AT_LEAST = 80
OF_ONE_CATEGORY_PERCENT_AT_MOST = 30
CORRECTED_PERCENT_AT_MOST = 10
LATE_PERCENT_AT_MOST = 20
SCORE_AT_LEAST = 4.0
REPORTS_OF_ONE_FAILURE = 3


class Suggestion(StrEnum):
    """What is suggested; what it is about is in `Advice.about`."""

    LOOK_AFTER_TERMS = "look_after_terms"
    MEND_TERMS = "mend_terms"
    HELP_UNIT = "help_unit"
    CLOSE_SOONER = "close_sooner"
    ANSWER_BETTER = "answer_better"
    ASK_WHY_UNHAPPY = "ask_why_unhappy"
    EXPLAIN_ON_PORTAL = "explain_on_portal"
    TEACH_CLASSIFIER = "teach_classifier"
    MEND_FAILURE = "mend_failure"
    MEND_INCIDENT = "mend_incident"


class Advice(Contract):
    """One suggestion with its ground: `count` of `of`, or a mean score.

    `about` is a category, a unit or the signature of a failure.
    """

    suggestion: Suggestion
    about: str | None = None
    count: int = 0
    of: int = 0
    mean_score: float | None = None


def advice(figures: Figures) -> list[Advice]:
    """What these figures suggest, what is most urgent first."""
    return [*_now(figures), *_over_the_period(figures)]


def _now(figures: Figures) -> Iterator[Advice]:
    for incident in figures.incidents:
        if not incident.fixed_at:
            count = len(incident.appeals)
            yield Advice(suggestion=Suggestion.MEND_INCIDENT, about=incident.signature, count=count)
    if figures.total.at_risk:
        total = figures.total
        yield Advice(suggestion=Suggestion.LOOK_AFTER_TERMS, count=total.at_risk, of=total.open)
    for unit in figures.units:
        if _exceeds(unit.late, unit.waiting, LATE_PERCENT_AT_MOST):
            yield Advice(suggestion=Suggestion.HELP_UNIT, about=unit.unit, count=unit.late, of=unit.waiting)


def _over_the_period(figures: Figures) -> Iterator[Advice]:
    total, categories = figures.total, figures.by_category
    if _exceeds(total.breached, total.registered, BREACHED_PERCENT_AT_MOST):
        worst = _most(categories, "breached")
        yield Advice(suggestion=Suggestion.MEND_TERMS, about=worst, count=total.breached, of=total.registered)
    missed = total.first_day_over - total.closed_within_day
    if _exceeds(missed, total.first_day_over, 100 - WITHIN_DAY_PERCENT_AT_LEAST):
        yield Advice(suggestion=Suggestion.CLOSE_SOONER, count=total.closed_within_day, of=total.first_day_over)
    if _exceeds(total.repeats, total.registered, REPEATS_PERCENT_AT_MOST):
        worst = _most(categories, "repeats")
        yield Advice(suggestion=Suggestion.ANSWER_BETTER, about=worst, count=total.repeats, of=total.registered)
    if total.rated >= FEW and total.mean_score is not None and total.mean_score < SCORE_AT_LEAST:
        yield Advice(suggestion=Suggestion.ASK_WHY_UNHAPPY, count=total.rated, mean_score=total.mean_score)
    for group in categories:
        if _exceeds(group.registered, total.registered, OF_ONE_CATEGORY_PERCENT_AT_MOST):
            about = group.value
            yield Advice(
                suggestion=Suggestion.EXPLAIN_ON_PORTAL, about=about, count=group.registered, of=total.registered
            )
    corrected = sum(each.count for each in figures.corrections)
    if _exceeds(corrected, total.registered, CORRECTED_PERCENT_AT_MOST):
        yield Advice(suggestion=Suggestion.TEACH_CLASSIFIER, count=corrected, of=total.registered)
    for failure in figures.failures:
        if failure.count >= REPORTS_OF_ONE_FAILURE:
            yield Advice(suggestion=Suggestion.MEND_FAILURE, about=failure.signature, count=failure.count)


def _exceeds(count: int, of: int, percent: int) -> bool:
    return of >= FEW and count * 100 > of * percent


def _most(groups: Sequence[Group], name: str) -> str | None:
    """The value of the group that has the most of this."""
    return max(groups, key=lambda group: int(getattr(group, name))).value
