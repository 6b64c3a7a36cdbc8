"""Delivering messages: each reaches its recipient once, or the ledger says honestly why not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.credentials import CredentialVault
from activities.interfaces import NotificationActivities
from domain.case import CaseView
from domain.contracts.commands import ReportDelivery
from domain.contracts.journal import Message, Moment
from domain.notifications import DeliveryChannel, MessageState, Recipient, Template
from domain.sealing import Erased
from infra.engine import DELIVERY_HEARTBEAT_TIMEOUT, CaseReports
from infra.gateways import Attachment, EmailGateway, PushGateway, Refused, SmsGateway, Unanswered, Unavailable
from infra.letters import password_letter
from infra.rendering import MOSCOW, RenderedMessage, Renderer, of_case
from store.messages import Ledger, LedgerEntry
from store.parcels import Parcels
from store.register import Register

SENT_WITHIN = timedelta(seconds=15)
"""No sending of an e-mail takes longer, noting it in the ledger included: it is broken off then."""
SURELY_OVER = timedelta(seconds=30)
"""So long after an e-mail's sending began it is not under way any more, and the mail system can be asked."""
LETTER_NAME = "Одноразовый пароль.pdf"


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Tell the engine that this worker lives, so that it hands the delivery to another one only if not."""

    async def beat() -> None:
        while True:
            # First the pause: most deliveries end within it, and a heartbeat is an action that has its price.
            await asyncio.sleep(DELIVERY_HEARTBEAT_TIMEOUT.total_seconds() / 4)
            activity.heartbeat()

    heart = asyncio.create_task(beat())
    try:
        yield
    finally:
        heart.cancel()


@dataclass(frozen=True)
class Texts:
    """What every text may refer to, whatever the case: links are templates with `{number}`."""

    status_url: str
    result_url: str
    help_phone: str
    staff_emails: Mapping[Recipient, str]


@dataclass(frozen=True)
class Messenger(NotificationActivities):
    """The body of `NotificationActivities`."""

    case_register: Register
    ledger: Ledger
    vault: CredentialVault
    parcels: Parcels
    reports: CaseReports
    renderer: Renderer
    email: EmailGateway
    sms: SmsGateway
    push: PushGateway
    texts: Texts
    patience: timedelta

    @activity.defn
    async def deliver_messages(self, moment: Moment) -> None:
        try:
            view = await self.case_register.view(moment.number)
        except Erased:
            return  # nobody can say any more what was to be sent to whom
        if view is None:
            raise ApplicationError(f"{moment.number} is not in the register yet")
        fast_by = datetime.now(UTC) - activity.info().started_time
        entries = await self.ledger.of_moment(moment)
        async with beating():
            # Side by side: what is wrong with one channel holds up no other.
            outcomes = await asyncio.gather(
                *(self._deliver(view, e, fast_by) for e in entries if not e.state.is_final), return_exceptions=True
            )
        if defects := [outcome for outcome in outcomes if isinstance(outcome, BaseException)]:
            raise defects[0]
        if troubles := [str(outcome) for outcome in outcomes if outcome]:
            raise ApplicationError("; ".join(troubles), type="GatewayTrouble")
        for credential_id in {e.message.credential_id for e in entries if e.message.credential_id}:
            await self.vault.destroy(credential_id)
            if moment.template is Template.DATA_SENT:
                await self.parcels.destroy(credential_id)

    async def _deliver(self, view: CaseView, entry: LedgerEntry, fast_by: timedelta) -> str | None:
        """Deliver one message as far as that is possible now; the trouble if it has to be tried again.

        `fast_by` is by how much this worker's clock is before the engine's, which is the same for every worker.
        """
        key = entry.message.key
        address = self._address(view, entry.message)
        if address is None:
            await self.ledger.settle(key, MessageState.SKIPPED, "no address for this channel")
            return None
        try:
            if entry.state is MessageState.SENDING and await self._has_arrived(entry, datetime.now(UTC) - fast_by):
                await self.ledger.settle(key, MessageState.ACCEPTED)
                return None
            await self._send(view, entry, address, fast_by)
        except Refused as refusal:
            await self._give_up(view, key, "failed", str(refusal))
        except _Unknown:
            await self._give_up(view, key, "unknown", "the gateway can't say whether it took the message")
        except _UnderWay:
            return f"{entry.message.channel}: an earlier sending may be under way"
        except Unavailable as trouble:
            if datetime.now(UTC) - fast_by - entry.queued_at < self.patience:
                state = MessageState.SENDING if isinstance(trouble, Unanswered) else MessageState.QUEUED
                await self.ledger.settle(key, state, str(trouble), attempt=entry.attempts + 1)
                return f"{entry.message.channel}: {trouble}"
            await self._give_up(view, key, "failed", str(trouble))
        return None

    async def _has_arrived(self, entry: LedgerEntry, now: datetime) -> bool:
        """Whether an earlier attempt, cut off in the middle, did send the message.

        SMS and push gateways are asked by sending again under the same idempotency key.
        """
        if entry.message.channel is not DeliveryChannel.EMAIL:
            return False
        # An attempt that the engine has given up may still be sending. One that has noted why it ended is not.
        if entry.reason is None and now - entry.changed_at < SURELY_OVER:
            raise _UnderWay
        accepted = await self.email.was_accepted(entry.message.key)
        if accepted is None:
            raise _Unknown
        return accepted

    async def _send(self, view: CaseView, entry: LedgerEntry, address: str, fast_by: timedelta) -> None:
        message = entry.message
        rendered, attachments = await self._rendered(view, message)
        ends_at = asyncio.get_running_loop().time() + SENT_WITHIN.total_seconds()
        if not await self.ledger.begin_sending(entry, datetime.now(UTC) - fast_by):
            raise _UnderWay
        match message.channel:
            case DeliveryChannel.EMAIL:
                await self._send_email(message.key, address, rendered, attachments, ends_at)
            case DeliveryChannel.SMS:
                await self.sms.send(message.key, address, rendered)
            case DeliveryChannel.PUSH:
                link = self.texts.status_url.format(number=view.number)
                await self.push.send(message.key, address, rendered, link)
        await self.ledger.settle(message.key, MessageState.ACCEPTED)

    async def _send_email(
        self, key: str, address: str, rendered: RenderedMessage, attachments: list[Attachment], ends_at: float
    ) -> None:
        try:
            async with asyncio.timeout_at(ends_at):
                await self.email.send(key, address, rendered, attachments)
        except TimeoutError:
            raise Unanswered("the mail server takes too long") from None

    async def _rendered(self, view: CaseView, message: Message) -> tuple[RenderedMessage, list[Attachment]]:
        texts = self.texts
        context = message.context | of_case(view, texts.status_url, texts.result_url, texts.help_phone)
        if message.credential_id is None:
            return self.renderer.render(message.template, message.channel, context), []
        attachments: list[Attachment] = []
        match message.channel, message.template:
            case DeliveryChannel.SMS, _:  # the code goes this way only
                context["opening_code"] = (await self.vault.open(view.number, message.credential_id)).opening_code
            case DeliveryChannel.EMAIL, Template.PASSWORD_ISSUED:
                attachments = [await self._letter(view, message.credential_id, context)]
            case DeliveryChannel.EMAIL, Template.DATA_SENT:
                attachments = [await self._data(view, message.credential_id)]
        return self.renderer.render(message.template, message.channel, context), attachments

    async def _letter(self, view: CaseView, credential_id: str, context: Mapping[str, str]) -> Attachment:
        credential = await self.vault.open(view.number, credential_id)
        letter = await asyncio.to_thread(
            password_letter,
            password=credential.password,
            opening_code=credential.opening_code,
            full_name=view.details.full_name or "",
            login=context["login"],
            number=view.number,
            expires_at=datetime.fromisoformat(context["expires_at"]),
            time_zone=view.details.time_zone or MOSCOW,
        )
        return Attachment(filename=LETTER_NAME, content=letter)

    async def _data(self, view: CaseView, parcel_id: str) -> Attachment:
        if view.data_request is None:
            raise LookupError(f"{view.number} asks for no data")
        written = view.data_request.format
        return Attachment(written.file_name, await self.parcels.content(view.number, parcel_id), written.media_type)

    async def _give_up(self, view: CaseView, key: str, outcome: Literal["failed", "unknown"], reason: str) -> None:
        # The case first: told twice it takes it once, but a settled message would not be told again.
        await self.reports.report(view, ReportDelivery(message_key=key, outcome=outcome, reason=reason))
        await self.ledger.settle(key, MessageState(outcome), reason)

    def _address(self, view: CaseView, message: Message) -> str | None:
        if message.recipient is not Recipient.CITIZEN:
            return self.texts.staff_emails[message.recipient]
        return {
            DeliveryChannel.EMAIL: view.details.email,
            DeliveryChannel.SMS: view.details.phone,
            DeliveryChannel.PUSH: view.details.device_token,
        }[message.channel]


class _Unknown(Exception):
    """Nobody can say whether the message arrived."""


class _UnderWay(Exception):
    """Another attempt, perhaps one that the engine has given up, may be sending this very message."""
