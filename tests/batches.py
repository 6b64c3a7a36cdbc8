"""Batches for tests: numbers that nobody has, and the end awaited."""

import asyncio
from uuid import uuid4

from domain.actors import Actor, Role
from domain.contracts.batches import BatchDecision, BatchItem
from domain.number import candidate
from infra.batches import BatchStarter
from store.batches import Batches, BatchRecord
from tests.house import WITHIN_SECONDS, House

CHIEF = Actor(subject="chief", role=Role.SUPERVISOR)


def nobodys(count: int) -> list[str]:
    """Right numbers of appeals that there are not."""
    return [candidate(b"of nobody", "no-portal", f"appeal-{nth}") for nth in range(count)]


def starter(home: House) -> BatchStarter:
    settings = home.settings
    return BatchStarter(home.client, settings.case_queue, settings.number_secret, settings.policy)


async def ordered(home: House, decision: BatchDecision, numbers: list[str]) -> str:
    """A batch that the chief has ordered; its id."""
    begun = starter(home)
    batch_id = begun.id_of(CHIEF, uuid4().hex)
    assert await begun.start(batch_id, CHIEF, decision, numbers, body={})
    return batch_id


async def over(home: House, batch_id: str) -> BatchRecord:
    """The batch when it is over."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not ((found := await Batches(home.register.engine).find(batch_id)) and found.ended_at):  # noqa: ASYNC110
            await asyncio.sleep(0.03)
    return found


async def items(home: House, batch_id: str) -> list[BatchItem]:
    return await Batches(home.register.engine).items(batch_id, 0, 1000)
