"""Facts of the provision of data (DAT-1…DAT-3)."""

from typing import Literal

from domain.appeal import DataFormat, DataSet, DeliveryWay
from domain.contracts.contract import AwareDatetime, Contract, Personal


class DataRequested(Contract):
    """The request in the journal of operations (DAT-1).

    `on_authority` when the requester acts for somebody else; the ground, such as a power of attorney, is personal.
    """

    type: Literal["DataRequested"] = "DataRequested"
    data_set: DataSet
    format: DataFormat
    delivery: DeliveryWay
    on_authority: bool
    personal: Personal[str | None] = None


class AuthorityConfirmed(Contract):
    """By the registry where all data agree, otherwise by a person, who says why (DAT-1)."""

    type: Literal["AuthorityConfirmed"] = "AuthorityConfirmed"
    by_registry: bool
    reason: Personal[str]


class AuthorityDenied(Contract):
    type: Literal["AuthorityDenied"] = "AuthorityDenied"
    reason: Personal[str]


class DataPrepared(Contract):
    type: Literal["DataPrepared"] = "DataPrepared"
    parcel_id: str
    sha256: str
    size_bytes: int
    available_until: AwareDatetime


class DataProvisionFailed(Contract):
    """No system could give the data in time, or one of them refused (DAT-3)."""

    type: Literal["DataProvisionFailed"] = "DataProvisionFailed"
    reason: Personal[str]


class DataFetched(Contract):
    type: Literal["DataFetched"] = "DataFetched"
    parcel_id: str


class DataDestroyed(Contract):
    type: Literal["DataDestroyed"] = "DataDestroyed"
    parcel_id: str
