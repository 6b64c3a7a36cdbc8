"""Papers as PDF for the citizen's cabinet: confirmation, written request, official decision (KBA-2, ESC-2, ESC-5)."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.appeals import problems
from api.dependencies import Composed
from api.problems import ProblemError
from api.rights import case_for
from domain.case import CaseView
from domain.rights import Operation
from infra.papers.of_case import confirmation_of, official_decision_of, written_request_of
from infra.papers.paper import Paper

router = APIRouter(prefix="/v1/appeals/{number}", tags=["appeals"], default_response_class=Response)

_PDF: dict[str, Any] = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
_RESPONSES = {200: _PDF} | problems(403, 404, 422)


ReadableCase = Annotated[CaseView, Depends(case_for(Operation.READ_PAPER))]


@router.get("/confirmation", responses=_RESPONSES)
async def read_confirmation(view: ReadableCase, composed: Composed) -> Response:
    """The written confirmation of what was answered (KBA-2)."""
    paper = confirmation_of(view, composed.help_phone)
    if paper is None:
        raise _not_yet("Ответа на обращение ещё нет. О нём сообщим сразу.")
    return await _pdf("confirmation", paper)


@router.get("/request", responses=_RESPONSES)
async def read_request(view: ReadableCase, composed: Composed) -> Response:
    """The citizen's written request to the higher authority (ESC-2)."""
    paper = written_request_of(view, composed.help_phone)
    if paper is None:
        raise _not_yet(
            "Письменный запрос составляется, когда известно ваше первое обращение и собран пакет документов."
        )
    return await _pdf("request", paper)


@router.get("/decision", responses=_RESPONSES)
async def read_decision(view: ReadableCase, composed: Composed) -> Response:
    """The official decision that ends an escalation (ESC-5)."""
    paper = official_decision_of(view, composed.help_phone)
    if paper is None:
        raise _not_yet("Официального решения ещё нет. О нём сообщим сразу.")
    return await _pdf("decision", paper)


def _not_yet(detail: str) -> ProblemError:
    return ProblemError(404, "no_paper_yet", "Документа ещё нет", detail)


async def _pdf(name: str, paper: Paper) -> Response:
    pdf = await asyncio.to_thread(paper.pdf)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
