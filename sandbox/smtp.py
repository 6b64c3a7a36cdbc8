"""The mail server: it takes mail for anybody but "nobody", unless a fault is ordered."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox import mailbox
from sandbox.faults import Faults
from sandbox.settings import HOST
from sandbox.storage import Store

UNKNOWN_RECIPIENT = "nobody"


class Postman:
    """Answers the SMTP commands that matter; the names of the methods are aiosmtpd's."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._faults.take("smtp", "slow", "unavailable")
        if fault and fault.mode == "unavailable":
            return "421 4.3.2 Service not available"
        await asyncio.sleep(fault.delay_s if fault else 0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.partition("@")[0].casefold() == UNKNOWN_RECIPIENT:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._faults.take("smtp", "timeout_after_work", "garbage")
        if fault and fault.mode == "garbage":
            return "451 4.3.0 Local error in processing"
        mailbox.keep(self._store, envelope.original_content or b"", envelope.rcpt_tos)
        if fault:
            await _hang_up(server)
        return "250 2.0.0 OK"


async def _hang_up(server: SMTP) -> None:
    """Drop the connection; its loss cancels the session's task, and with it the reply."""
    if server.transport is not None:
        server.transport.close()
    await asyncio.Event().wait()


async def listen(postman: Postman, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(postman, hostname="sandbox", enable_SMTPUTF8=True, loop=loop), HOST, port
    )
