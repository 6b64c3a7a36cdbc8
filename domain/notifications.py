"""The moments at which somebody is told something, and the channels each moment has a text for."""

from enum import StrEnum


class DeliveryChannel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class Recipient(StrEnum):
    """The citizen, or a group of the staff, which is told by e-mail. The authority decides escalations (ESC-2)."""

    CITIZEN = "citizen"
    SUPERVISOR = "supervisor"
    SECOND_LINE = "second_line"
    DEVELOPMENT = "development"
    AUTHORITY = "authority"


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
    APPEAL_COMPLETED = "appeal_completed"
    ANSWER_GIVEN = "answer_given"
    DATA_SENT = "data_sent"
    DATA_READY = "data_ready"
    DATA_FAILED = "data_failed"
    STATUS_REPORT = "status_report"
    TERM_CHANGED = "term_changed"
    DEADLINE_BREACHED = "deadline_breached"

    @property
    def recipient(self) -> Recipient:
        return _FOR_STAFF.get(self, Recipient.CITIZEN)

    @property
    def channels(self) -> tuple[DeliveryChannel, ...]:
        return tuple(DeliveryChannel) if self.recipient is Recipient.CITIZEN else (DeliveryChannel.EMAIL,)

    @property
    def asks_for_rating(self) -> bool:
        """Whether it tells that the appeal is closed, and so asks how satisfied the citizen is (ANA-1)."""
        return self in _CLOSING


_FOR_STAFF = {Template.DEADLINE_BREACHED: Recipient.SUPERVISOR}
_CLOSING = frozenset(
    {
        Template.ACCESS_RECOVERED,
        Template.APPEAL_REJECTED,
        Template.APPEAL_COMPLETED,
        Template.DATA_SENT,
        Template.DATA_FAILED,
    }
)


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
