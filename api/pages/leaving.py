"""A page that follows along stops when its person signs out, also in another window or elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import ServerSentEvent

from store.database import DATABASE_TROUBLE
from store.ended_sessions import EndedSessions

LOOKS_EVERY_SECONDS = 5.0


async def while_signed_in(
    events: AsyncIterator[ServerSentEvent], sessions: EndedSessions, token: str
) -> AsyncIterator[ServerSentEvent]:
    """The events until the session of this token is ended before its time; seen within `LOOKS_EVERY_SECONDS`.

    While the database does not answer nobody is sent away: it is asked again.
    """
    look_at = time.monotonic() + LOOKS_EVERY_SECONDS
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait({upcoming}, timeout=max(look_at - time.monotonic(), 0))
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOKS_EVERY_SECONDS
                with suppress(*DATABASE_TROUBLE):
                    if await sessions.has_ended(token):
                        return
            if upcoming.done():
                if (event := upcoming.result()) is None:
                    return
                yield event
                upcoming = asyncio.ensure_future(anext(events, None))
    finally:
        # What is within ends with it: a colleague's presence is taken away.
        upcoming.cancel()
