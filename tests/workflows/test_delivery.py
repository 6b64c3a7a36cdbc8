"""Gateways in trouble: each message arrives exactly once, or the ledger and the journal say why not (RES-2)."""

from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.contracts.events import MessageUndelivered
from domain.notifications import DeliveryChannel, MessageState
from store.messages import LedgerEntry
from tests.examples import appeal
from tests.house import House, house
from tests.sandbox_process import SandboxProcess

DEVICE = "device-1"


async def confirmed(home: House, **details: str) -> dict[DeliveryChannel, LedgerEntry]:
    """Open an appeal; how its confirmation fared, by channel."""
    number = await home.open(appeal(**details))
    return {entry.message.channel: entry for entry in await home.delivered(number)}


@pytest.mark.parametrize(
    "faults",
    [
        {"smtp": "unavailable", "sms": "unavailable", "push": "unavailable"},  # 421 and HTTP 503
        {"smtp": "garbage", "sms": "garbage", "push": "garbage"},  # 451 after DATA, and nonsense
        {"smtp": "timeout_after_work"},  # accepted, and then the connection was lost
    ],
    ids=["unavailable", "garbage", "dropped after DATA"],
)
@pytest.mark.requirement("RES-2")
async def test_trouble_on_the_way_delays_messages_and_doubles_none(home: House, faults: dict[str, str]) -> None:
    for system, mode in faults.items():
        await home.fault(system, mode, times=1)
    fared = await confirmed(home, device_token=DEVICE)
    assert [(entry.state, entry.reason) for entry in fared.values()] == [(MessageState.ACCEPTED, None)] * 3
    (number,) = home.numbers
    assert len(await home.mail(number)) == len(await home.sms(number)) == 1
    assert await home.arrived_twice(number) == []
    assert "MessageUndelivered" not in await home.events(number)


@pytest.mark.requirement("RES-2", "STS-1")
async def test_a_refusal_for_good_is_told_to_the_case_and_stops_no_other_channel(home: House) -> None:
    fared = await confirmed(home, email="nobody@example.org")
    failed = fared[DeliveryChannel.EMAIL]
    assert (failed.state, failed.reason) == (MessageState.FAILED, "SMTP 550")
    assert fared[DeliveryChannel.SMS].state is MessageState.ACCEPTED
    (told,) = await home.journalled(home.numbers[0], MessageUndelivered)
    assert told.event == MessageUndelivered(message_key=failed.message.key, outcome="failed", reason="SMTP 550")


@pytest.mark.requirement("RES-2", "STS-1")
async def test_what_nobody_can_be_asked_about_is_unknown_and_never_sent_again(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, at_database: dict[str, Any]
) -> None:
    """ADR 17: a mail server that accepts, dies before it answers and knows nothing afterwards."""
    async with house(environment, world, tmp_path, smtp_status_url="", **at_database) as home:
        await home.fault("smtp", "timeout_after_work", times=1)
        fared = await confirmed(home)
        (number,) = home.numbers
        letter = fared[DeliveryChannel.EMAIL]
        assert (letter.state, letter.attempts) == (MessageState.UNKNOWN, 1)
        (told,) = await home.journalled(number, MessageUndelivered)
        expected = MessageUndelivered(message_key=letter.message.key, outcome="unknown", reason=letter.reason or "")
        assert told.event == expected
        assert len(await home.mail(number)) == 1
        assert fared[DeliveryChannel.SMS].state is MessageState.ACCEPTED


@pytest.mark.requirement("RES-2")
async def test_a_channel_without_an_address_is_skipped_and_says_so(home: House) -> None:
    fared = await confirmed(home)
    skipped = fared[DeliveryChannel.PUSH]
    assert (skipped.state, skipped.reason) == (MessageState.SKIPPED, "no address for this channel")


@pytest.mark.requirement("RES-2")
async def test_a_citizen_who_blocks_sms_still_gets_the_mail(home: House) -> None:
    phone = "+79000001001"
    (await home.http.put(f"/sms/blocklist/{phone}")).raise_for_status()
    try:
        fared = await confirmed(home)
    finally:
        (await home.http.delete(f"/sms/blocklist/{phone}")).raise_for_status()
    assert fared[DeliveryChannel.SMS].state is MessageState.FAILED
    assert fared[DeliveryChannel.EMAIL].state is MessageState.ACCEPTED
