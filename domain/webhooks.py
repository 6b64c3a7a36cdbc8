"""What a portal's own server is told of its appeals: thin events, which tell of no person (ADR 22)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from domain.actors import Role
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.digest import canonical, digest
from domain.feed import FeedEntry

ROTATION_OVERLAP = timedelta(hours=24)
"""So long the former secret signs beside a new one."""
LEDGER_KEPT = timedelta(days=30)
ENDPOINTS_AT_MOST = 10
URL_LENGTH_MAX = 500
_OF_CITIZENS_SIDE = {Role.CITIZEN.value, Role.PORTAL.value}


class WebhookType(StrEnum):
    """What happened; the portal reads the appeal to learn more."""

    REGISTERED = "appeal.registered"
    STATUS_CHANGED = "appeal.status_changed"
    CITIZEN_AWAITED = "appeal.citizen_awaited"
    RESULT_PUBLISHED = "appeal.result_published"
    CORRECTED = "appeal.corrected"
    ERASED = "appeal.erased"

    @property
    def explained(self) -> str:
        """When it is sent, for the API's description."""
        return _EXPLAINED[self]


_EXPLAINED = {
    WebhookType.REGISTERED: "The appeal is registered.",
    WebhookType.STATUS_CHANGED: "The appeal has another status: `data.status`.",
    WebhookType.CITIZEN_AWAITED: "The appeal awaits the citizen or the portal: read what it expects.",
    WebhookType.RESULT_PUBLISHED: "The citizen can read the result.",
    WebhookType.CORRECTED: "What was told last may not hold any more, after a breakdown: read the appeal anew.",
    WebhookType.ERASED: "What the appeal tells of a person was erased for good.",
}
_TYPES: dict[str, WebhookType] = {
    events.AppealRegistered.__name__: WebhookType.REGISTERED,
    events.StatusChanged.__name__: WebhookType.STATUS_CHANGED,
    events.ResultPublished.__name__: WebhookType.RESULT_PUBLISHED,
    events.AttemptAbandoned.__name__: WebhookType.CORRECTED,
    events.AppealErased.__name__: WebhookType.ERASED,
}


class DeliveryState(StrEnum):
    """How far a delivery is; what has failed is sent again only on demand."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fault(StrEnum):
    """Why an attempt failed, or an endpoint was switched off."""

    REFUSED = "refused"
    """It answered, and not with 2xx."""
    GONE = "gone"
    """It answered 410: it wants nothing any more."""
    UNANSWERED = "unanswered"
    FORBIDDEN_ADDRESS = "forbidden_address"
    SWITCHED_OFF = "switched_off"
    UNREACHABLE = "unreachable"
    """For three days nothing could be delivered."""


class Endpoint(Contract):
    """An address of a portal's server; without `types` it is told everything."""

    id: str
    portal: str
    url: str
    types: list[WebhookType] = []
    enabled: bool = True
    disabled_because: Fault | None = None
    made_at: AwareDatetime
    last_delivered_at: AwareDatetime | None = None

    def wants(self, kind: WebhookType) -> bool:
        return not self.types or kind in self.types


class Delivery(Contract):
    """One event on its way to one endpoint. The receiver knows it again by its `id`, however often it comes."""

    id: str
    endpoint_id: str
    portal: str
    number: str
    position: int
    type: WebhookType
    payload: str
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    answered: int | None = None
    fault: Fault | None = None
    made_at: AwareDatetime
    queued_at: AwareDatetime
    changed_at: AwareDatetime


def webhook_type(entry: FeedEntry) -> WebhookType | None:
    """What a portal is told of this entry, if anything."""
    if entry.type in (events.DecisionExpected.__name__, events.DecisionReassigned.__name__):
        roles = set(entry.event["expectation"]["roles"])
        return WebhookType.CITIZEN_AWAITED if roles & _OF_CITIZENS_SIDE else None
    return _TYPES.get(entry.type)


def deliveries_of(entry: FeedEntry, status: str, endpoints: Iterable[Endpoint], at: datetime) -> list[Delivery]:
    """What is to be sent of this entry; `status` is that of the appeal where the entry brings no other."""
    if (kind := webhook_type(entry)) is None:
        return []
    payload = canonical(_payload(kind, entry, status)).decode()
    return [
        Delivery(
            id=f"evt_{digest([endpoint.id, entry.number, entry.position])[:32]}",
            endpoint_id=endpoint.id,
            portal=endpoint.portal,
            number=entry.number,
            position=entry.position,
            type=kind,
            payload=payload,
            made_at=at,
            queued_at=at,
            changed_at=at,
        )
        for endpoint in endpoints
        if endpoint.portal == entry.portal and endpoint.enabled and endpoint.wants(kind)
    ]


def fault_of_url(url: str, plain_allowed: bool) -> str:
    """Why nothing is sent to this address, in Russian; empty where it can be tried."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a wrong port is found when it is read
    except ValueError:
        return "Адрес записан неверно."
    if not url.isascii() or not url.isprintable() or " " in url or not parts.hostname:
        return "Адрес записан неверно: нужен вид https://example.org/путь."
    if parts.scheme != "https" and not (plain_allowed and parts.scheme == "http"):
        return "Адрес должен начинаться с https://."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "В адресе не должно быть имени, пароля и знака #."
    return ""


def _payload(kind: WebhookType, entry: FeedEntry, status: str) -> dict[str, Any]:
    data = {"number": entry.number, "status": entry.status or status, "position": entry.position}
    return {"type": kind.value, "timestamp": entry.at.isoformat(), "data": data}
