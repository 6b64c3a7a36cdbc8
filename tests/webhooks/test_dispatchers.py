"""Several dispatchers over one register, of which one is killed: nothing is lost, and nothing has two ids."""

import asyncio
import subprocess
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.webhooks import Endpoint, webhook_type
from store.feed import Feed
from store.webhook_ledger import WebhookLedger
from store.webhooks import Endpoints
from tests.house import WITHIN_SECONDS, House
from tests.store.journals import RECEIVED, Case
from tests.webhooks.dispatcher_process import dispatcher

pytestmark = pytest.mark.sql
LONG_AGO = datetime.now(UTC) - timedelta(days=9)
BEFORE, MEANWHILE = 150, 30


@pytest.mark.requirement("STS-1")
async def test_what_a_killed_dispatcher_left_the_others_hand_over_once(home: House) -> None:
    """Nobody takes the deliveries from the engine here: it is asked which ones it has."""
    endpoint = Endpoint(id=uuid4().hex, portal="test-portal", url="https://example.org/", made_at=datetime.now(UTC))
    await Endpoints(home.register.engine).add(endpoint)
    ledger = WebhookLedger(home.register.engine)
    numbers = await recorded(home, BEFORE)
    with ExitStack() as stack:
        first = started(home, stack)
        async with asyncio.timeout(WITHIN_SECONDS):
            while not await ledger.of("test-portal", None, 1, None):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.01)
        first.kill()
        assert await ledger.not_handed_over(1, LONG_AGO), "it was in the middle of its work"
        for _ in range(2):
            started(home, stack)
        numbers += await recorded(home, MEANWHILE)
        to_be_told = {place for number in numbers for place in await told_of(home, number)}
        async with asyncio.timeout(WITHIN_SECONDS):
            while not await all_handed_over(ledger, len(to_be_told)):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.1)
    kept = await ledger.of("test-portal", None, 1000, None)
    assert sorted((each.number, each.position) for each in kept) == sorted(to_be_told), "each is told, under one id"
    for each in kept:
        made = await home.client.get_activity_handle(f"webhook-{each.id}").describe()
        assert made.activity_type == "deliver_webhook"


async def all_handed_over(ledger: WebhookLedger, count: int) -> bool:
    queued = await ledger.of("test-portal", None, 1000, None)
    return len(queued) >= count and not await ledger.not_handed_over(1, LONG_AGO)


def started(home: House, stack: ExitStack) -> subprocess.Popen[bytes]:
    process = stack.enter_context(dispatcher(home.settings))
    stack.callback(process.kill)
    return process


async def recorded(home: House, times: int) -> list[str]:
    """The numbers of so many cases whose first step is on record."""
    cases = [Case() for _ in range(times)]
    for case in cases:
        await home.register.record(case.transition(RECEIVED))
    return [case.number for case in cases]


async def told_of(home: House, number: str) -> list[tuple[str, int]]:
    """The entries of a case that its portal is to be told of."""
    entries = await Feed(home.register.engine).of_case(number, 0, 1000)
    return [(number, entry.position) for entry in entries if webhook_type(entry)]
