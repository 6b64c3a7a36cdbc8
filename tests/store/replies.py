"""Cases with a reply to their citizen, for quality control."""

from datetime import datetime, timedelta

from domain.actors import Actor, Role
from domain.contracts import events
from domain.contracts.journal import RecordedEntry, Transition
from domain.number import parse_number
from domain.quality import DUE_BELOW
from store.register import Register
from tests.store.journals import ANNA, RECEIVED, Case

VERA = Actor(subject="vera", role=Role.QUALITY_CONTROL)
SAID = events.CitizenTold(personal="Здравствуйте, Анна Петровна.")
QUESTION = "Почему платёж не отражается в кабинете?"
REPLY = 3
"""The position of the reply within its journal."""


async def told(
    register: Register,
    due: bool = True,
    by: Actor | None = VERA,
    at: datetime | None = None,
    is_voided: bool = False,
    asked: str = "",
) -> str:
    """A case with one reply, by a person unless `by` is absent; a voided one was told by a step that was not kept.

    Where the citizen has `asked` something before it, it stands one place further.
    """
    transition = _told(by, at, asked)
    while _is_due(transition) is not due or not _is_number(transition.number):
        transition = _told(by, at, asked)
    await register.record(transition)
    if is_voided:
        *before, reply = transition.entries
        instead = reply.model_copy(update={"event": RECEIVED})
        await register.record(transition.model_copy(update={"entries": [*before, instead]}), supersede=True)
    return transition.number


def _told(by: Actor | None, at: datetime | None, asked: str) -> Transition:
    heard = [events.StatusAsked(personal=asked)] if asked else []
    transition = Case(ANNA.model_copy(update={"description": QUESTION})).transition(RECEIVED, *heard, SAID)
    *before, reply = [
        entry.model_copy(update={"at": at - timedelta(minutes=age)} if at else {})
        for age, entry in reversed(list(enumerate(reversed(transition.entries))))
    ]
    reply = reply.model_copy(update={"actor": by} if by else {})
    return transition.model_copy(update={"entries": [*before, reply]})


def _is_due(transition: Transition) -> bool:
    last = None
    for entry in transition.entries:
        last = RecordedEntry.after(last, entry)
    return last is not None and last.hash < DUE_BELOW


def _is_number(number: str) -> bool:
    try:
        return bool(parse_number(number))
    except ValueError:
        return False
