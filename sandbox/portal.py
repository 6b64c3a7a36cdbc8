"""A portal's own server: keeps the webhooks that it was sent, as they came."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Request

from sandbox import clock
from sandbox.parts import part
from sandbox.storage import Document, Store

KIND = "webhook"
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature", "content-type")

StorePart = Annotated[Store, part(Store)]
router = APIRouter(prefix="/portal/webhooks", tags=["portal"])


@router.post("", status_code=204)
async def receive(request: Request, store: StorePart) -> None:
    """Take an event. A real portal checks the signature first, and takes each `webhook-id` once."""
    headers = {name: request.headers.get(name, "") for name in _SIGNED}
    body = (await request.body()).decode()
    store.put((KIND, uuid4().hex, {"received_at": clock.stamp(clock.now()), "headers": headers, "body": body}))


@router.get("")
async def received(store: StorePart) -> list[Document]:
    """What has come, oldest first, exactly as it came."""
    return store.every(KIND)
