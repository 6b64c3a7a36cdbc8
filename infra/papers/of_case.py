"""The papers of a case, composed of its view; None where the case has not come that far.

Requirements KBA-2, ESC-2, ESC-5, MSV-4.
"""

from datetime import datetime
from typing import Any

from domain.actors import Role
from domain.appeal import Unit
from domain.case import CaseView
from domain.contracts.services import ServiceAnswer
from domain.deadlines import ClockName
from domain.intake import item_name
from domain.protocol import ProtocolStep as Step
from domain.protocol import conclusion_of, latest_answers, steps_of
from domain.services import SERVICES
from infra.papers.confirmation import Confirmation
from infra.papers.escalation import OfficialDecision, WrittenRequest
from infra.papers.paper import Paper
from infra.papers.protocol import Protocol, ProtocolStep, TimeStamps
from infra.papers.result import ResultPaper
from infra.rendering import MOSCOW

NOT_CONCLUDED = "Проверка ещё не закончена."
ALL_SERVICES = "Все сервисы"
_DECIDERS = {
    Role.QUALITY_CONTROL: Unit.QUALITY_CONTROL.russian.capitalize(),
    Role.SUPERVISOR: "Руководитель линии поддержки",
}


def papers_of(view: CaseView, help_phone: str) -> dict[str, Paper]:
    """All papers that the case has by now, by their names."""
    found: dict[str, Paper | None] = {
        "confirmation": confirmation_of(view, help_phone),
        "request": written_request_of(view, help_phone),
        "decision": official_decision_of(view, help_phone),
        "protocol": protocol_of(view, help_phone, full_name=view.details.full_name or ""),
    }
    return {name: paper for name, paper in found.items() if paper}


def confirmation_of(view: CaseView, help_phone: str) -> Confirmation | None:
    """The written confirmation of what was answered (KBA-2)."""
    answer, answered_at = view.facts.dialogue.answer, view.facts.dialogue.answered_at
    if answer is None or answered_at is None:
        return None
    return Confirmation(
        **_common(view, answered_at, help_phone),
        received_at=view.received_at,
        answered_at=answered_at,
        status=view.status.russian,
        question=view.details.description or "",
        answer=answer.summary,
        steps=answer.steps,
        acts=view.facts.dialogue.acts,
    )


def result_of(view: CaseView, help_phone: str, full_name: str) -> ResultPaper | None:
    """The published result (RES-1); who it is about is for the caller to say."""
    if view.result is None:
        return None
    return ResultPaper(
        **_common(view, view.result.published_at, help_phone) | {"full_name": full_name},
        received_at=view.received_at,
        status=view.status.russian,
        summary=view.result.summary,
        steps=view.result.steps,
        acts=view.facts.dialogue.acts,
    )


def written_request_of(view: CaseView, help_phone: str) -> WrittenRequest | None:
    """The citizen's written request to the higher authority (ESC-2)."""
    request = view.facts.escalation.request
    if request is None:
        return None
    return WrittenRequest(
        **_common(view, request.composed_at, help_phone),
        first_number=request.first_number,
        first_at=request.first_at,
        addressee=Unit.QUALITY_CONTROL.russian.capitalize(),
        problem=request.problem,
        documents=[item_name(f"scan:{kind}") for kind in request.documents],
    )


def official_decision_of(view: CaseView, help_phone: str) -> OfficialDecision | None:
    """The official decision that ends an escalation (ESC-5)."""
    official, request = view.facts.escalation.decision, view.facts.escalation.request
    if official is None:
        return None
    # As it was before the decision stopped it.
    clock = view.clocks[ClockName.ESCALATION].model_copy(update={"stopped_at": None})
    return OfficialDecision(
        **_common(view, official.decided_at, help_phone),
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


def protocol_of(view: CaseView, help_phone: str, full_name: str) -> Protocol | None:
    """The protocol as a paper, made at its last step; whoever may read a name on it gives the name."""
    entries = view.facts.protocol
    if not entries:
        return None
    return Protocol(
        number=view.number,
        full_name=full_name,
        made_at=entries[-1].at,
        time_zone=view.details.time_zone or "",
        help_phone=help_phone,
        steps=[
            ProtocolStep(at=step.at, service=service_text(step), step=step.step, result=step.result)
            for step in steps_of(entries)
        ],
        stamps=[_stamps(answer) for answer in latest_answers(entries)],
        conclusion=conclusion_of(entries) or NOT_CONCLUDED,
    )


def service_text(step: Step) -> str:
    """The service of a step, as the citizen knows it."""
    return SERVICES[step.service] if step.service else ALL_SERVICES


def _stamps(answer: ServiceAnswer) -> TimeStamps:
    return TimeStamps(
        service=SERVICES[answer.service],
        asked_at=answer.asked_at,
        answered_at=answer.answered_at,
        recorded_at=answer.recorded_at,
    )


def _common(view: CaseView, made_at: datetime, help_phone: str) -> dict[str, Any]:
    return {
        "number": view.number,
        "full_name": view.details.full_name or "",
        "made_at": made_at,
        "time_zone": view.details.time_zone or MOSCOW,
        "help_phone": help_phone,
    }
