"""Triage: an appeal without a category is read by an operator and goes its way (CLS-1, CLS-3)."""

from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Category, FailureKind
from domain.contracts.appeal import Failure
from domain.contracts.commands import Classify
from domain.contracts.events import AppealClassified
from tests.examples import ANNA, question
from tests.house import House


async def untriaged(home: House) -> str:
    number = await home.open(question(None, scans=ANNA["scans"]))
    await home.expecting(number, "Classify")
    return number


def is_about(category: Category, **more: Failure) -> Classify:
    return Classify(category=category, reason="Понятно из текста.", **more)


@pytest.mark.parametrize(
    ("decision", "command", "role"),
    [
        (is_about(Category.PAYMENTS), "AnswerQuestion", Role.OPERATOR),
        (is_about(Category.LEGAL_QUESTION), "AnswerQuestion", Role.LEGAL),
        (is_about(Category.PASSWORD_RECOVERY), "RecordRequest", Role.OPERATOR),
        (
            is_about(
                Category.TECHNICAL_FAILURE, failure=Failure(kind=FailureKind.COMPATIBILITY, is_display_error=True)
            ),
            "RecordCheck",
            Role.OPERATOR,
        ),
    ],
)
@pytest.mark.requirement("CLS-1", "CLS-2")
async def test_an_operator_reads_it_and_the_right_procedure_begins(
    home: House, decision: Classify, command: str, role: Role
) -> None:
    number = await untriaged(home)
    (task,) = (await home.expecting(number, "Classify")).expectations
    assert (task.roles, task.clock) == ([Role.OPERATOR], "reaction")
    await home.decide(number, Role.OPERATOR, decision)
    view = await home.expecting(number, command)
    (task,) = view.expectations
    assert role in task.roles
    assert view.category is decision.category
    assert view.plan != ["Прочитать обращение и отнести его к категории"]
    (classified,) = await home.journalled(number, AppealClassified)
    assert classified.event.model_dump()["reason"] == "Понятно из текста."


@pytest.mark.requirement("CLS-1", "INT-3")
async def test_what_its_procedure_needs_is_asked_for_only_then(home: House) -> None:
    number = await home.open(question(None, login=None))
    await home.expecting(number, "Classify")
    await home.decide(number, Role.OPERATOR, is_about(Category.PASSWORD_RECOVERY))
    view = await home.expecting(number, "SupplyDetails")
    assert "login" in view.requested_items


@pytest.mark.requirement("CLS-1")
async def test_an_unread_appeal_is_escalated(home: House) -> None:
    number = await untriaged(home)
    await home.forward(number, timedelta(hours=2))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, is_about(Category.PAYMENTS))
    await home.expecting(number, "AnswerQuestion")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
@pytest.mark.requirement("CLS-1", "CLS-3")
async def test_whoever_classifies_ends_the_wait_for_it(home: House, role: Role) -> None:
    number = await untriaged(home)
    await home.decide(number, role, is_about(Category.PAYMENTS))
    view = await home.expecting(number, "AnswerQuestion")
    assert [open_.command for open_ in view.expectations] == ["AnswerQuestion"]
    assert [name for name, clock in view.clocks.items() if clock.is_running] == ["answer"]
