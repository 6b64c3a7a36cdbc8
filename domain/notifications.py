"""The moments at which somebody is told something, and the channels each moment has a text for."""

from enum import StrEnum


class DeliveryChannel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class Recipient(StrEnum):
    CITIZEN = "citizen"
    SUPERVISOR = "supervisor"


class Template(StrEnum):
    """A moment's text; its files are in `templates/notifications/<value>/`."""

    APPEAL_REGISTERED = "appeal_registered"
    DETAILS_REQUESTED = "details_requested"
    DETAILS_REMINDER = "details_reminder"
    PROCESSING_STARTED = "processing_started"
    PASSWORD_ISSUED = "password_issued"  # noqa: S105 - a template's name
    SECURING_REMINDER = "securing_reminder"
    ACCESS_RECOVERED = "access_recovered"
    APPEAL_REJECTED = "appeal_rejected"
    DEADLINE_BREACHED = "deadline_breached"

    @property
    def recipient(self) -> Recipient:
        return Recipient.SUPERVISOR if self is Template.DEADLINE_BREACHED else Recipient.CITIZEN

    @property
    def channels(self) -> tuple[DeliveryChannel, ...]:
        return (DeliveryChannel.EMAIL,) if self.recipient is Recipient.SUPERVISOR else tuple(DeliveryChannel)


class MessageState(StrEnum):
    """The ledger's states. `accepted` means by the gateway; `unknown`, that nobody can say whether it was.

    `skipped` has a reason, such as an address that the citizen never gave.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        return self not in (MessageState.QUEUED, MessageState.SENDING)
