"""The protocol of an incident as callers read it, and as the paper that they download (MSV-2, MSV-4)."""

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AwareDatetime, BaseModel

from domain.actors import Actor, Role
from domain.case import CaseView
from domain.number import format_number
from domain.protocol import ProtocolStep, conclusion_of, latest_answers, steps_of
from domain.rights import STAFF, Operation, may
from domain.services import SERVICES, compare_ages
from infra.papers import Protocol
from infra.papers.of_case import protocol_of, service_text

PROTOCOL_AS_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}

ProtocolFormat = Annotated[
    Literal["json", "pdf"], Query(alias="format", description="`pdf` gives the protocol as a paper to keep.")
]


class StepOut(BaseModel):
    """One step and its result in Russian; `defect` says to the staff why an answer was of no use."""

    at: AwareDatetime
    service: str | None
    service_text: str
    step: str
    result: str
    defect: str | None = None


class StampsOut(BaseModel):
    """When a service was asked by our clock, answered by its own, and since when it has its data."""

    service: str
    service_text: str
    asked_at: AwareDatetime
    answered_at: AwareDatetime
    recorded_at: AwareDatetime | None
    age: Literal["newest", "older", "without_record"]
    disagreeing_fields: list[str]


class ProtocolOut(BaseModel):
    """Every step in its order, the time stamps compared, and the conclusion as soon as there is one."""

    number: str
    number_text: str
    steps: list[StepOut]
    stamps: list[StampsOut]
    conclusion: str | None


def protocol_out(view: CaseView, actor: Actor) -> ProtocolOut:
    """The protocol as this actor may read it."""
    answers = latest_answers(view.facts.protocol)
    ages = compare_ages(answers).model_dump()
    return ProtocolOut(
        number=view.number,
        number_text=format_number(view.number),
        steps=[_step_out(step, actor) for step in steps_of(view.facts.protocol)],
        stamps=[
            StampsOut(
                service_text=SERVICES[answer.service],
                age=next(age for age, services in ages.items() if answer.service in services),
                **answer.model_dump(include=set(StampsOut.model_fields)),
            )
            for answer in answers
        ],
        conclusion=conclusion_of(view.facts.protocol),
    )


def protocol_paper(view: CaseView, actor: Actor, help_phone: str) -> Protocol | None:
    """The protocol as a paper; only who works with personal data reads a name on it."""
    is_named = actor.role in (Role.CITIZEN, Role.PORTAL) or may(actor, Operation.READ_PERSONAL_DATA, view)
    return protocol_of(view, help_phone, full_name=(view.details.full_name or "") if is_named else "")


def _step_out(step: ProtocolStep, actor: Actor) -> StepOut:
    told = step.model_copy(update={} if actor.role in STAFF else {"defect": None})
    return StepOut(service=told.service, service_text=service_text(told), **told.model_dump(exclude={"service"}))
