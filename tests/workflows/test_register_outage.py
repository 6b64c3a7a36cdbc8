"""The register is away: decisions are still taken, and all of it is on record when it is back (AUD-1)."""

import asyncio

import pytest

from domain.actors import SYSTEM, Role
from domain.contracts.commands import Command, ReportDelivery
from domain.contracts.events import MessageUndelivered
from tests.examples import MATCHED, secured
from tests.house import House
from tests.walks import with_specialist

OUTAGE_S = 8.0
LOCAL_TRIES_S = 8.0  # once, and then the engine keeps on trying by itself
ACKNOWLEDGED_S = 1.0


@pytest.mark.requirement("AUD-1", "STS-1")
async def test_decisions_are_taken_and_later_recorded_in_order(home: House) -> None:
    number = await with_specialist(home)
    async with home.register_locked():
        back_at = asyncio.get_running_loop().time() + OUTAGE_S
        await home.decide(number, Role.SPECIALIST, MATCHED)
        taken: list[float] = []
        while asyncio.get_running_loop().time() < back_at:
            before = asyncio.get_running_loop().time()
            await _report(home, number, f"report-{len(taken)}")
            taken.append(asyncio.get_running_loop().time() - before)
            await asyncio.sleep(0.2)
        assert "MessageUndelivered" not in await home.events(number), "the register was indeed away"
    reports = await home.journalled(number, MessageUndelivered, times=len(taken))

    first, *others = taken
    assert first < LOCAL_TRIES_S
    assert max(others) < ACKNOWLEDGED_S
    assert [entry.public_event()["message_key"] for entry in reports] == [f"report-{n}" for n in range(len(taken))]
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured())
    view = await home.closed(number)
    assert await home.refolded(number) == view, "the chain has no gap and no change"
    # An attempt that the outage cut off may still be sending: it is asked about when it surely is not any more.
    await home.delivered(number, seconds=60)
    assert await home.arrived_twice(number) == []


async def _report(home: House, number: str, key: str) -> None:
    decision = ReportDelivery(message_key=key, outcome="failed", reason="для пробы")
    await home.cases.decide(number, Command(id=key, actor=SYSTEM, decision=decision))
