"""What crosses the boundary to the delivery of webhooks."""

from domain.contracts.contract import Contract


class WebhookOrder(Contract):
    """Which delivery of the ledger is to be made."""

    delivery_id: str
