"""A mail server that answers as told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 OK"


@dataclass
class Answers:
    """The replies to each command of a delivery, and what was delivered.

    `drops` breaks the connection when the message is there but not yet answered; `delay_s` is before that answer.
    """

    sender: str = TAKEN
    recipient: str = TAKEN
    content: str = TAKEN
    drops: bool = False
    delay_s: float = 0
    port: int = 0
    recipients: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        envelope.mail_from = to
        return self.sender

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        if self.recipient == TAKEN:
            envelope.rcpt_tos.append(to)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.recipients += envelope.rcpt_tos
        self.messages.append(_message(envelope))
        await asyncio.sleep(self.delay_s)
        if self.drops:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.content


def _message(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def mail_server(answers: Answers, *, smtputf8: bool = True) -> AsyncIterator[Answers]:
    """The server on a free port, which `answers` tells."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(answers, enable_SMTPUTF8=smtputf8, loop=loop), "127.0.0.1", 0)
    answers.port = server.sockets[0].getsockname()[1]
    async with server:
        yield answers
