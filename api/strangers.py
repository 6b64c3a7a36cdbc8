"""Appeals of others that a journal names: its citizen and portal are told of those alone that they may read.

A case finds earlier appeals by what its citizen says of themselves, and anybody can say the phone or СНИЛС of
somebody else. The staff are shown what was found; whoever said it must not learn from that whose appeals there are.
"""

from collections.abc import Collection, Sequence
from typing import Any

from domain.actors import Actor
from domain.case import CaseView
from domain.contracts import events
from domain.contracts.journal import RecordedEntry
from domain.rights import STAFF, Operation, may
from store.register import Register


async def known_to(actor: Actor, entries: Sequence[RecordedEntry], register: Register) -> frozenset[str] | None:
    """Of the appeals that these entries have found, those that the actor may read; None where all may be told."""
    if actor.role in STAFF:
        return None
    return await readable(actor, sorted({number for entry in entries for number in _found(entry)}), register)


async def readable(actor: Actor, numbers: Sequence[str], register: Register) -> frozenset[str]:
    """Those of these appeals that the actor may read."""
    views: list[CaseView] = await register.views(numbers)
    return frozenset(view.number for view in views if may(actor, Operation.READ_APPEAL, view))


def told_of(entry: RecordedEntry, known: Collection[str] | None) -> dict[str, Any]:
    """The event of an entry without what it tells of a person, and without the numbers that are not `known`."""
    event = entry.event.model_dump(mode="json", exclude={"personal", "body_digest"})
    if known is None:
        return event
    match entry.event:
        case events.PlanDrafted():  # its steps name them in words, and are for those who work on the case
            return event | {"steps": [], "related_numbers": [each for each in _found(entry) if each in known]}
        case events.RepeatCompared():
            return event | {"numbers": [each for each in _found(entry) if each in known]}
        case events.PreviousFound() if entry.event.number not in known:
            return {name: said for name, said in event.items() if name in ("type", "relation")}
    return event


def _found(entry: RecordedEntry) -> list[str]:
    match entry.event:
        case events.PlanDrafted():
            return entry.event.related_numbers
        case events.RepeatCompared():
            return entry.event.numbers
        case events.PreviousFound():
            return [entry.event.number]
    return []
