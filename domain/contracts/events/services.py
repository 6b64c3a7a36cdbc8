"""Facts of services asked together (MSV-1…MSV-4) and of document packages (DOC-1…DOC-3)."""

from typing import Literal

from domain.contracts.contract import AwareDatetime, Contract, Personal
from domain.contracts.services import ServiceAnswer, ServiceReceipt

Purpose = Literal["check", "resend"]


class ServiceAsked(Contract):
    """A service was asked for its record of the citizen, or to take the citizen's data («повторный запрос»)."""

    type: Literal["ServiceAsked"] = "ServiceAsked"
    service: str
    purpose: Purpose


class ServiceAnswered(ServiceAnswer):
    """A service has told whether it has a record, since when, and where it differs (MSV-1, MSV-2)."""

    type: Literal["ServiceAnswered"] = "ServiceAnswered"


class DataResent(ServiceReceipt):
    """A service has taken the citizen's data under this order (MSV-3)."""

    type: Literal["DataResent"] = "DataResent"
    service: str
    order_id: str


class RepeatOrdered(Contract):
    """A person has ordered that the citizen's data go to a service again (MSV-3)."""

    type: Literal["RepeatOrdered"] = "RepeatOrdered"
    service: str
    reason: Personal[str]


class AgesCompared(Contract):
    """The time stamps of the services' records were compared (MSV-2)."""

    type: Literal["AgesCompared"] = "AgesCompared"
    newest: list[str]
    older: list[str]
    without_record: list[str]


class ProtocolConcluded(Contract):
    """A person has said what came of the check in all services (MSV-4)."""

    type: Literal["ProtocolConcluded"] = "ProtocolConcluded"
    personal: Personal[str]


class ConsentVerified(Contract):
    """The consent bears the citizen's valid electronic signature (DOC-1)."""

    type: Literal["ConsentVerified"] = "ConsentVerified"
    signed_at: AwareDatetime | None = None


class ConsentRefused(Contract):
    """The consent is not signed, or its signature does not hold (DOC-1)."""

    type: Literal["ConsentRefused"] = "ConsentRefused"
    is_signed: bool


class PackageProcessed(Contract):
    """The service has processed the package by itself (DOC-3)."""

    type: Literal["PackageProcessed"] = "PackageProcessed"
    application_id: Personal[str]
    ready_at: AwareDatetime


class PackageRefused(Contract):
    """The service has understood the package and refused it; a person decides (DOC-3)."""

    type: Literal["PackageRefused"] = "PackageRefused"
    reason: Personal[str]


class PackageDecided(Contract):
    type: Literal["PackageDecided"] = "PackageDecided"
    accepted: bool
    reason: Personal[str]
