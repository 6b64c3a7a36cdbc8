"""Decisions by signal, for senders who can't wait: taken like any other, or refused in the journal, never lost."""

from dataclasses import replace
from typing import Any

import pytest

from api.problems import ProblemError
from domain.actors import Actor, Role
from domain.contracts.commands import Command, Withdraw
from domain.contracts.events import DecisionRefused
from tests.examples import MATCHED, RECORDED, appeal
from tests.house import House
from worker import bind_activities, case_worker

SPECIALIST = Actor(subject="specialist", role=Role.SPECIALIST)
OPERATOR = Actor(subject="operator", role=Role.OPERATOR)
SECRET = "Смирнова Анна Петровна, СНИЛС 11223344595"  # noqa: S105 - an invented person


@pytest.mark.requirement("REC-2")
async def test_a_signal_takes_a_decision(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    command = Command(id="from another workflow", actor=OPERATOR, decision=RECORDED)
    await home.handle(number).signal("decide", command)
    await home.handle(number).signal("decide", command)
    await home.expecting(number, "CheckDocuments")
    assert "DecisionRefused" not in await home.events(number)


@pytest.mark.requirement("AUD-1")
async def test_a_signal_that_is_refused_is_journalled_with_its_reason(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    command = Command(id="too-early", actor=SPECIALIST, decision=MATCHED)
    await home.handle(number).signal("decide", command)
    (refused,) = await home.journalled(number, DecisionRefused)
    reason = "Обращение сейчас не ждёт такого решения."
    assert refused.event == DecisionRefused(command="CheckDocuments", command_id="too-early", reason=reason)


@pytest.mark.requirement("AUD-1", "CLS-3")
@pytest.mark.parametrize(
    "stranger",
    [Actor(subject="not theirs", role=Role.CITIZEN), Actor(subject="another-portal", role=Role.PORTAL)],
)
async def test_the_case_itself_refuses_whose_it_is_not(home: House, stranger: Actor) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    command = Command(id="past the API", actor=stranger, decision=Withdraw())
    await home.handle(number).signal("decide", command)
    (refused,) = await home.journalled(number, DecisionRefused)
    assert isinstance(refused.event, DecisionRefused)
    assert refused.event.reason == "Обращение не найдено."
    with pytest.raises(ProblemError, match="unknown_appeal"):
        await home.cases.decide(number, command)
    assert "AppealWithdrawn" not in await home.events(number)


NO_COMMANDS: list[Any] = [
    SECRET,
    [SECRET],
    None,
    {"note": SECRET},
    {"id": SECRET, "decision": SECRET},
    {"id": 7, "decision": {"type": SECRET}},
    {"id": "x", "actor": {"subject": "x", "role": SECRET}, "decision": {"type": "RecordRequest"}},
    {"id": "x", "decision": {"type": "CheckDocuments", "match": "perhaps", "reason": SECRET}},
]


@pytest.mark.requirement("AUD-1")
async def test_signals_that_are_no_commands_are_journalled_and_not_quoted(home: House) -> None:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    for times, payload in enumerate(NO_COMMANDS, start=1):
        await home.handle(number).signal("decide", payload)
        refused = await home.journalled(number, DecisionRefused, times)
        assert refused[-1].event.model_dump()["reason"] == "The payload is not a command.", payload
        assert SECRET not in refused[-1].model_dump_json(), payload
    await home.decide(number, Role.OPERATOR, RECORDED)  # and the case is as well as before


@pytest.mark.requirement("AUD-1")
async def test_a_message_before_the_first_step_is_heard(home: House) -> None:
    """A case may be written to before any worker has seen it."""
    settings = home.settings.model_copy(update={"case_queue": "nobody-works-here-yet"})
    cases = replace(home.cases, opener=replace(home.cases.opener, queue=settings.case_queue))
    home = House(**vars(home) | {"cases": cases})
    number = await home.open(appeal())
    early = Command(id="early", actor=OPERATOR, decision=RECORDED)
    await home.handle(number).signal("decide", early)
    async with (
        bind_activities(settings, home.client, home.keyring) as activities,
        case_worker(settings, home.client, activities),
    ):
        await home.expecting(number, "RecordRequest")
        (entry,) = await home.journalled(number, DecisionRefused)
        assert entry.event.model_dump()["command_id"] == "early"
        await home.decide(number, Role.OPERATOR, RECORDED)
        await home.expecting(number, "CheckDocuments")
