"""The e-mail gateway, against real servers that answer as told."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from infra.gateways import Attachment, EmailGateway, Refused, Tls, Unanswered, Unavailable
from infra.rendering import RenderedMessage
from tests.infra.mail_server import Answers, mail_server
from tests.infra.web_server import WebServer
from tests.sandbox_process import free_ports

pytestmark = pytest.mark.requirement("RES-2")

KEY = "1234567890123456:7:citizen:email"
MESSAGE_ID = "1234567890123456.7.citizen.email@portal.example.ru"
ADDRESS = "anna.petrova@example.ru"
MESSAGE = RenderedMessage("Обращение принято", "Здравствуйте!\n", "<p>Здравствуйте!</p>")
LETTER = Attachment("Одноразовый пароль.pdf", b"%PDF-2.0 \x00\xff")


def gateway(port: int, client: httpx.AsyncClient, status_url: str | None = None, tls: Tls = Tls.NONE) -> EmailGateway:
    return EmailGateway(
        host="127.0.0.1",
        port=port,
        sender="Линия поддержки <support@portal.example.ru>",
        client=client,
        status_url=status_url,
        tls=tls,
        smtp_timeout=0.5,
        http_timeout=httpx.Timeout(0.2),
    )


async def test_an_email_carries_both_forms_and_the_letter(client: httpx.AsyncClient) -> None:
    async with mail_server(Answers()) as server:
        assert await gateway(server.port, client).send(KEY, ADDRESS, MESSAGE, [LETTER]) == MESSAGE_ID
    (message,) = server.messages
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Здравствуйте!"
    assert html.get_content().strip() == "<p>Здравствуйте!</p>"
    (letter,) = message.iter_attachments()
    assert (letter.get_filename(), letter.get_content_type()) == (LETTER.filename, "application/pdf")
    assert letter.get_payload(decode=True) == LETTER.content


async def test_the_headers_say_who_when_and_which(client: httpx.AsyncClient) -> None:
    async with mail_server(Answers()) as server:
        await gateway(server.port, client).send(KEY, ADDRESS, MESSAGE)
    (message,) = server.messages
    assert message["From"] == "Линия поддержки <support@portal.example.ru>"
    assert (message["To"], message["Subject"]) == (ADDRESS, "Обращение принято")
    assert message["Message-ID"] == f"<{MESSAGE_ID}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert datetime.now(UTC) - parsedate_to_datetime(message["Date"]) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("answers", "kind", "reason"),
    [
        (Answers(recipient="550 5.1.1 <anna.petrova@example.ru> unknown"), Refused, "SMTP 550"),
        (Answers(recipient="451 4.7.1 greylisted"), Unavailable, "SMTP 451"),
        (Answers(recipient="421 4.3.2 closing"), Unavailable, "SMTP 421"),
        (Answers(content="552 5.3.4 too big"), Refused, "SMTP 552"),
        (Answers(content="451 4.3.0 no space"), Unavailable, "SMTP 451"),
        (Answers(sender="550 5.7.1 who are you"), Unavailable, "SMTP 550"),
        (Answers(drops=True), Unanswered, "connection to the mail server lost: SMTPServerDisconnected"),
        (Answers(delay_s=1), Unanswered, "connection to the mail server lost: SMTPReadTimeoutError"),
    ],
    ids=lambda value: None if isinstance(value, Answers) else str(getattr(value, "__name__", value)),
)
async def test_a_failure_says_whether_to_try_again_and_nothing_personal(
    client: httpx.AsyncClient, answers: Answers, kind: type[Exception], reason: str
) -> None:
    async with mail_server(answers) as server:
        with pytest.raises(kind) as caught:
            await gateway(server.port, client).send(KEY, ADDRESS, MESSAGE)
    assert type(caught.value) is kind
    assert str(caught.value) == reason
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_an_absent_server_has_certainly_not_accepted(client: httpx.AsyncClient) -> None:
    (port,) = free_ports(1)
    with pytest.raises(Unavailable) as caught:
        await gateway(port, client).send(KEY, ADDRESS, MESSAGE)
    assert type(caught.value) is Unavailable


async def test_nothing_goes_out_in_clear_where_encryption_is_demanded(client: httpx.AsyncClient) -> None:
    async with mail_server(Answers()) as server:
        with pytest.raises(Unavailable):
            await gateway(server.port, client, tls=Tls.STARTTLS).send(KEY, ADDRESS, MESSAGE)
    assert server.recipients == []


async def test_a_cyrillic_domain_needs_nothing_special(client: httpx.AsyncClient) -> None:
    async with mail_server(Answers(), smtputf8=False) as server:
        await gateway(server.port, client).send(KEY, "ivan@почта.рф", MESSAGE)
    assert server.recipients == ["ivan@xn--80a1acny.xn--p1ai"]


async def test_a_cyrillic_mailbox_needs_smtputf8(client: httpx.AsyncClient) -> None:
    async with mail_server(Answers(), smtputf8=True) as server:
        await gateway(server.port, client).send(KEY, "иван@почта.рф", MESSAGE)
    assert server.recipients == ["иван@xn--80a1acny.xn--p1ai"]
    async with mail_server(Answers(), smtputf8=False) as server:
        with pytest.raises(Refused):
            await gateway(server.port, client).send(KEY, "иван@почта.рф", MESSAGE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@example.ru",
        "anna@exa mple.ru",
        "an na@example.ru",
        "anna@" + 64 * "ы",
        "anna@example.ru\r\nBcc: all@example.ru",
        "a@b.ru>\r\nRCPT TO:<c@d.ru",
    ],
)
async def test_what_is_no_address_is_refused(client: httpx.AsyncClient, address: str) -> None:
    async with mail_server(Answers()) as server:
        with pytest.raises(Refused):
            await gateway(server.port, client).send(KEY, address, MESSAGE)
    assert server.recipients == []


@pytest.mark.parametrize(("status", "accepted"), [(200, True), (404, False)])
async def test_the_server_is_asked_by_message_id(
    web: WebServer, client: httpx.AsyncClient, status: int, accepted: bool
) -> None:
    web.answers(status)
    assert await gateway(25, client, f"{web.url}/status").was_accepted(KEY) is accepted
    assert web.requests == [("GET", f"/status/{MESSAGE_ID}", None, None)]


async def test_a_server_that_cannot_be_asked_gives_no_answer(client: httpx.AsyncClient) -> None:
    assert await gateway(25, client).was_accepted(KEY) is None


@pytest.mark.parametrize(("status", "delay_s"), [(500, 0), (302, 0), (401, 0), (200, 0.4)])
async def test_an_unclear_answer_is_no_answer(
    web: WebServer, client: httpx.AsyncClient, status: int, delay_s: float
) -> None:
    web.answers(status, delay_s=delay_s)
    with pytest.raises(Unavailable):
        await gateway(25, client, web.url).was_accepted(KEY)
