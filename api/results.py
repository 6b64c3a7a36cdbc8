"""The result of an appeal as a paper; who is not to know the citizen gets it without a name (RES-1)."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Header, Query, Response

from api.etags import NOT_MODIFIED
from api.problems import ProblemError
from domain.actors import Actor, Role
from domain.case import CaseView
from domain.rights import Operation, may
from infra.papers.of_case import result_of

PDF = "application/pdf"
RESULT_READ: dict[str, Any] = NOT_MODIFIED[200] | {
    "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}
}

ResultFormat = Annotated[
    Literal["json", "pdf"] | None,
    Query(alias="format", description="`pdf` gives a paper to keep, as does `Accept: application/pdf`."),
]
Accepted = Annotated[str, Header(alias="Accept", max_length=1000, include_in_schema=False)]


def wants_paper(as_format: str | None, accept: str) -> bool:
    """Whether the caller asks for a paper: in the address, or by naming it first among what they accept."""
    first = accept.partition(",")[0].partition(";")[0].strip().lower()
    return as_format == "pdf" if as_format else first == PDF


async def result_as_pdf(view: CaseView, actor: Actor, help_phone: str) -> Response:
    """The published result as a file; a `ProblemError` before there is one."""
    is_named = actor.role in (Role.CITIZEN, Role.PORTAL) or may(actor, Operation.READ_PERSONAL_DATA, view)
    paper = result_of(view, help_phone, full_name=(view.details.full_name or "") if is_named else "")
    if paper is None:
        raise ProblemError(404, "no_paper_yet", "Документа ещё нет", "Результата ещё нет. О нём сообщим сразу.")
    name = f'attachment; filename="result-{view.number}.pdf"'
    return Response(await asyncio.to_thread(paper.pdf), media_type=PDF, headers={"Content-Disposition": name})
