"""Gateways of SMS, push notices and one-time codes: a message is accepted once per idempotency key."""

from typing import Annotated, Literal
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from sandbox import clock
from sandbox.idempotency import IdempotencyKey
from sandbox.parts import part
from sandbox.storage import Document, Store

BLOCKED_PHONE = "blocked-phone"

Gateway = Literal["sms", "push", "codes"]
StorePart = Annotated[Store, part(Store)]
router = APIRouter(tags=["gateways"])


class Sms(BaseModel):
    to: str
    text: str


class Push(BaseModel):
    device_token: str
    title: str
    body: str
    link: str | None = None


class Code(BaseModel):
    channel: Literal["sms", "email"]
    to: str
    text: str


@router.post("/sms/messages", status_code=202)
async def send_sms(message: Sms, key: IdempotencyKey, store: StorePart) -> Document:
    _refuse_blocked(store, message.to)
    return _accept(store, "sms", key, message)


@router.post("/push/messages", status_code=202)
async def send_push(message: Push, key: IdempotencyKey, store: StorePart) -> Document:
    return _accept(store, "push", key, message)


@router.post("/codes/messages", status_code=202)
async def send_code(message: Code, key: IdempotencyKey, store: StorePart) -> Document:
    _refuse_blocked(store, message.to)
    return _accept(store, "codes", key, message)


@router.get("/{gateway}/messages")
async def accepted(
    gateway: Gateway, store: StorePart, to: str | None = None, device_token: str | None = None
) -> list[Document]:
    """What the gateway has accepted, oldest first; `device_token` is what push calls the addressee."""
    wanted = to or device_token
    found = store.every(gateway)
    return [message for message in found if wanted in (None, message.get("to", message.get("device_token")))]


@router.get("/{gateway}/messages/{message_id}")
async def one(gateway: Gateway, message_id: str, store: StorePart) -> Document:
    found = store.get(gateway, message_id)
    if found is None:
        raise HTTPException(404, "no such message")
    return found


@router.get("/sms/blocklist")
async def blocklist(store: StorePart) -> list[str]:
    return [entry["phone"] for entry in store.every(BLOCKED_PHONE)]


@router.put("/sms/blocklist/{phone}", status_code=204)
async def block(phone: str, store: StorePart) -> None:
    store.put((BLOCKED_PHONE, phone, {"phone": phone}))


@router.delete("/sms/blocklist/{phone}", status_code=204)
async def unblock(phone: str, store: StorePart) -> None:
    store.delete(BLOCKED_PHONE, phone)


def _refuse_blocked(store: Store, phone: str) -> None:
    if store.get(BLOCKED_PHONE, phone):
        raise HTTPException(422, "the subscriber takes no messages")


def _accept(store: Store, gateway: Gateway, key: str, message: BaseModel) -> Document:
    """Keep the message unless its key is known; the id is made from the key, so the answer is the same."""
    message_id = str(uuid5(NAMESPACE_URL, f"{gateway}:{key}"))
    answer: Document = {"message_id": message_id, "status": "accepted"}
    if store.get(gateway, message_id) is None:
        facts = {"accepted_at": clock.stamp(clock.now()), "idempotency_key": key}
        store.put((gateway, message_id, answer | message.model_dump() | facts))
    return answer
