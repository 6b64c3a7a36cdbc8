"""Webhooks on their way out: signed, sent to public addresses alone, and handed over to the engine (ADR 22)."""

import asyncio
import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpcore
from standardwebhooks import Webhook
from temporalio.client import Client
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityAlreadyStartedError

from domain.contracts.webhooks import WebhookOrder
from domain.urgency import Urgency
from infra.guarded import ForbiddenAddress, GuardedNetwork, Network
from infra.rendering import RenderedMessage
from infra.settings import Settings

SENT_WITHIN_SECONDS = 15.0
ATTEMPT = timedelta(seconds=60)
RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=3, maximum_interval=timedelta(hours=1))
GRACE = timedelta(hours=2)
_TIMEOUTS = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
_SECRET_BYTES = 32
_CONNECTIONS_MAX = 50


class Unanswered(Exception):
    """Nobody took the event, or it took too long."""


class Forbidden(Exception):
    """The address is one that nothing is sent to."""


def new_secret() -> str:
    """A secret as the standard writes it."""
    return f"whsec_{base64.b64encode(os.urandom(_SECRET_BYTES)).decode()}"


class WebhookSender:
    """Posts events. No redirect is followed, and no more is read of an answer than its head."""

    def __init__(self, private_allowed: Sequence[Network] = (), network: GuardedNetwork | None = None) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=_CONNECTIONS_MAX,
            max_keepalive_connections=0,
            network_backend=network or GuardedNetwork(private_allowed),
        )

    async def post(self, url: str, event_id: str, payload: str, secrets: Sequence[str], at: datetime) -> int:
        """Send one event, signed by each of the secrets; the status of the answer. `Unanswered`, `Forbidden`."""
        signatures = [Webhook(secret).sign(event_id, at.astimezone(UTC), payload) for secret in secrets]
        headers: dict[bytes | str, bytes | str] = {
            "Content-Type": "application/json",
            "User-Agent": "hotline-webhooks/1",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        try:
            async with (
                asyncio.timeout(SENT_WITHIN_SECONDS),
                self._pool.stream(
                    "POST", url, headers=headers, content=payload.encode(), extensions={"timeout": _TIMEOUTS}
                ) as answer,
            ):
                return int(answer.status)
        except ForbiddenAddress:
            raise Forbidden from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as trouble:
            raise Unanswered(type(trouble).__name__) from None

    async def aclose(self) -> None:
        await self._pool.aclose()


@dataclass(frozen=True)
class WebhookDeliveries:
    """Hands deliveries over to the engine, which makes each as a standalone activity, for as long as it takes."""

    client: Client
    queue: str
    patience: timedelta

    @classmethod
    def of(cls, client: Client, settings: Settings) -> "WebhookDeliveries":
        return cls(client, settings.webhook_queue, timedelta(hours=settings.delivery_patience_hours))

    async def hand_over(self, delivery_id: str) -> None:
        """Have it made; handed over again while it is under way, it is the same."""
        try:
            await self.client.start_activity(
                "deliver_webhook",
                WebhookOrder(delivery_id=delivery_id),
                id=f"webhook-{delivery_id}",
                task_queue=self.queue,
                start_to_close_timeout=ATTEMPT,
                schedule_to_close_timeout=self.patience + GRACE,
                retry_policy=RETRY,
                priority=Priority(priority_key=Urgency.NORMAL),
                rpc_timeout=timedelta(seconds=5),
            )
        except ActivityAlreadyStartedError:
            return


def switched_off_notice(portal: str, url: str, is_gone: bool) -> RenderedMessage:
    """What the supervisor reads when a portal's endpoint was switched off."""
    why = (
        "Сервер портала ответил, что больше не принимает уведомления (код 410)."
        if is_gone
        else "Трое суток сервер портала не принимал уведомления."
    )
    text = (
        f"Уведомления портала «{portal}» отключены\n\n"
        f"Адрес: {url}\n{why}\n\n"
        "Что сделать: сообщите владельцу портала. Когда сервер заработает, портал сам включит адрес снова "
        "(PUT /v1/webhooks/endpoints/…) и запросит пропущенное (POST …/redeliver).\n"
    )
    return RenderedMessage(f"Отключены уведомления портала «{portal}»", text)
