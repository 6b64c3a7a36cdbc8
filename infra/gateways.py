"""The ways out to citizens: e-mail, SMS and push gateways, and whether a failure is worth another try.

Failures are recorded where personal data may not be, so no error here tells an address or what a gateway said,
and none carries its cause.
"""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import quote

import aiosmtplib
import httpx
from pydantic import BaseModel, ValidationError

from domain.notifications import DeliveryChannel
from infra.rendering import RenderedMessage

HTTP_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
SMTP_TIMEOUT = 20.0

_ONE_MAILBOX = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_WORTH_A_RETRY = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)


class Refused(Exception):
    """The gateway will never take this message: trying again is useless."""


class Unavailable(Exception):
    """The gateway could not take the message now: try again later, with the same key."""


class Unanswered(Unavailable):
    """The connection broke before the answer: the message may have been accepted. See `was_accepted`."""


class Tls(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail."""

    filename: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class EmailGateway:
    """A mail server; `status_url` is where it tells which messages it has accepted, if it does (RES-2).

    SMTP knows no idempotency key: `send` twice is two e-mails. After `Unanswered`, or when a sender died half way,
    ask `was_accepted` first.
    """

    host: str
    port: int
    sender: str
    client: httpx.AsyncClient
    status_url: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls = Tls.STARTTLS
    smtp_timeout: float = SMTP_TIMEOUT
    http_timeout: httpx.Timeout = field(default_factory=lambda: HTTP_TIMEOUT)

    async def send(self, key: str, to: str, rendered: RenderedMessage, attachments: Sequence[Attachment] = ()) -> str:
        """Hand one e-mail over; its Message-ID, without the angle brackets, is made from `key`.

        Raises `Refused` when the server refuses this recipient or content for good, `Unanswered` when the
        connection is lost under way, `Unavailable` for all else, such as a sender or password it does not accept.
        """
        message = self._composed(key, to, rendered, attachments)
        server = self._server()
        try:
            await server.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"no connection to the mail server: {type(error).__name__}") from None
        try:
            async with server:
                await server.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _judged(error) from None
        return self.message_id(key)

    async def was_accepted(self, key: str) -> bool | None:
        """Whether the server has accepted the message with this key; None when it can't be asked.

        Raises `Unavailable` when the question gets no clear answer.
        """
        if not self.status_url:
            return None
        url = f"{self.status_url}/{quote(self.message_id(key), safe='@')}"
        response = await _answer(self.client.get(url, timeout=self.http_timeout))
        match response.status_code:
            case httpx.codes.OK:
                return True
            case httpx.codes.NOT_FOUND:
                return False
        raise Unavailable(f"HTTP {response.status_code}")

    def message_id(self, key: str) -> str:
        """The Message-ID of the e-mail with this key, without the angle brackets."""
        _, _, domain = parseaddr(self.sender)[1].rpartition("@")
        return f"{key.replace(':', '.')}@{domain}"

    def _server(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.tls is Tls.IMPLICIT,
            start_tls=self.tls is Tls.STARTTLS,
            timeout=self.smtp_timeout,
        )

    def _composed(
        self, key: str, to: str, rendered: RenderedMessage, attachments: Sequence[Attachment]
    ) -> EmailMessage:
        message = EmailMessage(SMTP_POLICY)
        message["Message-ID"] = f"<{self.message_id(key)}>"
        message["Date"] = datetime.now(UTC)
        message["From"] = self.sender
        message["To"] = _mailbox(to)
        message["Subject"] = rendered.subject
        message["Auto-Submitted"] = "auto-generated"  # keeps out-of-office replies away (RFC 3834)
        message.set_content(rendered.text)
        if rendered.html is not None:
            message.add_alternative(rendered.html, subtype="html")
        for file in attachments:
            maintype, _, subtype = file.media_type.partition("/")
            message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.filename)
        return message


@dataclass(frozen=True)
class SmsGateway:
    """An HTTP gateway for SMS; a message sent again with the same key is not delivered again (RES-2)."""

    base_url: str
    client: httpx.AsyncClient
    timeout: httpx.Timeout = field(default_factory=lambda: HTTP_TIMEOUT)

    async def send(self, key: str, to: str, rendered: RenderedMessage) -> str:
        """Hand one SMS over to a phone number, +7 and ten digits; the gateway's id of it.

        Raises `Refused` or `Unavailable`.
        """
        return await _post(self, key, {"to": to, "text": rendered.text})


@dataclass(frozen=True)
class PushGateway:
    """An HTTP gateway for push notices; a notice sent again with the same key is not delivered again."""

    base_url: str
    client: httpx.AsyncClient
    timeout: httpx.Timeout = field(default_factory=lambda: HTTP_TIMEOUT)

    async def send(self, key: str, device_token: str, rendered: RenderedMessage, link: str = "") -> str:
        """Hand one notice over to a device; the gateway's id of it. `link` opens on a tap.

        Raises `Refused` or `Unavailable`.
        """
        notice = {"title": rendered.subject, "body": rendered.text, "link": link}
        return await _post(self, key, {"device_token": device_token} | notice)


@dataclass(frozen=True)
class CodeGateway:
    """An HTTP gateway for one-time codes, to a phone or a mail address; with the same key a code is sent once."""

    base_url: str
    client: httpx.AsyncClient
    timeout: httpx.Timeout = field(default_factory=lambda: HTTP_TIMEOUT)

    async def send(self, key: str, channel: DeliveryChannel, to: str, text: str) -> str:
        """Hand the text with the code over; the gateway's id of it.

        Raises `Refused` or `Unavailable`.
        """
        return await _post(self, key, {"channel": channel, "to": to, "text": text})


class _Accepted(BaseModel):
    message_id: str


async def _post(gateway: SmsGateway | PushGateway | CodeGateway, key: str, content: dict[str, str]) -> str:
    url, headers = f"{gateway.base_url}/messages", {"Idempotency-Key": key}
    posting = gateway.client.post(url, json=content, headers=headers, timeout=gateway.timeout)
    response = await _answer(posting)
    if response.is_client_error and response.status_code not in _WORTH_A_RETRY:
        raise Refused(f"HTTP {response.status_code}")
    if response.status_code != httpx.codes.ACCEPTED:
        raise Unavailable(f"HTTP {response.status_code}")
    try:
        return _Accepted.model_validate_json(response.content).message_id
    except ValidationError:
        raise Unavailable("the answer is not what the gateway promises") from None


async def _answer(response: Awaitable[httpx.Response]) -> httpx.Response:
    try:
        return await response
    except httpx.RequestError as error:
        raise Unavailable(f"no answer: {type(error).__name__}") from None


def _mailbox(to: str) -> Address:
    """The address with its domain in ASCII, so that only a local part in Cyrillic needs SMTPUTF8."""
    if not _ONE_MAILBOX.fullmatch(to):
        raise Refused("not an e-mail address")
    local, _, domain = to.rpartition("@")
    try:
        mailbox = Address(username=local, domain=domain.encode("idna").decode())
        aiosmtplib.email.parse_address(mailbox.addr_spec)
    except ValueError:
        raise Refused("not an e-mail address") from None
    return mailbox


def _judged(error: aiosmtplib.SMTPException | OSError) -> Refused | Unavailable:
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[refusal]):
            return _judged_reply(refusal.code)
        case aiosmtplib.SMTPDataError(code=code):
            return _judged_reply(code)
        case aiosmtplib.SMTPNotSupported():
            return Refused("the mail server takes no address in Cyrillic")
        case aiosmtplib.SMTPResponseException(code=code):
            return Unavailable(f"SMTP {code}")
    return Unanswered(f"connection to the mail server lost: {type(error).__name__}")


def _judged_reply(code: int) -> Refused | Unavailable:
    return Refused(f"SMTP {code}") if code >= 500 else Unavailable(f"SMTP {code}")
