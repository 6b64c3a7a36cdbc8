"""The mailbox: accepted e-mails as documents, with their attachments apart."""

import base64
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Response

from sandbox import clock
from sandbox.parts import part
from sandbox.storage import Document, Store

MAIL = "mail"
ATTACHMENT = "attachment"
ACCEPTED = "accepted-message-id"

StorePart = Annotated[Store, part(Store)]
router = APIRouter(prefix="/inbox", tags=["mail"])


def keep(store: Store, raw: bytes, recipients: list[str]) -> None:
    """Put an accepted e-mail into the mailbox, each time anew: a duplicate is to be seen as one."""
    parsed = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    attachments = list(parsed.iter_attachments())
    mail = _described(parsed, attachments, recipients)
    first_accepted = store.get(ACCEPTED, mail["message_id"]) or {"accepted_at": mail["received_at"]}
    store.put(
        (MAIL, mail["id"], mail),
        (ACCEPTED, mail["message_id"], first_accepted),
        *((ATTACHMENT, f"{mail['id']}/{n}", _content(each)) for n, each in enumerate(attachments)),
    )


def _described(parsed: EmailMessage, attachments: Sequence[MIMEPart], recipients: list[str]) -> Document:
    mail_id = uuid4().hex
    return {
        "id": mail_id,
        "message_id": str(parsed["Message-ID"] or f"{mail_id}@sandbox").strip().strip("<>"),
        "to": ", ".join(recipients),
        "subject": str(parsed["Subject"] or ""),
        "text": _body(parsed, "plain"),
        "html": _body(parsed, "html"),
        "received_at": clock.stamp(clock.now()),
        "attachments": [_listed(n, each) for n, each in enumerate(attachments)],
    }


def _body(parsed: EmailMessage, subtype: str) -> str | None:
    found = parsed.get_body((subtype,))
    return str(found.get_content()).replace("\r\n", "\n") if found else None


def _bytes(attachment: MIMEPart) -> bytes:
    payload = attachment.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else attachment.as_bytes()


def _listed(index: int, attachment: MIMEPart) -> Document:
    return {
        "index": index,
        "name": attachment.get_filename(f"{index}"),
        "content_type": attachment.get_content_type(),
        "size_bytes": len(_bytes(attachment)),
    }


def _content(attachment: MIMEPart) -> Document:
    return {"base64": base64.b64encode(_bytes(attachment)).decode()}


@router.get("/messages")
async def messages(store: StorePart, to: str | None = None) -> list[Document]:
    """The accepted e-mails, newest last, all or those to one address."""
    return [mail for mail in store.every(MAIL) if to is None or to in mail["to"].split(", ")]


@router.get("/messages/{mail_id}/attachments/{index}")
async def attachment(mail_id: str, index: int, store: StorePart) -> Response:
    mail, content = store.get(MAIL, mail_id), store.get(ATTACHMENT, f"{mail_id}/{index}")
    if mail is None or content is None:
        raise HTTPException(404, "no such attachment")
    # Saved and never shown in place: what came by mail must not run in the sandbox's own pages.
    return Response(
        base64.b64decode(content["base64"]),
        media_type=mail["attachments"][index]["content_type"],
        headers={"Content-Disposition": "attachment"},
    )


@router.get("/accepted/{message_id:path}")
async def accepted(message_id: str, store: StorePart) -> Document:
    """The mail provider's own answer to "did you take this message?"."""
    found = store.get(ACCEPTED, message_id.strip("<>"))
    if found is None:
        raise HTTPException(404, "not accepted")
    return found
