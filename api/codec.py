"""The codec server of the engine's web UI: who may, reads there what everybody else sees sealed (ADR 13)."""

from typing import Annotated

import structlog
from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Body, Depends
from google.protobuf import json_format
from google.protobuf.message import DecodeError
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.api.common.v1 import Payloads

from api.dependencies import Caller, Composed
from api.problems import ProblemError
from domain.actors import Actor, Role
from domain.sealing import Erased, NoKey
from infra.codec import SealingCodec, is_sealed, sealed_under

PATH = "/codec"

log = structlog.get_logger()
router = APIRouter(prefix=PATH, include_in_schema=False)


async def reader(actor: Caller) -> Actor:
    """Who may read payloads: the auditor alone. The one place that decides it."""
    if actor.role is not Role.AUDITOR:
        raise ProblemError(
            403, "role_not_allowed", "Чтение не по вашей роли", "Содержание обращений в движке читает только аудитор."
        )
    return actor


Reader = Annotated[Actor, Depends(reader)]
Sent = Annotated[dict[str, object], Body()]


@router.post("/decode")
async def decode(sent: Sent, actor: Reader, composed: Composed) -> dict[str, object]:
    """The payloads, open, in the order in which they came."""
    payloads = _parsed(sent)
    try:
        names = sorted({sealed_under(payload) for payload in payloads.payloads if is_sealed(payload)})
        opened = await SealingCodec(composed.keyring).decode(payloads.payloads)
    except (Erased, NoKey):
        raise _unreadable("Ключ к ним уничтожен, или его никогда не было.") from None
    except (InvalidTag, ValueError, DecodeError):
        raise _unreadable("Они запечатаны не этой системой или повреждены.") from None
    await record_decoding(actor, names)
    answer: dict[str, object] = json_format.MessageToDict(Payloads(payloads=opened))
    return answer


@router.post("/encode")
async def encode(_actor: Reader) -> None:
    """Refused: whoever reads a case here does not write into it."""
    raise ProblemError(403, "encoding_refused", "Запись не разрешена", "Этот адрес только читает.")


async def record_decoding(actor: Actor, names: list[str]) -> None:
    """Write down who has read what, before the answer leaves (AUD-3): the one call site of the access log."""
    log.info("payloads decoded", role=actor.role.value, keys=names)


class CodecCors:
    """Lets pages of the engine's web UI, and of no other origin, call the codec server; nothing else of the API."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app = app
        self._opened = CORSMiddleware(
            app,
            allow_origins=[origin] if origin else [],
            allow_methods=["POST"],
            allow_headers=["Authorization", "Content-Type", "X-Namespace"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_codec = scope["type"] == "http" and scope["path"].startswith(f"{PATH}/")
        await (self._opened if is_codec else self._app)(scope, receive, send)


def _parsed(sent: dict[str, object]) -> Payloads:
    try:
        return json_format.ParseDict(sent, Payloads(), ignore_unknown_fields=True)
    except json_format.ParseError:
        raise ProblemError(422, "not_payloads", "Запрос не разобран", "Нужен список payloads в виде JSON.") from None


def _unreadable(why: str) -> ProblemError:
    return ProblemError(404, "unreadable", "Данные прочитать нельзя", why)
