"""The order for data of an account and what comes of it; the data themselves never pass through a case (DAT-2)."""

from domain.appeal import DataFormat, DataSet
from domain.contracts.contract import AwareDatetime, Contract


class DataOrder(Contract):
    """Which data of whose account to prepare; `order_id` makes a repeated order the same order.

    `ordered_at` is the case's own time, and the date that the file bears. `expires_at` is when what was prepared is
    destroyed, whatever became of it.
    """

    order_id: str
    number: str
    account_id: str
    login: str
    data_set: DataSet
    format: DataFormat
    time_zone: str | None = None
    ordered_at: AwareDatetime
    expires_at: AwareDatetime


class DataParcel(Contract):
    """An encrypted file that waits in the store for its delivery, by what can be told of it to anybody."""

    parcel_id: str
    sha256: str
    size_bytes: int


class DataDisposal(Contract):
    """The order to destroy a parcel and its opening code."""

    parcel_id: str
