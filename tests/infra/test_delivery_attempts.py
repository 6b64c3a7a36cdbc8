"""Two attempts at one e-mail at the same time: the engine gives an attempt up that has not ended (RES-2)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.notifications import SURELY_OVER, Messenger
from domain.contracts.journal import Moment
from domain.notifications import MessageState, Template
from store.migrate import migrate
from tests.house import sandbox_settings
from tests.keys import key_ring
from tests.sandbox_process import SandboxProcess
from tests.store.journals import RECEIVED, START, TOLD, Case
from worker import bind_activities

SLOW = {"mode": "slow", "delay_s": 2, "times": 1}


@pytest.fixture
async def messenger(world: SandboxProcess, tmp_path: Path) -> AsyncIterator[Messenger]:
    settings = sandbox_settings(world, tmp_path)
    client = await Client.connect("127.0.0.1:1", lazy=True)
    async with key_ring(tmp_path) as keyring, bind_activities(settings, client, keyring) as activities:
        await migrate(activities.messenger.ledger.engine)
        yield activities.messenger


async def queued(messenger: Messenger) -> Moment:
    case = Case()
    transition = case.transition(RECEIVED, TOLD)
    told = [each.model_copy(update={"context": {"registered_at": START.isoformat()}}) for each in transition.messages]
    await messenger.case_register.record(transition.model_copy(update={"messages": told}))
    return Moment(number=case.number, template=Template.APPEAL_REGISTERED, occurrence=1)


async def deliver(messenger: Messenger, moment: Moment, later: timedelta = timedelta(0)) -> None:
    """One attempt, begun by the engine's clock so much later."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, started_time=datetime.now(UTC) + later)
    await environment.run(messenger.deliver_messages, moment)


async def arrived(world: SandboxProcess, moment: Moment) -> int:
    async with httpx.AsyncClient(base_url=world.http_url) as sandbox:
        mails = (await sandbox.get("/inbox/messages")).json()
    return sum(mail["message_id"].startswith(moment.number) for mail in mails)


@pytest.mark.requirement("RES-2")
async def test_while_one_attempt_may_be_sending_another_sends_nothing(
    messenger: Messenger, world: SandboxProcess
) -> None:
    moment = await queued(messenger)
    async with httpx.AsyncClient(base_url=world.http_url) as sandbox:
        (await sandbox.put("/faults/smtp", json=SLOW)).raise_for_status()
    first = asyncio.create_task(deliver(messenger, moment))
    ledger = messenger.ledger
    while not first.done() and (await ledger.of_moment(moment))[0].state is not MessageState.SENDING:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    with pytest.raises(ApplicationError, match="under way"):
        await deliver(messenger, moment)
    await first
    await deliver(messenger, moment)
    (entry,) = await ledger.of_moment(moment)
    assert (entry.state, entry.attempts) == (MessageState.ACCEPTED, 1)
    assert await arrived(world, moment) == 1


@pytest.mark.requirement("RES-2")
async def test_what_a_dead_worker_had_begun_is_sent_when_it_can_not_be_under_way_any_more(
    messenger: Messenger, world: SandboxProcess
) -> None:
    moment = await queued(messenger)
    (entry,) = await messenger.ledger.of_moment(moment)
    await messenger.ledger.begin_sending(entry, datetime.now(UTC))
    with pytest.raises(ApplicationError, match="under way"):
        await deliver(messenger, moment, later=SURELY_OVER - timedelta(seconds=5))
    assert await arrived(world, moment) == 0
    await deliver(messenger, moment, later=SURELY_OVER + timedelta(seconds=5))
    assert await arrived(world, moment) == 1
