"""The papers of an escalation as PDF, for the citizen's cabinet: the written request and the official decision."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.appeals import problems
from api.dependencies import Caller, Composed, SeenCase
from api.problems import ProblemError
from domain.actors import Role
from domain.appeal import Unit
from domain.case import CaseView
from domain.deadlines import ClockName
from domain.facts import IssuedDecision
from domain.intake import item_name
from domain.number import format_number
from domain.rights import may_read_papers
from infra.rendering import MOSCOW, local_time, one_line
from infra.typesetting import typeset

router = APIRouter(prefix="/v1/appeals/{number}", tags=["appeals"], default_response_class=Response)

_PDF: dict[str, Any] = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
_RESPONSES = {200: _PDF} | problems(403, 404, 422)


async def readable_case(view: SeenCase, actor: Caller) -> CaseView:
    """The case, for whoever may read the papers that were made for its citizen."""
    if not may_read_papers(actor, view):
        raise ProblemError(
            403, "role_not_allowed", "Документ не для вашей роли", "Его читают заявитель и те, кто решает обращение."
        )
    return view


ReadableCase = Annotated[CaseView, Depends(readable_case)]


@router.get("/request", responses=_RESPONSES)
async def read_request(view: ReadableCase, composed: Composed) -> Response:
    """The citizen's written request to the higher authority (ESC-2)."""
    request = view.facts.request
    if request is None:
        raise _not_yet(
            "Письменный запрос составляется, когда известно ваше первое обращение и собран пакет документов."
        )
    content = _common(view, request.composed_at, composed.help_phone) | {
        "addressee": Unit.QUALITY_CONTROL.russian.capitalize(),
        "first_number": format_number(request.first_number),
        "first_at": _told(view, request.first_at),
        "problem": request.problem,
        "documents": [item_name(f"scan:{kind}") for kind in request.documents],
    }
    return await _pdf("request", content, request.composed_at)


@router.get("/decision", responses=_RESPONSES)
async def read_decision(view: ReadableCase, composed: Composed) -> Response:
    """The official decision that ends an escalation (ESC-5)."""
    official, request = view.facts.official, view.facts.request
    if official is None:
        raise _not_yet("Официального решения ещё нет. О нём сообщим сразу.")
    content = _common(view, official.decided_at, composed.help_phone) | {
        # Without a first appeal there was no request, and these lines are left out.
        "first_number": format_number(request.first_number) if request else "",
        "first_at": _told(view, request.first_at) if request else "",
        "received_at": _told(view, view.registered_at),
        "outcome": "Запрос удовлетворён." if official.granted else "В удовлетворении запроса отказано.",
        "decision": official.decision,
        "grounds": official.grounds,
        "decided_by": _DECIDERS[official.decided_by],
        "term": _term(view, official),
    }
    return await _pdf("decision", content, official.decided_at)


_DECIDERS = {
    Role.QUALITY_CONTROL: Unit.QUALITY_CONTROL.russian.capitalize(),
    Role.SUPERVISOR: "Руководитель линии поддержки",
}


def _common(view: CaseView, made_at: datetime, help_phone: str) -> dict[str, object]:
    return {
        "number": format_number(view.number),
        "full_name": one_line(view.details.full_name or ""),
        "made_at": _told(view, made_at),
        "help_phone": help_phone,
    }


def _told(view: CaseView, instant: datetime) -> str:
    return local_time(instant, view.details.time_zone or MOSCOW)


def _term(view: CaseView, official: IssuedDecision) -> str:
    """Until when the decision was due, whether it was in time, and how that was counted (ESC-4)."""
    # As it was before the decision stopped it.
    clock = view.clocks[ClockName.ESCALATION].model_copy(update={"stopped_at": None})
    due = clock.due_at()
    if due is None:
        return ""
    kept = "Срок соблюдён." if official.decided_at <= due else "Срок нарушен, приносим извинения."
    return f"Решение нужно было принять до этого срока: {_told(view, due)}. {kept}\n{clock.explain().sentence}"


def _not_yet(detail: str) -> ProblemError:
    return ProblemError(404, "no_paper_yet", "Документа ещё нет", detail)


async def _pdf(template: str, content: Mapping[str, object], made_at: datetime) -> Response:
    pdf = await asyncio.to_thread(typeset, f"letters/{template}.typ", content, made_at)
    headers = {"Content-Disposition": f'inline; filename="{template}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
