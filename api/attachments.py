"""Files of an appeal over HTTP: attach one, list them, take one back, look at its preview (ATT-1, ATT-2)."""

import tempfile
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO, cast
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Request, Response, status
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel

from api.appeals import problems
from api.dependencies import Composed, Files, IdempotencyKey
from api.idempotency import mark_replayed
from api.problems import ProblemError, key_reused, unavailable
from api.rights import Caller, case_for
from api.uploads import Received, unfit
from domain.actors import Actor
from domain.appeal import DocumentKind, FileFormat
from domain.attachments import MEDIA_TYPES, Fault, FileState, download_name, safe_name, terms_of, what_to_mend
from domain.case import CaseView
from domain.contracts.attachments import Attachment
from domain.digest import digest
from domain.rights import Operation
from domain.rules import CLOSED
from infra.files.vault import FilesUnavailable

router = APIRouter(prefix="/v1/appeals/{number}/attachments", tags=["attachments"])

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "title": "AttachmentIn",
                    "type": "object",
                    "required": ["kind", "file"],
                    "properties": {
                        "kind": {"$ref": "#/components/schemas/DocumentKind"},
                        "file": {"type": "string", "format": "binary", "description": "PDF, JPG, PNG or DOCX"},
                    },
                }
            }
        },
    }
}
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": dict.fromkeys(MEDIA_TYPES.values(), _BINARY)}}
_PREVIEW: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": _BINARY}}}
_LOCKED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


class AttachmentOut(BaseModel):
    """A file of the appeal; `message` says what to mend in one that was refused."""

    id: str
    kind: DocumentKind
    name: str
    format: FileFormat
    size_bytes: int
    state: FileState
    state_text: str
    message: str | None = None
    received_at: AwareDatetime
    checked_at: AwareDatetime | None = None
    has_preview: bool


_STILL_CHECKED: dict[int | str, dict[str, Any]] = {
    202: {"model": AttachmentOut, "description": "Received, and still being checked"}
}


class AttachmentsOut(BaseModel):
    """The files of an appeal, in the order of their arrival."""

    attachments: list[AttachmentOut]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=_STILL_CHECKED | problems(400, 403, 404, 408, 409, 413, 415, 422),
    openapi_extra=_FORM,
)
async def attach_file(
    view: Annotated[CaseView, Depends(case_for(Operation.ATTACH_FILE))],
    request: Request,
    key: IdempotencyKey,
    actor: Caller,
    composed: Composed,
    response: Response,
) -> AttachmentOut:
    """Attach a file. Its true type and size are checked at once; send `kind` first, so that it ends at its limit.

    A file that passes the scanner is given to the case: as the answer to what it waits for, or as an addition. While
    the scanner is away the answer is 202, nobody sees the file, and it is checked as soon as the scanner is back.
    """
    files = composed.files
    file_id = id_of(view.number, actor, key)
    if view.is_closed and await files.attachments.find(view.number, file_id) is None:
        raise ProblemError(409, "closed", "Обращение закрыто", CLOSED)
    async with files.uploads.received(request, lambda kind: terms_of(kind, view.package)) as received:
        sent, known = await kept(files, view.number, file_id, actor, received)
    known = await screened(files, sent, known)
    if known.state is FileState.REFUSED:
        raise unfit(known.fault or Fault.REJECTED, received.terms)
    if known.state is FileState.WAITING:
        response.status_code = status.HTTP_202_ACCEPTED
    response.headers["Location"] = f"/v1/appeals/{view.number}/attachments/{file_id}"
    mark_replayed(response, known.place != sent.place)
    return _out(view, known)


def id_of(number: str, actor: Actor, key: str) -> str:
    """The id of the file that this request of this caller brings: sent again, it is the same file."""
    return digest(["file", number, actor.role, actor.subject, key])[:32]


async def kept(
    files: Files, number: str, file_id: str, actor: Actor, received: Received
) -> tuple[Attachment, Attachment]:
    """The file as it was sent, and what is on record of it now: the same, or what came before under its id."""
    found = await _inspected(files, received)
    sent = Attachment(
        id=file_id,
        number=number,
        kind=received.terms.kind,
        format=found,
        size_bytes=received.size_bytes,
        received_at=datetime.now(UTC),
        name=safe_name(received.name),
        sha256=received.sha256,
        sender=actor,
        place=uuid4().hex,
    )
    known = await files.attachments.find(number, file_id)
    if known is None:
        await _kept(files, sent, received)
        known = await files.attachments.keep(sent)
        if known.place != sent.place:  # the same request was faster on another way
            await files.vault.remove(number, sent.place)
    return sent, known


async def screened(files: Files, sent: Attachment, known: Attachment) -> Attachment:
    """What the scanner has said of the file so far; raises a `ProblemError` where another one has its id."""
    if (known.sha256, known.kind) != (sent.sha256, sent.kind):
        raise key_reused()
    if known.state is FileState.WAITING:
        await files.screenings.order(known, files.patience_seconds)
        known = await files.attachments.find(known.number, known.id) or known
    return known


@router.get("", responses=problems(403, 404, 422))
async def list_files(
    view: Annotated[CaseView, Depends(case_for(Operation.LIST_FILES))], composed: Composed
) -> AttachmentsOut:
    """The files of the appeal: what became of each, and what to mend."""
    return AttachmentsOut(
        attachments=[_out(view, each) for each in await composed.files.attachments.of_case(view.number)]
    )


FileId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get(
    "/{file_id}",
    response_class=StreamingResponse,
    responses=_FILE | problems(403, 404, 409, 422),
)
async def read_file(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_FILE))], file_id: FileId, composed: Composed
) -> StreamingResponse:
    """The file, to be saved and never to be run by a browser."""
    found = await _clean(view, file_id, composed.files)
    name = download_name(found.name, found.kind, found.format)
    plain = f"{found.kind}.{found.format}"
    headers = _LOCKED | {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Length": str(found.size_bytes),
    }
    pieces = composed.files.vault.pieces(view.number, found.place, found.size_bytes)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[found.format], headers=headers)


@router.get(
    "/{file_id}/preview",
    response_class=Response,
    responses=_PREVIEW | problems(403, 404, 409, 422),
)
async def read_preview(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_FILE))], file_id: FileId, composed: Composed
) -> Response:
    """A PNG of a picture, or of the first page of a PDF."""
    found, files = await _clean(view, file_id, composed.files), composed.files
    shown = None
    if found.format is not FileFormat.DOCX:
        with tempfile.TemporaryFile() as file:
            opened = cast(BinaryIO, file)
            try:
                await files.vault.copy_to(opened, view.number, found.place, found.size_bytes)
            except FilesUnavailable:
                raise unavailable("files_unavailable") from None
            shown = await files.workroom.previewed(opened, found.format)
    if shown is None:
        raise ProblemError(404, "no_preview", "Предпросмотра нет", "Скачайте файл, чтобы посмотреть его.")
    return Response(shown, media_type="image/png", headers=_LOCKED)


async def fit(files: Files, received: Received) -> FileFormat | Fault:
    """The true format of a file that its purpose takes, or what is wrong with it."""
    found = await files.workroom.inspected(received.file)
    return found if isinstance(found, Fault) else received.terms.fault(found, received.size_bytes) or found


async def _inspected(files: Files, received: Received) -> FileFormat:
    found = await fit(files, received)
    if isinstance(found, Fault):
        raise unfit(found, received.terms)
    return found


async def _kept(files: Files, sent: Attachment, received: Received) -> None:
    try:
        await files.vault.keep(sent.number, sent.place, sent.size_bytes, received.file)
    except FilesUnavailable:
        raise unavailable("files_unavailable") from None


async def _clean(view: CaseView, file_id: str, files: Files) -> Attachment:
    found = await files.attachments.find(view.number, file_id)
    if found is None or found.state is FileState.REFUSED:
        raise ProblemError(404, "unknown_file", "Файл не найден", "Посмотрите список файлов обращения.")
    if found.state is FileState.WAITING:
        raise ProblemError(409, "file_waits", "Файл ещё проверяется", "Он откроется, когда закончится проверка.")
    return found


def _out(view: CaseView, found: Attachment) -> AttachmentOut:
    terms = terms_of(found.kind, view.package)
    return AttachmentOut(
        **found.model_dump(include=set(AttachmentOut.model_fields)),
        state_text=found.state.russian,
        message=what_to_mend(found.fault, terms) if found.fault else None,
        has_preview=found.state is FileState.CLEAN and found.format is not FileFormat.DOCX,
    )
