"""Waiting for what other processes do."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_AGAIN_SECONDS = 0.1


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Return as soon as it is so; `TimeoutError` after so many seconds."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - other processes set no event here
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
