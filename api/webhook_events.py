"""The webhooks in the API's description: what a portal's server is sent, as OpenAPI 3.1 tells it."""

from typing import Annotated

from fastapi import FastAPI, Header, Response, status
from pydantic import AwareDatetime, BaseModel, Field

from domain.appeal import Status
from domain.webhooks import WebhookType


class WebhookData(BaseModel):
    """Which appeal, and as of which entry of its journal; who the citizen is it does not tell."""

    number: str = Field(examples=["4821093755612044"])
    status: Status
    position: int = Field(description="The position in the appeal's journal; later news have a higher one.")


class WebhookEvent(BaseModel):
    """What happened. It may come twice, and out of order: `webhook-id` and `data.position` tell."""

    type: WebhookType
    timestamp: AwareDatetime
    data: WebhookData


def describe_webhooks(app: FastAPI) -> None:
    """Put every type of event into the API's description."""
    for kind in WebhookType:
        app.webhooks.add_api_route(
            kind.value,
            receive_event,
            methods=["POST"],
            status_code=status.HTTP_204_NO_CONTENT,
            response_class=Response,
            tags=["webhooks"],
            summary=kind.explained,
            operation_id=f"receive_{kind.name.lower()}",
        )


async def receive_event(
    event: WebhookEvent,
    event_id: Annotated[str, Header(alias="webhook-id", description="The same however often the event is sent.")],
    timestamp: Annotated[int, Header(alias="webhook-timestamp", description="Seconds of 1970, of this attempt.")],
    signature: Annotated[
        str, Header(alias="webhook-signature", description="By Standard Webhooks: one for each valid secret.")
    ],
) -> None:
    """Your server answers 2xx within 10 seconds, or is asked again for three days; 410 switches the endpoint off.

    Check the signature as standardwebhooks.com describes it, before anything else.
    """
