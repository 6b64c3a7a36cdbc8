"""Papers as PDF for the citizen's cabinet: confirmation, written request, official decision (KBA-2, ESC-2, ESC-5)."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.appeals import problems
from api.dependencies import Composed
from api.problems import ProblemError
from api.rights import case_for
from domain.actors import Role
from domain.appeal import Unit
from domain.case import CaseView
from domain.deadlines import ClockName
from domain.intake import item_name
from domain.rights import Operation
from infra.papers import Confirmation, OfficialDecision, WrittenRequest
from infra.papers.paper import Paper
from infra.rendering import MOSCOW

router = APIRouter(prefix="/v1/appeals/{number}", tags=["appeals"], default_response_class=Response)

_PDF: dict[str, Any] = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
_RESPONSES = {200: _PDF} | problems(403, 404, 422)


ReadableCase = Annotated[CaseView, Depends(case_for(Operation.READ_PAPER))]


@router.get("/confirmation", responses=_RESPONSES)
async def read_confirmation(view: ReadableCase, composed: Composed) -> Response:
    """The written confirmation of what was answered (KBA-2)."""
    answer, answered_at = view.facts.dialogue.answer, view.facts.dialogue.answered_at
    if answer is None or answered_at is None:
        raise _not_yet("Ответа на обращение ещё нет. О нём сообщим сразу.")
    paper = Confirmation(
        **_common(view, answered_at, composed.help_phone),
        received_at=view.received_at,
        answered_at=answered_at,
        status=view.status.russian,
        question=view.details.description or "",
        answer=answer.summary,
        steps=answer.steps,
        acts=view.facts.dialogue.acts,
    )
    return await _pdf("confirmation", paper)


@router.get("/request", responses=_RESPONSES)
async def read_request(view: ReadableCase, composed: Composed) -> Response:
    """The citizen's written request to the higher authority (ESC-2)."""
    request = view.facts.escalation.request
    if request is None:
        raise _not_yet(
            "Письменный запрос составляется, когда известно ваше первое обращение и собран пакет документов."
        )
    paper = WrittenRequest(
        **_common(view, request.composed_at, composed.help_phone),
        first_number=request.first_number,
        first_at=request.first_at,
        addressee=Unit.QUALITY_CONTROL.russian.capitalize(),
        problem=request.problem,
        documents=[item_name(f"scan:{kind}") for kind in request.documents],
    )
    return await _pdf("request", paper)


@router.get("/decision", responses=_RESPONSES)
async def read_decision(view: ReadableCase, composed: Composed) -> Response:
    """The official decision that ends an escalation (ESC-5)."""
    official, request = view.facts.escalation.decision, view.facts.escalation.request
    if official is None:
        raise _not_yet("Официального решения ещё нет. О нём сообщим сразу.")
    # As it was before the decision stopped it.
    clock = view.clocks[ClockName.ESCALATION].model_copy(update={"stopped_at": None})
    paper = OfficialDecision(
        **_common(view, official.decided_at, composed.help_phone),
        first_number=request.first_number if request else None,
        first_at=request.first_at if request else None,
        received_at=view.registered_at,
        granted=official.granted,
        decision=official.decision,
        grounds=official.grounds,
        decided_by=_DECIDERS[official.decided_by],
        due_at=clock.due_at() or official.decided_at,
        due_explained=clock.explain().sentence,
    )
    return await _pdf("decision", paper)


_DECIDERS = {
    Role.QUALITY_CONTROL: Unit.QUALITY_CONTROL.russian.capitalize(),
    Role.SUPERVISOR: "Руководитель линии поддержки",
}


def _common(view: CaseView, made_at: datetime, help_phone: str) -> dict[str, Any]:
    return {
        "number": view.number,
        "full_name": view.details.full_name or "",
        "made_at": made_at,
        "time_zone": view.details.time_zone or MOSCOW,
        "help_phone": help_phone,
    }


def _not_yet(detail: str) -> ProblemError:
    return ProblemError(404, "no_paper_yet", "Документа ещё нет", detail)


async def _pdf(name: str, paper: Paper) -> Response:
    pdf = await asyncio.to_thread(paper.pdf)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
