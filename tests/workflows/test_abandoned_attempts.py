"""The engine may abandon an attempt at a step after the register has been written: what it keeps stands (AUD-1)."""

import asyncio
from contextlib import suppress

import pytest

from api.problems import ProblemError
from domain.actors import Role
from domain.appeal import Status
from domain.contracts.events import DecisionRefused
from tests.examples import secured
from tests.house import House
from tests.walks import with_password


@pytest.mark.requirement("AUD-1", "STS-1")
async def test_a_message_that_arrives_at_the_very_end_spoils_nothing(home: House) -> None:
    number = await with_password(home)
    async with home.register_locked():
        # The last step is under way and waits for the register when the signal arrives: the engine then has it
        # done again, at another time and with one fact more.
        decision = secured()
        last = asyncio.create_task(home.decide(number, Role.REGISTRY, decision, key="the last"))
        await asyncio.sleep(0.5)
        await home.handle(number).signal("decide", {"not": "a command"})
    with suppress(ProblemError):  # 503: whether it was taken nobody knows, so it is sent again
        await last
    await home.journalled(number, DecisionRefused)
    with suppress(ProblemError):  # 409: it was taken, and the case is closed
        await home.decide(number, Role.REGISTRY, decision, key="the last")
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert len(await home.journalled(number, DecisionRefused)) == 1
    assert await home.refolded(number) == view, "the journal's chain is whole and tells the same as the register"
    assert len(await home.delivered(number)) == 12, "four moments over three channels, none of them told anew"
    assert await home.arrived_twice(number) == []
