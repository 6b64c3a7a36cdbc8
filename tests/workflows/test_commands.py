"""Decisions reach a case as updates: taken once, by the right role, with a content that holds together."""

import asyncio

import pytest

from api.problems import ProblemError
from domain.actors import SYSTEM, Actor, Role
from domain.contracts.commands import (
    CheckDocuments,
    Command,
    Decision,
    Receipt,
    RecordRequest,
    ReportDelivery,
    RetryRegistry,
)
from domain.contracts.events import DecisionTaken, MessageUndelivered, RequestRecorded
from infra.engine import update_id
from tests.examples import MATCHED, RECORDED, appeal
from tests.house import House
from workflows.appeal import AppealWorkflow
from workflows.desk import RECEIPTS_KEPT

OPERATOR = Actor(subject="operator", role=Role.OPERATOR)
OTHER_TERM = RecordRequest(processing_hours=8)


async def with_operator(home: House) -> str:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    return number


async def send(home: House, number: str, command: Command, known_as: str) -> Receipt:
    """Send a command under another id for the engine than its own, so that the case itself has to know it."""
    return await home.handle(number).execute_update(AppealWorkflow.decide_now, command, id=known_as)


@pytest.mark.parametrize(
    ("role", "decision", "code"),
    [
        (Role.SPECIALIST, MATCHED, "not_expected"),
        (Role.OPERATOR, RetryRegistry(reason="Проверим ещё раз."), "not_expected"),
        (Role.SPECIALIST, RECORDED, "role_not_allowed"),
        (Role.SUPERVISOR, RECORDED, "role_not_allowed"),  # until the reaction is overdue
        (Role.CITIZEN, ReportDelivery(message_key="x", outcome="failed", reason="x"), "role_not_allowed"),
        (Role.OPERATOR, RecordRequest(), "contradiction"),
        (Role.OPERATOR, RecordRequest(processing_hours=4, processing_working_days=1), "contradiction"),
        (Role.OPERATOR, RecordRequest(processing_hours=0), "contradiction"),
        (Role.OPERATOR, RecordRequest(processing_working_days=1001), "contradiction"),
    ],
)
@pytest.mark.requirement("REC-2", "AUD-1")
async def test_a_refused_decision_leaves_no_trace(home: House, role: Role, decision: Decision, code: str) -> None:
    number = await with_operator(home)
    await home.at_rest(number)
    before = len((await home.history(number)).events), await home.events(number)
    assert await home.refused(number, role, decision) == code
    assert (len((await home.history(number)).events), await home.events(number)) == before
    await home.decide(number, Role.OPERATOR, RECORDED)


@pytest.mark.requirement("INT-6", "AUD-1")
async def test_a_decision_sent_twice_is_one_decision_with_one_receipt(home: House) -> None:
    number = await with_operator(home)
    command = Command(id="double click", actor=OPERATOR, decision=RECORDED)
    first = await send(home, number, command, update_id(command.model_copy(update={"id": "first"})))
    assert await send(home, number, command, "second") == first
    assert await home.decide(number, Role.OPERATOR, RECORDED, key="first") == first, "the engine knows it as well"
    await home.expecting(number, "CheckDocuments")
    assert await send(home, number, command, "third") == first, "even when the case has gone on"
    assert len(await home.journalled(number, RequestRecorded)) == 1


@pytest.mark.requirement("INT-6")
async def test_an_id_is_good_for_one_content_only(home: House) -> None:
    number = await with_operator(home)
    await home.decide(number, Role.OPERATOR, RECORDED, key="once")
    assert await home.refused(number, Role.OPERATOR, OTHER_TERM, key="once") == "id_reused"
    await home.expecting(number, "CheckDocuments")
    other = CheckDocuments(match=False, reason="Другое решение под тем же ключом.")
    assert await home.refused(number, Role.SPECIALIST, other, key="once") == "id_reused"


@pytest.mark.requirement("REC-2")
async def test_of_two_decisions_at_once_exactly_one_is_taken(home: House) -> None:
    number = await with_operator(home)
    racing = [home.decide(number, Role.OPERATOR, RecordRequest(processing_hours=hours)) for hours in (1, 2, 3, 4)]
    outcomes = await asyncio.gather(*racing, return_exceptions=True)
    refusals = [outcome.problem.code for outcome in outcomes if isinstance(outcome, ProblemError)]
    assert refusals == ["not_expected"] * 3
    await home.expecting(number, "CheckDocuments")
    assert len(await home.journalled(number, DecisionTaken)) == 1


@pytest.mark.requirement("INT-6")
async def test_the_latest_receipts_are_kept_and_no_more(home: House) -> None:
    number = await with_operator(home)

    def report(nth: int) -> Command:
        decision = ReportDelivery(message_key=f"message {nth}", outcome="failed", reason="никто не взял")
        return Command(id=f"report {nth}", actor=SYSTEM, decision=decision)

    sent = RECEIPTS_KEPT + 1
    for nth in range(sent):
        await home.handle(number).signal("decide", report(nth))
    await home.journalled(number, MessageUndelivered, times=sent)
    await send(home, number, report(sent - 1), "the latest again")
    await send(home, number, report(1), "the oldest that is kept")
    assert len(await home.journalled(number, MessageUndelivered)) == sent, "their receipts were there"
    await send(home, number, report(0), "the first, long forgotten")
    assert len(await home.journalled(number, MessageUndelivered, times=sent + 1)) == sent + 1
