"""A citizen with phone and mailbox: reads the confirmation codes that have arrived."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from domain.contracts.commands import ConfirmCode
from domain.number import format_number
from infra.codes import ConfirmationCodes
from tests.house import House


async def arrived(home: House, number: str, times: int = 1) -> list[dict[str, Any]]:
    """What the gateway of codes has accepted for this case, oldest first, as soon as there are so many."""
    async with asyncio.timeout(20):
        while True:
            every = (await home.http.get("/codes/messages")).raise_for_status().json()
            found = [message for message in every if format_number(number) in message["text"]]
            if len(found) >= times:
                return found
            await asyncio.sleep(0.03)


async def code(home: House, number: str) -> str:
    """The six digits that came last."""
    await home.expecting(number, "ConfirmCode")
    found = re.search(r"Код (\d{6}) ", (await arrived(home, number))[-1]["text"])
    assert found, "no code arrived"
    return found[1]


async def entered(home: House, number: str, digits: str) -> ConfirmCode:
    """What the API makes of the digits, for the code that was sent last."""
    view = await home.expecting(number, "ConfirmCode")
    latest = view.facts.verification.latest_code
    assert latest is not None
    assert latest.code_id is not None
    digest = ConfirmationCodes(home.settings.code_secret).digest(latest.code_id, digits)
    return ConfirmCode(code_id=latest.code_id, code_digest=digest)


def another(digits: str) -> str:
    """Six digits that are not these."""
    return f"{(int(digits) + 1) % 10**6:06}"


@asynccontextmanager
async def blocked(home: House, phone: str) -> AsyncIterator[None]:
    """While this lasts, the mobile operator delivers nothing to this phone."""
    (await home.http.put(f"/sms/blocklist/{phone}")).raise_for_status()
    try:
        yield
    finally:
        (await home.http.delete(f"/sms/blocklist/{phone}")).raise_for_status()
