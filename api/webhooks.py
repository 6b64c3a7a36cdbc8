"""Webhooks of a portal: where its server is told of its appeals, the secret that signs, and what was delivered."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from api.appeals import problems
from api.dependencies import Composed, IdempotencyKey, Parts
from api.problem import FieldProblem
from api.problems import ProblemError
from api.rights import allowed
from domain.actors import Actor
from domain.digest import canonical
from domain.rights import Operation
from domain.webhooks import (
    ENDPOINTS_AT_MOST,
    ROTATION_OVERLAP,
    URL_LENGTH_MAX,
    Delivery,
    DeliveryState,
    Endpoint,
    Fault,
    WebhookType,
    fault_of_url,
)
from infra.webhooks import new_secret
from store.webhooks import TooManyEndpoints

DELIVERIES_PAGE = 100

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

PortalsClient = Annotated[Actor, Depends(allowed(Operation.MANAGE_WEBHOOKS))]
EndpointId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
DeliveryId = Annotated[str, StringConstraints(pattern=r"^evt_[0-9a-f]{32}$")]


class EndpointIn(BaseModel):
    """Where to send events, and which; all of them where no `types` are named."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, StringConstraints(min_length=1, max_length=URL_LENGTH_MAX)]
    types: Annotated[list[WebhookType], Field(max_length=20)] = []
    enabled: StrictBool = True


class EndpointOut(BaseModel):
    """An endpoint. `secret` is shown once, with the first endpoint of a portal."""

    id: str
    url: str
    types: list[WebhookType]
    enabled: bool
    disabled_because: Fault | None = None
    made_at: AwareDatetime
    last_delivered_at: AwareDatetime | None = None
    secret: str | None = None


class EndpointsOut(BaseModel):
    endpoints: list[EndpointOut]


class SecretOut(BaseModel):
    """The new secret, shown this once. Until `former_valid_until` the former one signs beside it."""

    secret: str
    former_valid_until: AwareDatetime


class DeliveryOut(BaseModel):
    """One event on its way to one endpoint; `id` is its `webhook-id`, `answered` the last HTTP status."""

    id: str
    endpoint_id: str
    type: WebhookType
    number: str
    position: int
    state: DeliveryState
    attempts: int
    answered: int | None = None
    fault: Fault | None = None
    made_at: AwareDatetime
    changed_at: AwareDatetime


class DeliveriesOut(BaseModel):
    """The newest first; `next_after` where there are older ones."""

    deliveries: list[DeliveryOut]
    next_after: str | None


@router.get("/endpoints", responses=problems(403))
async def list_endpoints(actor: PortalsClient, composed: Composed) -> EndpointsOut:
    """The portal's endpoints."""
    found = await composed.webhooks.endpoints.of(actor.subject)
    return EndpointsOut(endpoints=[_endpoint_out(each) for each in found])


@router.post("/endpoints", status_code=status.HTTP_201_CREATED, responses=problems(400, 403, 409, 413, 422))
async def add_endpoint(
    sent: EndpointIn, key: IdempotencyKey, actor: PortalsClient, composed: Composed
) -> EndpointOut:
    """Add an endpoint; it is told what happens from now on. The portal's first one comes with the secret.

    Events are sent to public addresses over https, and to others only where the installation names their network.
    No redirect is followed. What an event looks like, and what your server answers: the webhooks of this description.
    """
    webhooks = composed.webhooks
    _check(sent, composed)
    now = datetime.now(UTC)
    asked = Endpoint(id=_id(actor, "endpoint", key), portal=actor.subject, made_at=now, **sent.model_dump())
    try:
        added = await webhooks.endpoints.add(asked)
    except TooManyEndpoints:
        detail = f"У портала может быть не больше {ENDPOINTS_AT_MOST} адресов. Удалите лишний."
        raise ProblemError(409, "too_many_endpoints", "Адресов слишком много", detail) from None
    if (added.url, added.types) != (asked.url, asked.types):
        detail = "С этим ключом уже добавлен другой адрес. Для нового адреса возьмите новый ключ."
        raise ProblemError(422, "idempotency_key_reused", "Ключ идемпотентности уже использован", detail)
    secret = None
    if not await webhooks.secrets.valid(actor.subject, now):
        secret = new_secret()
        await webhooks.secrets.put(actor.subject, _id(actor, "secret", key), secret, now)
    return _endpoint_out(added, secret)


@router.put("/endpoints/{endpoint_id}", responses=problems(400, 403, 404, 413, 422))
async def change_endpoint(
    endpoint_id: EndpointId, sent: EndpointIn, actor: PortalsClient, composed: Composed
) -> EndpointOut:
    """Change an endpoint, or switch it off, or on again; what came in between can be asked for by `redeliver`."""
    _check(sent, composed)
    known = await _own(composed, actor, endpoint_id)
    changed = known.model_copy(update=sent.model_dump() | ({"disabled_because": None} if sent.enabled else {}))
    await composed.webhooks.endpoints.change(changed)
    return _endpoint_out(changed)


@router.delete("/endpoints/{endpoint_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(403, 404, 422))
async def remove_endpoint(endpoint_id: EndpointId, actor: PortalsClient, composed: Composed) -> Response:
    """Remove an endpoint; what is on its way to it is given up."""
    await _own(composed, actor, endpoint_id)
    await composed.webhooks.endpoints.remove(endpoint_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/secrets", status_code=status.HTTP_201_CREATED, responses=problems(400, 403, 409, 422))
async def rotate_secret(key: IdempotencyKey, actor: PortalsClient, composed: Composed) -> SecretOut:
    """Make a new secret. For a day events are signed by both, so that servers can change over one by one."""
    secret, now = new_secret(), datetime.now(UTC)
    if not await composed.webhooks.secrets.put(actor.subject, _id(actor, "secret", key), secret, now):
        detail = "Секрет по этому ключу уже создан и показан. Если он потерян, создайте новый с новым ключом."
        raise ProblemError(409, "secret_shown", "Секрет показывается один раз", detail)
    return SecretOut(secret=secret, former_valid_until=now + ROTATION_OVERLAP)


@router.get("/deliveries", responses=problems(403, 404, 422))
async def list_deliveries(
    actor: PortalsClient,
    composed: Composed,
    after: Annotated[DeliveryId | None, Query(description="The `next_after` of a page.")] = None,
    state: Annotated[DeliveryState | None, Query()] = None,
) -> DeliveriesOut:
    """What was sent and what waits; settled deliveries are kept for 30 days."""
    try:
        found = await composed.webhooks.ledger.of(actor.subject, after, DELIVERIES_PAGE + 1, state)
    except LookupError:
        raise _unknown_delivery() from None
    page = found[:DELIVERIES_PAGE]
    return DeliveriesOut(
        deliveries=[_delivery_out(each) for each in page],
        next_after=page[-1].id if len(found) > DELIVERIES_PAGE else None,
    )


@router.post(
    "/deliveries/{delivery_id}/redeliver",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(400, 403, 404, 422),
)
async def redeliver(
    delivery_id: Annotated[DeliveryId, Path()], key: IdempotencyKey, actor: PortalsClient, composed: Composed
) -> DeliveryOut:
    """Send an event once more, with the same `webhook-id`; while it is on its way, that is the same sending."""
    known = await composed.webhooks.ledger.find(delivery_id)
    if known is None or known.portal != actor.subject:
        raise _unknown_delivery()
    now = datetime.now(UTC)
    await composed.webhooks.ledger.queue_again(delivery_id, now)
    return _delivery_out(known.model_copy(update={"state": DeliveryState.QUEUED, "changed_at": now}))


def _check(sent: EndpointIn, composed: Parts) -> None:
    if fault := fault_of_url(sent.url, composed.webhooks.plain_allowed):
        error = FieldProblem(field="url", code="wrong_address", message=fault)
        detail = "Исправьте названные поля и отправьте запрос ещё раз."
        raise ProblemError(422, "invalid_request", "Запрос заполнен неверно", detail, errors=[error])


async def _own(composed: Parts, actor: Actor, endpoint_id: str) -> Endpoint:
    """The portal's endpoint; another's is not told from one that is not there."""
    found = await composed.webhooks.endpoints.find(endpoint_id)
    if found is None or found.portal != actor.subject:
        raise ProblemError(404, "unknown_endpoint", "Адрес не найден", "Проверьте идентификатор по списку.")
    return found


def _unknown_delivery() -> ProblemError:
    return ProblemError(404, "unknown_delivery", "Уведомление не найдено", "Проверьте идентификатор по журналу.")


def _id(actor: Actor, what: str, key: str) -> str:
    return hashlib.sha256(canonical([what, actor.subject, key])).hexdigest()[:32]


def _endpoint_out(endpoint: Endpoint, secret: str | None = None) -> EndpointOut:
    return EndpointOut(secret=secret, **endpoint.model_dump(exclude={"portal"}))


def _delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(**delivery.model_dump(exclude={"portal", "payload", "queued_at"}))
