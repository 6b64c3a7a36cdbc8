"""What a list of appeals or tasks is asked for, and where its next page begins."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.appeal import Category, Channel, Status, Unit
from domain.identifiers import InvalidIdentifier, parse_email, parse_inn, parse_passport, parse_phone, parse_snils
from domain.number import NumberSpace

PAGE_AT_MOST = 100
TASKS = "tasks"
_KEY = re.compile(r"[0-9]{1,32}(\|[^|\x00]{1,80}\|[a-z_]{1,30})?")


class Sort(StrEnum):
    """The order of a list of appeals: the newest first, or the most urgent first of those with a term."""

    NEWEST = "newest"
    URGENT = "urgent"


class UnknownPlace(ValueError):
    """A cursor that none of our pages has given."""


class Unsearchable(ValueError):
    """Words that nothing sealed can be found by."""


@dataclass(frozen=True)
class Place:
    """The last row of a page: the next page follows it. `at` is UTC."""

    at: datetime
    key: str

    def cursor(self, of: str) -> str:
        """The place in a text that only a list in the same order takes."""
        return base64.urlsafe_b64encode(json.dumps([of, self.at.isoformat(), self.key]).encode()).decode().rstrip("=")

    @classmethod
    def of_cursor(cls, cursor: str, of: str) -> "Place":
        """Raises `UnknownPlace` for a text that is no cursor of such a list."""
        try:
            order, at, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            place = cls(datetime.fromisoformat(at).astimezone(UTC), key)
            # Only what a page of ours can have given: anything else would be the database's to stumble over.
            is_ours = order == of and place.cursor(of) == cursor and bool(_KEY.fullmatch(key))
            is_ours = is_ours and (key.count("|") == 2) == (of == TASKS)
        except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError) as wrong:
            raise UnknownPlace(cursor) from wrong
        if not is_ours:
            raise UnknownPlace(cursor)
        return place


@dataclass(frozen=True)
class Searched:
    """What a search text may be: a number, or identifiers of a person in normal form, by kind."""

    number: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()

    @property
    def kinds(self) -> list[str]:
        return (["number"] if self.number else []) + [kind for kind, _ in self.identifiers]


_KINDS = {
    "snils": parse_snils,
    "inn": parse_inn,
    "phone": parse_phone,
    "email": parse_email,
    "passport": parse_passport,
}


def searched(text: str) -> Searched:
    """What this text can be taken for; eleven digits may be a phone and a СНИЛС. Raises `Unsearchable`."""
    number, identifiers = None, []
    try:
        number = NumberSpace().parse(text)
    except InvalidIdentifier:
        for kind, parse in _KINDS.items():
            try:
                identifiers.append((kind, parse(text)))
            except InvalidIdentifier:
                continue
    if not number and not identifiers:
        raise Unsearchable
    return Searched(number, tuple(identifiers))


@dataclass(frozen=True)
class Filter:
    """Which appeals are wanted; what is None is not asked for."""

    status: Status | None = None
    category: Category | None = None
    channel: Channel | None = None
    unit: Unit | None = None
    assignee: str | None = None
    citizen: str | None = None
    due_before: datetime | None = None
    is_breached: bool | None = None
    text: Searched | None = None

    @property
    def names_a_person(self) -> bool:
        """Whether the answer tells which appeals are those of a certain person."""
        return bool(self.citizen or (self.text and self.text.identifiers))


@dataclass(frozen=True)
class ListedAppeal:
    """An appeal as a list shows it: nothing in it tells of a person. `due_at` is its nearest term, in UTC."""

    number: str
    status: Status
    channel: Channel
    category: Category | None
    service: str | None
    unit: Unit | None
    assignee: str | None
    registered_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    is_breached: bool


@dataclass(frozen=True)
class ListedTask:
    """What people owe: one decision that a case awaits from a role. `due_at` is UTC, None without a term."""

    number: str
    expectation_id: str
    command: str
    role: str
    subject: str | None
    since: datetime
    due_at: datetime | None
    status: Status
    channel: Channel
    category: Category | None
    service: str | None
    unit: Unit | None
    assignee: str | None


@dataclass(frozen=True)
class AppealPage:
    """One page of a list of appeals; `next` is where the next one begins."""

    appeals: Sequence[ListedAppeal]
    next: Place | None


@dataclass(frozen=True)
class TaskPage:
    """One page of a list of tasks; `next` is where the next one begins."""

    tasks: Sequence[ListedTask]
    next: Place | None
