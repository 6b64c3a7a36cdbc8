"""Cases with a reply to their citizen, for quality control."""

from datetime import datetime

from domain.actors import Actor, Role
from domain.contracts import events
from domain.number import parse_number
from domain.quality import is_due
from store.register import Register
from tests.store.journals import RECEIVED, Case

VERA = Actor(subject="vera", role=Role.QUALITY_CONTROL)
SAID = events.CitizenTold(personal="Здравствуйте, Анна Петровна.")
REPLY = 3
"""The position of the reply within its journal."""


async def told(
    register: Register,
    due: bool = True,
    by: Actor | None = VERA,
    at: datetime | None = None,
    is_voided: bool = False,
) -> str:
    """A case with one reply, by a person unless `by` is absent; a voided one was told by a step that was not kept."""
    case = Case()
    while is_due(case.number, REPLY) is not due or not _is_number(case.number):
        case = Case()
    transition = case.transition(RECEIVED, SAID)
    if at:
        entries = [entry.model_copy(update={"at": at}) for entry in transition.entries]
        transition = transition.model_copy(update={"entries": entries})
    if by:
        *before, reply = transition.entries
        transition = transition.model_copy(update={"entries": [*before, reply.model_copy(update={"actor": by})]})
    await register.record(transition)
    if is_voided:
        *before, reply = transition.entries
        instead = reply.model_copy(update={"event": RECEIVED})
        await register.record(transition.model_copy(update={"entries": [*before, instead]}), supersede=True)
    return case.number


def _is_number(number: str) -> bool:
    try:
        return bool(parse_number(number))
    except ValueError:
        return False
