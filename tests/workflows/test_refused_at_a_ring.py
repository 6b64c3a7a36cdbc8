"""A refused decision that comes with a clock's ring: it is in no history, so it may not change the step (AUD-2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from audit.replay import StrongReplayer
from domain.actors import Role
from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy
from domain.contracts.commands import CheckDocuments
from domain.contracts.events import ClockRang
from infra.codec import SealingCodec
from tests.examples import appeal
from tests.house import House, house
from tests.sandbox_process import SandboxProcess
from worker import bind_activities, case_worker

MATCHED = CheckDocuments(match=True, reason="Данные совпали.")


@asynccontextmanager
async def at_work(home: House) -> AsyncIterator[None]:
    async with (
        bind_activities(home.settings, home.client, home.keyring) as activities,
        case_worker(home.settings, home.client, activities),
    ):
        yield


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize("history_events", [None, 14, 18])  # none, and some that the history passes with the ring
async def test_a_decision_refused_while_a_clock_rings_leaves_no_trace(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, history_events: int | None
) -> None:
    policy = Policy(calendar_version=CURRENT_VERSION, history_events=history_events)
    async with house(environment, world, tmp_path, working=False, policy=policy) as home:
        async with at_work(home):
            number = await home.open(appeal())
            await home.expecting(number, "RecordRequest")
            await home.at_rest(number)
        # Nobody works: the ring and the decision wait for the same step.
        moved = asyncio.create_task(home.forward(number, timedelta(minutes=61)))
        await asyncio.sleep(1.5)
        refused = asyncio.create_task(home.refused(number, Role.SPECIALIST, MATCHED))
        await asyncio.sleep(0.5)
        async with at_work(home):
            code = await refused
            await moved
            await home.journalled(number, ClockRang)
            await home.at_rest(number)
        replayed = await StrongReplayer(SealingCodec(home.keyring)).replay(await home.histories(number))
    assert code == "not_expected"
    assert replayed.divergence is None
