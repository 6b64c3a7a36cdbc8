"""What starts a case: the appeal as it was received and the policy it is handled by."""

from typing import Literal

from domain.actors import Actor
from domain.appeal import (
    Category,
    Channel,
    DataFormat,
    DataSet,
    DeliveryWay,
    DocumentKind,
    EscalationReason,
    FailureKind,
    FileFormat,
    RecoveryReason,
    Relation,
    ServiceKind,
)
from domain.contracts.contract import AwareDatetime, Contract
from domain.notifications import DeliveryChannel


class DocumentScan(Contract):
    """A scan of a document, kept by the portal that received it (REC-1)."""

    kind: DocumentKind
    reference: str
    sha256: str | None = None
    format: FileFormat | None = None
    size_bytes: int | None = None


class Details(Contract):
    """What the citizen told about themselves and the problem; every value here is personal data (INT-2).

    Identifiers are normalised: digits only, phone as +7 and ten digits, days as 2010-05-20. `first_appeal` is
    the number of the appeal that an escalation is about.
    """

    full_name: str | None = None
    login: str | None = None
    passport: str | None = None
    passport_issued_on: str | None = None
    snils: str | None = None
    inn: str | None = None
    phone: str | None = None
    email: str | None = None
    device_token: str | None = None
    time_zone: str | None = None
    description: str | None = None
    first_appeal: str | None = None
    scans: list[DocumentScan] = []

    def with_supplied(self, supplied: "Details") -> "Details":
        """These details, with what `supplied` really gives put in the place of the old values."""
        given = {name: getattr(supplied, name) for name in supplied.model_fields_set}
        scans = {scan.kind: scan for scan in [*self.scans, *supplied.scans]}
        changes = {name: value for name, value in given.items() if value is not None}
        if "passport" in changes:
            # The day belongs to the passport that it was told with.
            changes.setdefault("passport_issued_on", None)
        return self.model_copy(update=changes | {"scans": list(scans.values())})

    def supplied_items(self) -> list[str]:
        """The names, without values, of what is given here."""
        names = [name for name in sorted(self.model_fields_set) if name != "scans" and getattr(self, name)]
        return names + [f"scan:{scan.kind}" for scan in self.scans]


class Failure(Contract):
    """A technical failure as it was met (TEC-1); `error_code` as the screen shows it, such as «413» (KBA-5)."""

    kind: FailureKind
    error_code: str | None = None
    is_display_error: bool = False


class DataRequest(Contract):
    """Which data of the account, in which format, by which way (DAT-2)."""

    data_set: DataSet
    format: DataFormat
    delivery: DeliveryWay


class Request(Contract):
    """What an appeal asks for, beside what it tells of a person; by it the procedure is chosen.

    Without a category, an operator classifies the appeal. `related_number` is an earlier appeal, or with a
    `relation` the one that this appeal follows.
    """

    category: Category | None = None
    service: str | None = None
    recovery_reason: RecoveryReason | None = None
    related_number: str | None = None
    relation: Relation | None = None
    failure: Failure | None = None
    services: list[str] = []
    package: ServiceKind | None = None
    data_request: DataRequest | None = None
    escalation_reason: EscalationReason | None = None


class Appeal(Request):
    """An appeal as the portal sent it; it travels in the start of its workflow, so nothing can be lost.

    `request_digest` is the keyed digest of portal and idempotency key, `body_digest` of what was sent: by them a
    repeated request is told from another one that derives the same number (INT-5, INT-6). `coming_scans` are the
    documents that follow one by one as files.
    """

    number: str
    portal: str
    opened_by: Actor | None = None
    citizen: str | None = None
    channel: Channel
    received_at: AwareDatetime
    details: Details
    request_digest: str = ""
    body_digest: str = ""
    coming_scans: list[DocumentKind] | None = None


class Policy(Contract):
    """The terms a case is handled by, recorded with the case, so that changed settings move no running case.

    Times are in minutes of 24×7 time. Per case the citizen gets so many `status_reports` on request, and can make
    so many `additions` unasked.
    """

    calendar_version: str
    reaction_minutes: int = 120
    details_minutes: int = 14 * 24 * 60
    details_reminders_minutes: list[int] = [24 * 60, 3 * 24 * 60, 7 * 24 * 60]
    details_attempts: int = 3
    securing_minutes: int = 3 * 24 * 60
    securing_reminders_minutes: list[int] = [6 * 60, 24 * 60, 48 * 60]
    registry_patience_seconds: int = 15 * 60
    code_minutes: int = 10
    code_channels: list[DeliveryChannel] = [DeliveryChannel.SMS, DeliveryChannel.EMAIL]
    code_attempts: int = 3
    identity_decision_minutes: int = 24 * 60
    answer_minutes: int = 24 * 60
    confirmation_minutes: int = 3 * 24 * 60
    satisfaction_minutes: int = 14 * 24 * 60
    status_reports: int = 20
    additions: int = 50
    display_minutes: int = 24 * 60
    checklist_rounds: int = 3
    repeat_window_days: int = 30
    provision_minutes: int = 15
    data_available_minutes: int = 7 * 24 * 60
    identification_attempts: int = 3
    compromise_minutes: int = 15
    critical_patience_seconds: int = 5 * 60
    threat_review_minutes: int = 4 * 60
    failure_fix_minutes: int = 24 * 60
    failure_window_minutes: int = 60
    failure_threshold: int = 3
    failure_signature: list[Literal["service", "kind", "error_code"]] = ["service", "kind", "error_code"]
    critical_minutes: int = 30
    history_events: int | None = None
    escalation_details_minutes: int = 3 * 24 * 60
    escalation_working_days: int = 10
    package_minutes: int = 15
    services_minutes: int = 4 * 60


__all__ = ["Appeal", "AwareDatetime", "DataRequest", "Details", "DocumentScan", "Failure", "Policy", "Request"]
