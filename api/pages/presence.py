"""Colleagues in the same case: told to each of them as they come and go, by the stream that their page follows."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import anyio
from sse_starlette import ServerSentEvent

from api.pages.desk_words import PEOPLE
from domain.actors import Actor
from store.database import DATABASE_TROUBLE
from store.presence import KEPT, Presences

LOOKS_EVERY_SECONDS = 2.0
ENDS_WITHIN_SECONDS = 2.0
_RENEWED_EVERY_SECONDS = KEPT.total_seconds() / 3


async def among_colleagues(
    events: AsyncIterator[ServerSentEvent], presences: Presences, number: str, actor: Actor
) -> AsyncIterator[ServerSentEvent]:
    """The events of a case, and between them who else has it open; the actor has it open while this lasts."""
    page, told, renewed_at = uuid4().hex, "", -_RENEWED_EVERY_SECONDS
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            with suppress(*DATABASE_TROUBLE):
                if time.monotonic() - renewed_at >= _RENEWED_EVERY_SECONDS:
                    await presences.keep(page, number, actor, datetime.now(UTC))
                    renewed_at = time.monotonic()
                now = _sentence(await presences.others(number, actor, datetime.now(UTC)))
                if now != told:
                    told = now
                    yield ServerSentEvent(json.dumps({"text": told}), event="presence", sep="\n")
            await asyncio.wait({upcoming}, timeout=LOOKS_EVERY_SECONDS)
            if upcoming.done():
                if (event := upcoming.result()) is None:
                    return
                yield event
                upcoming = asyncio.ensure_future(anext(events, None))
    finally:
        upcoming.cancel()
        # Who has gone has cancelled this; their row is taken away all the same.
        with anyio.move_on_after(ENDS_WITHIN_SECONDS, shield=True), suppress(*DATABASE_TROUBLE):
            await presences.end(page)


def _sentence(others: list[Actor]) -> str:
    if not others:
        return ""
    return f"Дело сейчас открыто также у: {', '.join(f'{PEOPLE[each.role]} {each.subject}' for each in others)}."
