"""A reply is lost after the work was done: the work is not done twice (REC-4, RES-2)."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from domain.actors import Role
from domain.contracts.events import PasswordIssued
from domain.notifications import DeliveryChannel, MessageState
from tests.citizen import Citizen
from tests.examples import MATCHED
from tests.house import House
from tests.walks import with_specialist

LATE_S = 12  # clients wait ten seconds


@pytest.mark.requirement("REC-4", "RES-2")
async def test_no_second_password_is_set_and_no_second_sms_is_sent(
    home_with: Callable[..., Awaitable[House]],
) -> None:
    home = await home_with(registry_patience_seconds=60)
    await home.fault("sms", "timeout_after_work", delay_s=LATE_S, times=1)
    number = await with_specialist(home)
    await home.fault("accounts", "timeout_after_work", delay_s=LATE_S, times=1)
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.journalled(number, PasswordIssued)

    citizen = Citizen(home, number)
    assert (await citizen.sign_in(await citizen.one_time_password())).is_success, "the letter has what was set"
    audit_log = (await home.http.get(f"/accounts/{citizen.account_id}/audit-log")).json()["entries"]
    opened_at = (await home.register.journal(number))[0].at
    events = [entry["event"] for entry in audit_log if datetime.fromisoformat(entry["at"]) > opened_at]
    assert events.count("one_time_password_set") == 1

    texts = [each for each in await home.delivered(number) if each.message.channel is DeliveryChannel.SMS]
    assert {each.state for each in texts} == {MessageState.ACCEPTED}
    # Whichever was sent first: two moments that follow closely may be delivered in either order.
    assert sorted(each.attempts for each in texts)[-2:] == [1, 2]
    assert await home.arrived_twice(number) == []
