"""What activities ask of the portal's services and what these answer."""

from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract, Personal


class ServiceCheck(Contract):
    """The question for one service's record of a citizen; `asked_at` is the case's own time (MSV-1, MSV-2).

    `service` is the service's name in its address: ASCII letters, digits and underscores.
    """

    service: str
    asked_at: AwareDatetime
    details: Details


class ServiceRecord(Contract):
    """What a service has on record of a citizen; `answered_at` and `recorded_at` are by the service's clock."""

    found: bool
    answered_at: AwareDatetime
    recorded_at: AwareDatetime | None = None
    full_name: str | None = None
    passport: str | None = None
    phone: str | None = None


class ServiceAnswer(Contract):
    """One service's answer without personal data: when, whether there is a record, and where it differs.

    `asked_at` is by the case's clock, the other instants by the service's (MSV-2).
    """

    service: str
    asked_at: AwareDatetime
    answered_at: AwareDatetime
    recorded_at: AwareDatetime | None = None
    found: bool
    disagreeing_fields: list[str] = []


class ServiceOrder(Contract):
    """The order to send a citizen's data again; `order_id` makes a repeated order the same order (MSV-3)."""

    number: str
    service: str
    order_id: str
    details: Details


class ServiceReceipt(Contract):
    """A service has taken the data (MSV-3)."""

    submission_id: Personal[str]
    received_at: AwareDatetime


class PackageItem(Contract):
    """A document of a package, kept under its reference."""

    kind: str
    reference: str


class PackageOrder(Contract):
    """The order to process a package; `order_id` makes a repeated order the same order (DOC-3)."""

    number: str
    service: str
    order_id: str
    items: list[PackageItem]


class PackageOutcome(Contract):
    """A service has taken the package; what was applied for is ready at `ready_at` (DOC-3)."""

    application_id: str
    ready_at: AwareDatetime
