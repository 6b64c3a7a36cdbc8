"""Cases erase themselves when their retention period is over, and nobody has to remember it (ADR 18)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.client import ScheduleHandle
from temporalio.testing import WorkflowEnvironment

from domain.actors import Actor, Role
from domain.contracts.commands import Withdraw
from domain.erasure import ErasureGround
from infra.retention import ensure_retention
from store.erasures import Erasure, Erasures
from store.helps import Helps
from store.tables import help_request
from tests.examples import KIM
from tests.house import House, house
from tests.sandbox_process import SandboxProcess
from tests.walks import with_question

OVER_AT_ONCE = 1e-12  # years


@pytest.fixture
async def forgetful(environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path) -> AsyncIterator[House]:
    """A house that keeps what a case tells of a person for no time at all after its end."""
    async with house(environment, world, tmp_path, retention_years=OVER_AT_ONCE) as started:
        yield started


async def schedule(home: House) -> ScheduleHandle:
    return await ensure_retention(home.client, home.settings)


async def night(home: House) -> None:
    """Have the schedule's run now, and await its end."""
    handle = await schedule(home)
    before = (await handle.describe()).info.num_actions
    await handle.trigger()
    async with asyncio.timeout(30):
        while (info := (await handle.describe()).info).num_actions == before or info.running_actions:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def erasure(home: House, number: str) -> Erasure | None:
    return await Erasures(home.register.engine, home.keyring).of(number)


async def test_a_case_whose_period_is_over_erases_itself(forgetful: House) -> None:
    helps = Helps(forgetful.register.engine, forgetful.keyring, forgetful.settings.index_secret)
    await helps.ask(
        Actor(subject="anna", role=Role.CITIZEN), "details.snils", "112", datetime(2026, 11, 1, tzinfo=UTC)
    )
    over, open_ = await with_question(forgetful), await with_question(forgetful, **KIM)
    await forgetful.decide(over, Role.CITIZEN, Withdraw())
    await forgetful.closed(over)
    try:
        await night(forgetful)
        assert await erasure(forgetful, over) is None, "it may still be rated"
        async with forgetful.register.engine.connect() as connection:
            assert (await connection.execute(select(help_request))).all() == [], "and what was typed into forms goes"
        await forgetful.ended(over)
        await night(forgetful)
        done = await erasure(forgetful, over)
        assert done is not None
        assert (done.ground, done.requested_by, done.approved_by) == (ErasureGround.RETENTION, None, None)
        assert done.done_at is not None
        assert await erasure(forgetful, open_) is None
        assert (await forgetful.expecting(open_, "AnswerQuestion")).details.full_name == KIM["full_name"]
        await night(forgetful)
        assert await erasure(forgetful, over) == done, "once"
    finally:
        await (await schedule(forgetful)).delete()


async def test_workers_that_start_at_once_make_one_schedule_and_a_case_is_kept_for_years(home: House) -> None:
    handles = await asyncio.gather(*(schedule(home) for _ in range(3)))
    assert len({handle.id for handle in handles}) == 1
    number = await with_question(home)
    await home.decide(number, Role.CITIZEN, Withdraw())
    view = await home.ended(number)
    try:
        await night(home)
        assert await home.register.view(number) == view
    finally:
        await handles[0].delete()
