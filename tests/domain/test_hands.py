"""Who of the staff has a case in hand: one at a time, until it goes on to others (CLS-2)."""

from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.appeal import Category, Channel, Unit
from domain.case import CaseView, fold
from domain.contracts import events
from domain.contracts.commands import Command, Decision, ReleaseCase, TakeCase
from domain.contracts.expectation import Expectation
from domain.contracts.journal import JournalEntry
from domain.rules import Refusal, accepted_from, refuse_unless_expected

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANNA, BORIS = Actor(subject="op-anna", role=Role.OPERATOR), Actor(subject="op-boris", role=Role.OPERATOR)
EXPERT, CHIEF = Actor(subject="sp-1", role=Role.SPECIALIST), Actor(subject="chief", role=Role.SUPERVISOR)
LEFT = [
    events.HandedOver(unit=Unit.LEGAL, reason="Вопрос о законе."),
    events.AppealClassified(category=Category.PAYMENTS, reason="О платеже."),
    events.CaseReleased(),
]


def of(role: Role) -> events.DecisionExpected:
    return events.DecisionExpected(expectation=Expectation(id="x", command="AnswerQuestion", roles=[role], since=AT))


def case(*told: tuple[Actor, events.Event]) -> CaseView:
    view = CaseView(
        number="4821093755612044",
        portal="portal-1",
        channel=Channel.CHAT,
        received_at=AT,
        registered_at=AT,
        calendar_version="1",
    )
    for sequence, (actor, event) in enumerate(told, start=1):
        view = fold(view, JournalEntry(number=view.number, sequence=sequence, at=AT, actor=actor, event=event))
    return view


def refusal(view: CaseView, actor: Actor, decision: Decision) -> str:
    try:
        refuse_unless_expected(view, Command(id="1", actor=actor, decision=decision))
    except Refusal as refused:
        return str(refused)
    return ""


TAKEN = ((SYSTEM, of(Role.OPERATOR)), (ANNA, events.CaseTaken()))


@pytest.mark.requirement("CLS-2")
def test_a_case_is_in_one_persons_hands() -> None:
    free, taken = case((SYSTEM, of(Role.OPERATOR))), case(*TAKEN)
    assert (refusal(free, BORIS, TakeCase()), "никто не брал" in refusal(free, BORIS, ReleaseCase())) == ("", True)
    assert "op-anna" in refusal(taken, BORIS, TakeCase())
    assert "op-anna" in refusal(taken, BORIS, ReleaseCase())
    assert "уже у вас" in refusal(taken, ANNA, TakeCase())
    assert refusal(taken, ANNA, ReleaseCase()) == ""
    assert (refusal(taken, CHIEF, TakeCase()), refusal(taken, CHIEF, ReleaseCase())) == ("", "")
    hands = {"TakeCase", "ReleaseCase"}
    accepted = {actor.subject: hands & set(accepted_from(taken, actor)) for actor in (ANNA, BORIS, CHIEF)}
    assert accepted == {"op-anna": {"ReleaseCase"}, "op-boris": set(), "chief": hands}
    assert "AnswerQuestion" in {open_.command for open_ in taken.expectations if open_.admits(BORIS)}, (
        "Anna may be ill"
    )
    assert case(*TAKEN, (CHIEF, events.CaseTaken())).assignee == CHIEF


@pytest.mark.requirement("CLS-2")
@pytest.mark.parametrize("event", LEFT)
def test_a_case_that_goes_elsewhere_is_in_nobodys_hands(event: events.Event) -> None:
    assert case(*TAKEN).assignee == ANNA
    assert case(*TAKEN, (ANNA, event)).assignee is None


@pytest.mark.requirement("CLS-2")
def test_the_next_level_takes_a_case_over_once_it_is_asked() -> None:
    awaiting_the_citizen = case(*TAKEN, (SYSTEM, events.ExpectationClosed(expectation_id="x")))
    assert "op-anna" in refusal(awaiting_the_citizen, EXPERT, TakeCase())
    passed_on = case(*TAKEN, (SYSTEM, events.ExpectationClosed(expectation_id="x")), (SYSTEM, of(Role.SPECIALIST)))
    assert refusal(passed_on, EXPERT, TakeCase()) == ""
