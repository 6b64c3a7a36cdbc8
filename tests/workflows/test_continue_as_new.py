"""A long case continues in a new run; nobody notices: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.appeal import Status
from domain.contracts.appeal import Details
from domain.contracts.commands import Command, Decision, SupplyDetails
from domain.contracts.events import MessageQueued
from domain.notifications import Template
from tests.examples import MATCHED, RECORDED, appeal, secured
from tests.house import House
from workflows.appeal import AppealWorkflow

HISTORY_EVENTS = 30  # so few that a case goes on in a new run once or twice even by itself
LOGIN = SupplyDetails(details=Details(login="smirnova.ap"))
STEPS: list[tuple[str, Role, Callable[[], Decision]]] = [
    ("SupplyDetails", Role.CITIZEN, lambda: LOGIN),
    ("RecordRequest", Role.OPERATOR, lambda: RECORDED),
    ("CheckDocuments", Role.SPECIALIST, lambda: MATCHED),
    ("ReportAccountSecurity", Role.REGISTRY, secured),
]

HomeWith = Callable[..., Awaitable[House]]


@pytest.mark.parametrize("stage", range(len(STEPS)), ids=[command for command, _, _ in STEPS])
@pytest.mark.requirement("REC-5", "AUD-1", "INT-5")
async def test_a_case_goes_on_from_the_stage_it_waits_in(home_with: HomeWith, stage: int) -> None:
    home = await home_with(history_events=HISTORY_EVENTS)
    number = await home.open(appeal(login=None))
    for nth, (command, role, made) in enumerate(STEPS):
        await home.expecting(number, command)
        if nth == stage:
            await home.at_rest(number)  # a step that the engine has not kept yet may come out otherwise
            before = await home.expecting(number, command)
            await home.continue_as_new(number)
            after = await home.expecting(number, command)
            assert after.expectations == before.expectations, "the same task, since the same moment"
            assert after.clocks == before.clocks
            assert after.statuses == before.statuses
        await home.decide(number, role, made())
    view = await home.closed(number)

    assert view.status is Status.COMPLETED
    assert await home.refolded(number) == view
    told = [entry.public_event()["template"] for entry in await home.journalled(number, MessageQueued)]
    assert told == [
        "appeal_registered",
        "details_requested",
        "processing_started",
        "password_issued",
        "access_recovered",
    ]
    assert len(await home.delivered(number)) == 3 * len(told)
    assert await home.arrived_twice(number) == []


@pytest.mark.requirement("INT-6")
async def test_receipts_outlive_the_run(home_with: HomeWith) -> None:
    home = await home_with(history_events=HISTORY_EVENTS)
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    receipt = await home.decide(number, Role.OPERATOR, RECORDED, key="once")
    await home.expecting(number, "CheckDocuments")
    await home.continue_as_new(number)
    command = Command(id="once", actor=Actor(subject="operator", role=Role.OPERATOR), decision=RECORDED)
    again = await home.handle(number).execute_update(AppealWorkflow.decide_now, command, id="another for the engine")
    assert again == receipt


@pytest.mark.requirement("INT-3")
async def test_a_reminder_that_was_given_is_not_given_again(home_with: HomeWith) -> None:
    home = await home_with(history_events=HISTORY_EVENTS)
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    for reminders, days in enumerate([1, 2], start=1):
        await home.forward(number, timedelta(days=days))
        await home.journalled(number, MessageQueued, reminders, template=Template.DETAILS_REMINDER)
        await home.continue_as_new(number)
    requested, *reminded = [
        entry.at
        for entry in await home.journalled(number, MessageQueued)
        if entry.public_event()["template"] in (Template.DETAILS_REQUESTED, Template.DETAILS_REMINDER)
    ]
    assert [(at - requested) // timedelta(days=1) for at in reminded] == [1, 3]


@pytest.mark.requirement("AUD-1")
async def test_a_decision_that_arrives_between_two_runs_is_acted_on(home_with: HomeWith) -> None:
    home = await home_with(history_events=HISTORY_EVENTS)
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    await home.at_rest(number)
    run = await home.run_id(number)
    async with home.register_locked():  # the run may not end before everything is on record
        async with asyncio.TaskGroup() as senders:
            for _ in range(HISTORY_EVENTS):
                senders.create_task(home.handle(number).signal("decide", {"not": "a command"}))
        receipt = asyncio.create_task(home.decide(number, Role.OPERATOR, RECORDED))
        await asyncio.sleep(0.5)
    await receipt
    await home.expecting(number, "CheckDocuments")
    assert await home.run_id(number) != run
    await home.refolded(number)
