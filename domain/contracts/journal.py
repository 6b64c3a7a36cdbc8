"""The journal: every fact of a case in order, each entry chained to the one before (AUD-1)."""

from typing import Any

from domain.actors import Actor
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.events import Event
from domain.digest import digest
from domain.notifications import DeliveryChannel, MessageState, Recipient, Template

GENESIS = "0" * 64


class JournalEntry(Contract):
    """One fact: who, when, what. `salt` keeps the digest of a short personal value from being guessed.

    The hash covers personal data only through their salted digest, so that erasing them later leaves the
    chain provable.
    """

    number: str
    sequence: int
    at: AwareDatetime
    actor: Actor
    event: Event
    salt: str
    previous_hash: str
    hash: str = ""

    def public_event(self) -> dict[str, Any]:
        """The event without what it tells of a person."""
        content: dict[str, Any] = self.event.model_dump(mode="json")
        content.pop("personal", None)
        return content

    def personal(self) -> Any:
        """What the event tells of a person, or None."""
        return self.event.model_dump(mode="json").get("personal")

    def sealed(self) -> "JournalEntry":
        """This entry with its hash."""
        return self.model_copy(update={"hash": self.compute_hash()})

    def compute_hash(self) -> str:
        return digest(
            {
                "number": self.number,
                "sequence": self.sequence,
                "at": self.at.isoformat(),
                "actor": self.actor.model_dump(mode="json"),
                "event": self.public_event(),
                "personal_digest": digest([self.salt, self.personal()]),
                "previous_hash": self.previous_hash,
            }
        )


class Message(Contract):
    """One text for one recipient over one channel; `key` is its identity all the way to the gateway."""

    key: str
    moment: int
    template: Template
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
        return digest([entry.hash for entry in self.entries] + [message.key for message in self.messages])


class DeliveryOutcome(Contract):
    """How the delivery of one message stands."""

    key: str
    state: MessageState
    reason: str | None = None


class Moment(Contract):
    """The messages queued by one journal entry of one case: what one delivery delivers."""

    number: str
    sequence: int
    template: Template
