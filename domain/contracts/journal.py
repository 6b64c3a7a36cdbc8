"""The journal: every fact of a case in order, each entry chained to the one before (AUD-1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.actors import Actor, Role
from domain.contracts.contract import AwareDatetime, Contract, personal_fields
from domain.contracts.events import AttemptAbandoned, Event
from domain.digest import digest
from domain.notifications import DeliveryChannel, Recipient, Template

GENESIS = "0" * 64


class JournalEntry(Contract):
    """One fact: who, when, what, as the case's process made it. `sequence` counts the facts of the process.

    `salt` keeps the digest of a short personal value from being guessed.
    """

    number: str
    sequence: int
    at: AwareDatetime
    actor: Actor
    event: Event
    salt: str = ""

    def public_event(self) -> dict[str, Any]:
        """The event without what it tells of a person."""
        return self.event.model_dump(mode="json", exclude=set(personal_fields(type(self.event))))

    def public_actor(self) -> dict[str, Any]:
        """Who acted, as far as that names no citizen: staff and systems are named."""
        return self.actor.model_dump(mode="json", exclude=self._secret_of_actor)

    def personal(self) -> dict[str, Any] | None:
        """What the entry tells of a person: the marked fields of its event, and of its `actor`; or None."""
        told: dict[str, Any] = self.event.model_dump(mode="json", include=set(personal_fields(type(self.event))))
        if actor := self.actor.model_dump(mode="json", include=self._secret_of_actor):
            told["actor"] = actor
        return told or None

    @property
    def _secret_of_actor(self) -> set[str]:
        # The ground on which somebody acts for another person names that person.
        return {"subject", "authority"} if self.actor.role is Role.CITIZEN else {"authority"}

    def digest(self) -> str:
        """What the entry says, in a digest.

        Personal data go in only through a salted digest of their own, so that they can be erased later and the
        rest still be proved.
        """
        return self._digest_with(self.digest_of_personal())

    def digest_of_personal(self) -> str:
        """The salted digest of what the event tells of a person."""
        return digest([self.salt, self.personal()])

    def content_with(self, personal_digest: str) -> dict[str, Any]:
        """What the entry's digest is made of: whoever has this and nothing else can check it."""
        said = (self.number, self.sequence, self.at, self.public_actor(), self.public_event(), personal_digest)
        return content_of_said(*said)

    def _digest_with(self, personal_digest: str) -> str:
        return digest(self.content_with(personal_digest))


def content_of_said(
    number: str, sequence: int, at: datetime, actor: dict[str, Any], event: dict[str, Any], personal_digest: str
) -> dict[str, Any]:
    """What is public of an entry: it can be told after an erasure too."""
    return {
        "number": number,
        "sequence": sequence,
        "at": at.isoformat(),
        "actor": actor,
        "event": event,
        "personal_digest": personal_digest,
    }


def digest_of_said(
    number: str, sequence: int, at: datetime, actor: dict[str, Any], event: dict[str, Any], personal_digest: str
) -> str:
    """What an entry says, in a digest of what is public of it."""
    return digest(content_of_said(number, sequence, at, actor, event, personal_digest))


def digest_of_step(entries: Sequence[str], messages: Sequence[str]) -> str:
    """What one step of a case adds, in a digest: of what each of its entries says, and of its messages' keys."""
    return digest([*entries, *messages])


class Link(NamedTuple):
    """An entry as the next one refers to it."""

    position: int
    hash: str


def chained_hash(position: int, previous_hash: str, said: str) -> str:
    """The hash of an entry with this digest of what it says, at this place of its journal."""
    return digest([position, previous_hash, said])


class RecordedEntry(JournalEntry):
    """An entry as the register keeps it: at a position, chained to the one before, never changed or removed.

    `personal_digest` stays when the personal data and their salt are erased.
    """

    position: int
    personal_digest: str
    previous_hash: str
    hash: str

    @classmethod
    def after(cls, last: "RecordedEntry | Link | None", entry: JournalEntry) -> "RecordedEntry":
        """The entry, chained to the last one on record."""
        position = last.position + 1 if last else 1
        previous_hash = last.hash if last else GENESIS
        personal_digest = entry.digest_of_personal()
        chained = chained_hash(position, previous_hash, entry._digest_with(personal_digest))
        said = {name: getattr(entry, name) for name in JournalEntry.model_fields}
        return cls(
            position=position,
            personal_digest=personal_digest,
            previous_hash=previous_hash,
            hash=chained,
            **said,
        )

    def is_intact(self) -> bool:
        """Whether the entry says what its hash says, and its personal data what theirs says."""
        chained = chained_hash(self.position, self.previous_hash, self._digest_with(self.personal_digest))
        return self.hash == chained and self.personal_digest == self.digest_of_personal()


def effective(entries: Iterable[RecordedEntry]) -> list[RecordedEntry]:
    """The entries that stand: without those that a later `AttemptAbandoned` voids, and without these notes."""
    standing: list[RecordedEntry] = []
    for entry in entries:
        if isinstance(entry.event, AttemptAbandoned):
            first = entry.event.first_sequence
            standing = [each for each in standing if each.sequence < first]
        else:
            standing.append(entry)
    return standing


class Message(Contract):
    """One text for one recipient over one channel; `key` is its identity all the way to the gateway.

    It is told by the entry `sequence`, for the `occurrence`-th time in this case: by the latter it is known again
    when the step that queued it is repeated and comes out at another place of the journal.
    """

    key: str
    sequence: int
    template: Template
    occurrence: int
    recipient: Recipient
    channel: DeliveryChannel
    context: dict[str, str] = {}
    credential_id: str | None = None


class Transition(Contract):
    """What one step of a case adds to the register: journal entries and messages, all or nothing."""

    number: str
    entries: list[JournalEntry]
    messages: list[Message] = []

    def digest(self) -> str:
        """What binds the recorded history to the register: a local activity's input is not in the history."""
        return digest_of_step([entry.digest() for entry in self.entries], [message.key for message in self.messages])


class Moment(Contract):
    """What one delivery delivers: the messages of one template, told for the n-th time in one case."""

    number: str
    template: Template
    occurrence: int
