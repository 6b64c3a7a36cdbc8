"""What is wrong with a system's answer is shown to the staff who are to have it asked again."""

from collections.abc import Awaitable, Callable

import pytest

from tests.api_server import Doors, served
from tests.examples import appeal
from tests.house import House

HomeWith = Callable[..., Awaitable[House]]


@pytest.mark.requirement("REC-3", "REC-4")
@pytest.mark.parametrize(
    ("lie", "defect"),
    [("other_person", "somebody else"), ("error_inside", "an error inside"), ("malformed", "malformed")],
)
async def test_a_lie_is_shown_to_staff_alone_and_nothing_is_granted(
    home_with: HomeWith, lie: str, defect: str
) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("accounts", lie)
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    async with served(home.settings) as api:
        doors = Doors(api, home.http)
        for role, is_shown in (("operator", True), ("portal", False)):
            expects = (await doors.get(f"/v1/appeals/{number}", role, f"test-{role}")).json()["expects"]
            (task,) = [each for each in expects if each["command"] == "RetryRegistry"]
            assert (defect in str(task["trouble"])) is is_shown
    assert "PasswordIssued" not in await home.events(number)
