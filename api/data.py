"""Provided data out of the cabinet: for the citizen's side alone, while they are kept, and on record (DAT-2)."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api.appeals import problems
from api.dependencies import Composed
from api.problems import ProblemError
from api.rights import Caller, case_for
from domain.appeal import DataFormat, Status
from domain.case import CaseView
from domain.contracts.commands import Command, FetchData
from domain.rights import Operation

CHUNK_BYTES = 64 * 1024

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(sorted({known.media_type for known in DataFormat}), _BINARY)}
}

router = APIRouter(prefix="/v1/appeals/{number}/data", tags=["appeals"])


@router.get("", responses=_FILE | problems(403, 404, 409, 422), response_class=StreamingResponse)
async def read_data(
    view: Annotated[CaseView, Depends(case_for(Operation.FETCH_DATA))], actor: Caller, composed: Composed
) -> StreamingResponse:
    """The encrypted file with the data that the appeal asks for; it opens with the code out of the SMS.

    First the case puts on record who takes it, and refuses when it is not there yet or not any more.
    """
    parcel_id, name, media_type = _offered(view)
    await composed.cases.decide(view.number, Command(id=uuid4().hex, actor=actor, decision=FetchData()))
    try:
        content = await composed.parcels.content(view.number, parcel_id)
    except LookupError:
        raise _absent() from None
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_chunks(content), media_type=media_type, headers=headers)


def _offered(view: CaseView) -> tuple[str, str, str]:
    """The file's id, name and media type."""
    prepared = view.facts.provision.prepared
    if view.data_request is None or prepared is None or view.status is not Status.APPROVED:
        raise _absent()
    return prepared.parcel_id, view.data_request.format.file_name, view.data_request.format.media_type


def _absent() -> ProblemError:
    return ProblemError(
        404, "no_data", "Данных нет", "Данные ещё не готовы, отправлены другим способом или срок их хранения истёк."
    )


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]
