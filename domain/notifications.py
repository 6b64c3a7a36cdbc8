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
    CHECKS_DONE = "checks_done"
    DATA_SENT = "data_sent"
    DATA_READY = "data_ready"
    DATA_FAILED = "data_failed"
    STATUS_REPORT = "status_report"
    TERM_CHANGED = "term_changed"
    CODE_SENT = "code_sent"
    DEADLINE_BREACHED = "deadline_breached"
    LOCK_NOT_FOUND = "lock_not_found"
    ACCOUNT_UNLOCKED = "account_unlocked"
    ACCOUNT_SECURED = "account_secured"
    FAILURE_FIXED = "failure_fixed"
    INCIDENT_JOINED = "incident_joined"
    FAILURE_FOR_SECOND_LINE = "failure_for_second_line"
    FAILURE_FOR_DEVELOPMENT = "failure_for_development"
    INCIDENT_FOR_SUPERVISOR = "incident_for_supervisor"
    INCIDENT_FOR_DEVELOPMENT = "incident_for_development"
    ESCALATION_DECIDED = "escalation_decided"
    ESCALATION_BREACHED = "escalation_breached"
    ESCALATION_ARRIVED = "escalation_arrived"
    REPEAT_ASSESSED = "repeat_assessed"
    STAFF_MESSAGE = "staff_message"

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

    @property
    def is_urgent(self) -> bool:
        """Whether it is delivered before all others (SEC-1)."""
        return self in _URGENT


_CLOSING = frozenset(
    {
        Template.ACCESS_RECOVERED,
        Template.ACCOUNT_UNLOCKED,
        Template.APPEAL_REJECTED,
        Template.APPEAL_COMPLETED,
        Template.ESCALATION_DECIDED,
        Template.DATA_SENT,
        Template.DATA_FAILED,
    }
)
_URGENT = frozenset({Template.ACCOUNT_SECURED})
_FOR_STAFF = {
    Template.DEADLINE_BREACHED: Recipient.SUPERVISOR,
    Template.FAILURE_FOR_SECOND_LINE: Recipient.SECOND_LINE,
    Template.FAILURE_FOR_DEVELOPMENT: Recipient.DEVELOPMENT,
    Template.INCIDENT_FOR_SUPERVISOR: Recipient.SUPERVISOR,
    Template.INCIDENT_FOR_DEVELOPMENT: Recipient.DEVELOPMENT,
    Template.ESCALATION_ARRIVED: Recipient.AUTHORITY,
    Template.ESCALATION_BREACHED: Recipient.AUTHORITY,
}


class MessageState(StrEnum):
    """The ledger's states. `accepted` means by the gateway; `unknown`, that nobody can say whether it was.

    `skipped` has a reason, such as an address that the citizen never gave; `superseded`: what it was about did not
    happen, since the step that queued it was abandoned.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"

    @property
    def is_final(self) -> bool:
        return self not in (MessageState.QUEUED, MessageState.SENDING)
