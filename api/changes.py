"""What has happened to a case since somebody looked at it: the answer to a decision that came too late (ADR 21)."""

import asyncio

from api.etags import etag
from api.problem import ChangeOut
from api.problems import ProblemError
from domain.contracts.events import AttemptAbandoned
from domain.contracts.journal import RecordedEntry
from store.register import Register

CHANGES_AT_MOST = 100
# The process is ahead of the register by the writing of one transition.
TRIES = 20
TRIED_AGAIN_AFTER_SECONDS = 0.05


async def changed(register: Register, number: str, seen: int, detail: str) -> ProblemError:
    """412: the case is not as the sender saw it; `changes` is what has happened since, as far as it is on record."""
    found: list[RecordedEntry] = []
    view = None
    for _ in range(TRIES):
        view = await register.view(number)
        if view and view.last_sequence > seen:
            found = await _since(register, number, seen)
            break
        await asyncio.sleep(TRIED_AGAIN_AFTER_SECONDS)
    refusal = ProblemError(
        412,
        "changed",
        "Обращение изменилось",
        detail,
        headers={"ETag": etag(view)} if view else None,
    )
    refusal.problem.changes = [
        ChangeOut(event=entry.event.type, at=entry.at, by=entry.public_actor()) for entry in found[:CHANGES_AT_MOST]
    ]
    return refusal


async def _since(register: Register, number: str, seen: int) -> list[RecordedEntry]:
    # Positions run ahead of sequences only, so that nothing is left out by beginning there.
    entries = await register.journal(number, after=seen)
    return [entry for entry in entries if entry.sequence > seen or isinstance(entry.event, AttemptAbandoned)]
