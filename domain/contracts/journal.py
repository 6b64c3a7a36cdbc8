"""The journal: every fact of a case in order, each entry chained to the one before (AUD-1)."""

from collections.abc import Iterable
from typing import Any

from domain.actors import Actor
from domain.contracts.contract import AwareDatetime, Contract
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
        content: dict[str, Any] = self.event.model_dump(mode="json")
        content.pop("personal", None)
        return content

    def personal(self) -> Any:
        """What the event tells of a person, or None."""
        return self.event.model_dump(mode="json").get("personal")

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
        return {
            "number": self.number,
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "actor": self.actor.model_dump(mode="json"),
            "event": self.public_event(),
            "personal_digest": personal_digest,
        }

    def _digest_with(self, personal_digest: str) -> str:
        return digest(self.content_with(personal_digest))


class RecordedEntry(JournalEntry):
    """An entry as the register keeps it: at a position, chained to the one before, never changed or removed.

    `personal_digest` stays when the personal data and their salt are erased.
    """

    position: int
    personal_digest: str
    previous_hash: str
    hash: str

    @classmethod
    def after(cls, last: "RecordedEntry | None", entry: JournalEntry) -> "RecordedEntry":
        """The entry, chained to the last one on record."""
        position = last.position + 1 if last else 1
        previous_hash = last.hash if last else GENESIS
        personal_digest = entry.digest_of_personal()
        chained = digest([position, previous_hash, entry._digest_with(personal_digest)])
        said = {name: getattr(entry, name) for name in JournalEntry.model_fields}
        return cls(
            position=position,
            personal_digest=personal_digest,
            previous_hash=previous_hash,
            hash=chained,
            **said,
        )

    def is_intact(self) -> bool:
        """Whether the entry says what its hash says, and its personal data, unless erased, what theirs says."""
        chained = digest([self.position, self.previous_hash, self._digest_with(self.personal_digest)])
        personal_is_intact = self.personal() is None or self.personal_digest == self.digest_of_personal()
        return self.hash == chained and personal_is_intact


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
        return digest([entry.digest() for entry in self.entries] + [message.key for message in self.messages])


class Moment(Contract):
    """What one delivery delivers: the messages of one template, told for the n-th time in one case."""

    number: str
    template: Template
    occurrence: int
