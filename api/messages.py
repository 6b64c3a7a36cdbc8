"""What an appeal has sent to whom over what, and how that went (RES-2)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel

from api.appeals import problems
from api.dependencies import Composed
from api.etags import SAME_AS_READ, KnownStates, unless_known
from api.rights import case_for
from domain.case import CaseView
from domain.notifications import DeliveryChannel, MessageState, Recipient, Template
from domain.rights import Operation
from store.messages import Ledger, LedgerEntry

router = APIRouter(prefix="/v1/appeals/{number}/messages", tags=["appeals"])


class MessageOut(BaseModel):
    """One message. `unknown` means that nobody can say whether it arrived: it is not sent again."""

    template: Template
    recipient: Recipient
    channel: DeliveryChannel
    state: MessageState
    reason: str | None = None
    attempts: int
    queued_at: AwareDatetime
    changed_at: AwareDatetime


class MessagesOut(BaseModel):
    number: str
    messages: list[MessageOut]


@router.get("", response_model=MessagesOut, responses=problems(404, 422) | SAME_AS_READ)
async def read_messages(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_MESSAGES))], composed: Composed, known: KnownStates
) -> Response:
    """The ledger of the appeal's messages, in the order they were queued; their texts are not in it."""
    entries = await Ledger(composed.register.engine, composed.keyring).of_case(view.number)
    told = MessagesOut(number=view.number, messages=[message_out(entry) for entry in entries])
    return unless_known(told, known)


def message_out(entry: LedgerEntry) -> MessageOut:
    """A message as callers read it."""
    told = entry.model_dump(include={"state", "reason", "attempts", "queued_at", "changed_at"})
    return MessageOut(**entry.message.model_dump(include={"template", "recipient", "channel"}), **told)
