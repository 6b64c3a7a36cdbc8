"""The order to send a confirmation code, and what became of it (VER-3)."""

from domain.contracts.contract import AwareDatetime, Contract
from domain.notifications import DeliveryChannel


class CodeOrder(Contract):
    """One code for one contact of the account.

    `code_id` is random and decides the code: an order sent again is the same code, sent once.
    """

    code_id: str
    number: str
    channel: DeliveryChannel
    to: str
    expires_at: AwareDatetime
    time_zone: str | None = None


class CodeReceipt(Contract):
    """Whether the gateway took the code, and the keyed digest that the right code has."""

    accepted: bool
    digest: str
