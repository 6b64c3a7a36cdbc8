"""SMS, push and one-time codes: one message per idempotency key."""

from typing import Any

import httpx
import pytest

MESSAGES: dict[str, dict[str, Any]] = {
    "sms": {"to": "+79000009001", "text": "Обращение 12345674 принято"},
    "push": {"device_token": "device-1", "title": "Принято", "body": "Обращение 12345674", "link": None},
    "codes": {"channel": "sms", "to": "+79000009001", "text": "Код: 402917"},
}
ADDRESSEE = {"sms": "to", "push": "device_token", "codes": "to"}
GATEWAYS = pytest.mark.parametrize("gateway", MESSAGES)


def send(http: httpx.Client, gateway: str, key: str, **changes: str) -> httpx.Response:
    message = MESSAGES[gateway] | changes
    return http.post(f"/{gateway}/messages", json=message, headers={"Idempotency-Key": key})


@GATEWAYS
def test_a_message_is_accepted_once_per_key(http: httpx.Client, gateway: str) -> None:
    mine = {ADDRESSEE[gateway]: "once per key"}
    first, again, other = (send(http, gateway, key, **mine) for key in ("key-1", "key-1", "key-2"))
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json() != other.json()
    assert first.json()["status"] == "accepted"

    listed = http.get(f"/{gateway}/messages", params=mine).json()
    assert [message["idempotency_key"] for message in listed] == ["key-1", "key-2"]
    accepted_at = listed[0].pop("accepted_at")
    assert accepted_at.endswith("Z")
    assert listed[0] == {**MESSAGES[gateway], **mine, **first.json(), "idempotency_key": "key-1"}


@GATEWAYS
def test_a_message_needs_a_key(http: httpx.Client, gateway: str) -> None:
    assert http.post(f"/{gateway}/messages", json=MESSAGES[gateway]).status_code == 400


@GATEWAYS
def test_one_message_is_looked_at_by_its_id(http: httpx.Client, gateway: str) -> None:
    message_id = send(http, gateway, "by-id").json()["message_id"]
    assert http.get(f"/{gateway}/messages/{message_id}").json()["idempotency_key"] == "by-id"
    assert http.get(f"/{gateway}/messages/unknown").status_code == 404


@GATEWAYS
def test_messages_are_listed_by_addressee(http: httpx.Client, gateway: str) -> None:
    send(http, gateway, "somebody-else", **{ADDRESSEE[gateway]: "somebody else"})
    for parameter in {ADDRESSEE[gateway], "to"}:
        (only,) = http.get(f"/{gateway}/messages", params={parameter: "somebody else"}).json()
        assert only["idempotency_key"] == "somebody-else"


@pytest.mark.parametrize("gateway", ["sms", "codes"])
def test_a_blocked_phone_is_refused_for_good(http: httpx.Client, gateway: str) -> None:
    phone = "+79000009999"
    http.put(f"/sms/blocklist/{phone}").raise_for_status()
    assert http.get("/sms/blocklist").json() == [phone]
    assert send(http, gateway, "blocked", to=phone).status_code == 422
    http.delete(f"/sms/blocklist/{phone}").raise_for_status()
    assert send(http, gateway, "blocked", to=phone).status_code == 202
