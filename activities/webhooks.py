"""Delivering webhooks: until the portal's server has taken them, for three days, or the ledger says why not."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.interfaces import WebhookActivities
from domain.contracts.webhooks import WebhookOrder
from domain.webhooks import Delivery, DeliveryState, Endpoint, Fault
from infra.gateways import EmailGateway
from infra.webhooks import Forbidden, Unanswered, WebhookSender, switched_off_notice
from store.webhook_ledger import WebhookLedger
from store.webhooks import Endpoints, WebhookSecrets

AT_ONCE_TO_ONE = 5
"""A server that answers slowly takes up no more of a worker."""
_GONE = 410
_TURN_AFTER = timedelta(seconds=2)

log = structlog.get_logger()


@dataclass(frozen=True)
class WebhookDeliverer(WebhookActivities):
    """The body of `WebhookActivities`."""

    endpoints: Endpoints
    secrets: WebhookSecrets
    ledger: WebhookLedger
    sender: WebhookSender
    email: EmailGateway
    supervisor_email: str
    patience: timedelta
    under_way: Counter[str] = field(default_factory=Counter)

    @activity.defn
    async def deliver_webhook(self, order: WebhookOrder) -> None:
        made = await self.ledger.find(order.delivery_id)
        if made is None or made.state is not DeliveryState.QUEUED:
            return
        # By the engine's clock, which is the same for every worker.
        now = activity.info().started_time
        endpoint = await self.endpoints.find(made.endpoint_id)
        if endpoint is None or not endpoint.enabled:
            if endpoint and endpoint.disabled_because:
                await self._switch_off(endpoint, endpoint.disabled_because, made)
            await self.ledger.note_attempt(made, DeliveryState.FAILED, now, None, Fault.SWITCHED_OFF)
            return
        with self._turn(endpoint):
            answered, fault = await self._attempt(made, endpoint, now)
        if fault is None:
            await self.ledger.note_attempt(made, DeliveryState.DELIVERED, now, answered, None)
        elif fault is Fault.GONE:
            await self._switch_off(endpoint, Fault.GONE, made)
            await self.ledger.note_attempt(made, DeliveryState.FAILED, now, answered, fault)
        elif now - made.queued_at < self.patience:
            await self.ledger.note_attempt(made, DeliveryState.QUEUED, now, answered, fault)
            raise ApplicationError(f"{made.endpoint_id}: {answered or fault}", type="ReceiverTrouble")
        else:
            if endpoint.last_delivered_at is None or endpoint.last_delivered_at < made.queued_at:
                await self._switch_off(endpoint, Fault.UNREACHABLE, made)
            await self.ledger.note_attempt(made, DeliveryState.FAILED, now, answered, fault)

    async def _attempt(self, made: Delivery, endpoint: Endpoint, now: datetime) -> tuple[int | None, Fault | None]:
        secrets = await self.secrets.valid(made.portal, now)
        try:
            status = await self.sender.post(endpoint.url, made.id, made.payload, secrets, now)
        except Forbidden:
            return None, Fault.FORBIDDEN_ADDRESS
        except Unanswered:
            return None, Fault.UNANSWERED
        if status == _GONE:
            return status, Fault.GONE
        return status, None if 200 <= status < 300 else Fault.REFUSED

    @contextmanager
    def _turn(self, endpoint: Endpoint) -> Iterator[None]:
        if self.under_way[endpoint.id] >= AT_ONCE_TO_ONE:
            raise ApplicationError(f"{endpoint.id}: busy", type="Busy", next_retry_delay=_TURN_AFTER)
        self.under_way[endpoint.id] += 1
        try:
            yield
        finally:
            self.under_way[endpoint.id] -= 1

    async def _switch_off(self, endpoint: Endpoint, because: Fault, made: Delivery) -> None:
        """Send the endpoint nothing any more, and tell the supervisor, unless that was done before."""
        if not await self.endpoints.switch_off(endpoint.id, because):
            return
        log.warning("webhook endpoint switched off", endpoint=endpoint.id, portal=endpoint.portal, because=because)
        notice = switched_off_notice(endpoint.portal, endpoint.url, because is Fault.GONE)
        # Should the worker die before it is noted, the supervisor gets a second letter rather than none.
        await self.email.send(f"{made.id}:switched_off", self.supervisor_email, notice)
        await self.endpoints.note_told(endpoint.id, datetime.now(UTC))
