"""SMS and push gateways, against a real server that answers as told."""

import httpx
import pytest

from infra.gateways import PushGateway, Refused, SmsGateway, Unavailable
from infra.rendering import RenderedMessage
from tests.infra.web_server import WebServer
from tests.sandbox_process import free_ports

pytestmark = pytest.mark.requirement("RES-2")

KEY = "1234567890123456:7:citizen:sms"
PHONE = "+79991234567"
MESSAGE = RenderedMessage("Доступ восстановлен", "Результат уже в приложении.")
IMPATIENT = httpx.Timeout(0.2)


async def test_an_sms_is_posted_with_its_key(web: WebServer, client: httpx.AsyncClient) -> None:
    assert await SmsGateway(f"{web.url}/sms", client).send(KEY, PHONE, MESSAGE) == "m-1"
    assert web.requests == [("POST", "/sms/messages", KEY, {"to": PHONE, "text": MESSAGE.text})]


async def test_a_push_notice_has_a_title_and_a_link(web: WebServer, client: httpx.AsyncClient) -> None:
    link = "https://portal.example.ru/appeals/1"
    assert await PushGateway(f"{web.url}/push", client).send(KEY, "token-1", MESSAGE, link) == "m-1"
    notice = {"device_token": "token-1", "title": MESSAGE.subject, "body": MESSAGE.text, "link": link}
    assert web.requests == [("POST", "/push/messages", KEY, notice)]


@pytest.mark.parametrize("gateway", [SmsGateway, PushGateway])
@pytest.mark.parametrize("status", [400, 404, 413, 422])
async def test_a_refusal_is_for_good(
    web: WebServer, client: httpx.AsyncClient, gateway: type[SmsGateway | PushGateway], status: int
) -> None:
    web.answers(status, f'{{"detail": "{PHONE} takes no messages"}}')
    with pytest.raises(Refused, match=f"^HTTP {status}$"):
        await gateway(web.url, client).send(KEY, PHONE, MESSAGE)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (408, "{}"),
        (429, "{}"),
        (500, "{}"),
        (503, "{}"),
        (302, "{}"),
        (200, '{"message_id": "m-1"}'),
        (202, "<h1>It works!</h1>"),
        (202, ""),
        (202, "[]"),
        (202, '{"message_id": null}'),
    ],
)
async def test_trouble_is_worth_a_retry(web: WebServer, client: httpx.AsyncClient, status: int, body: str) -> None:
    web.answers(status, body)
    with pytest.raises(Unavailable):
        await SmsGateway(web.url, client).send(KEY, PHONE, MESSAGE)


async def test_a_silent_gateway_is_not_waited_for(web: WebServer, client: httpx.AsyncClient) -> None:
    web.answers(202, delay_s=0.4)
    with pytest.raises(Unavailable, match="ReadTimeout"):
        await SmsGateway(web.url, client, IMPATIENT).send(KEY, PHONE, MESSAGE)
    assert len(web.requests) == 1


async def test_an_absent_gateway_is_unavailable(client: httpx.AsyncClient) -> None:
    (port,) = free_ports(1)
    with pytest.raises(Unavailable, match="ConnectError") as caught:
        await PushGateway(f"http://127.0.0.1:{port}", client).send(KEY, "token-1", MESSAGE)
    assert caught.value.__cause__ is None
