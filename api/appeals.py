"""Appeals over HTTP: open one, read it, decide on it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status

from api.dependencies import Composed, IdempotencyKey
from api.etags import NOT_MODIFIED, SAME_AS_READ, KnownStates, SeenState, state_headers, unchanged, unless_known
from api.foresight import FORESEEN, OPENING_FORESEEN, DryRun, foreseen, opening_foreseen
from api.idempotency import mark_replayed
from api.problem import Problem
from api.problems import ProblemError
from api.protocol import PROTOCOL_AS_PDF, ProtocolFormat, ProtocolOut, protocol_out, protocol_paper
from api.results import RESULT_READ, Accepted, ResultFormat, result_as_pdf, wants_paper
from api.rights import Caller, allowed, case_for
from api.schemas import AppealIn, DecisionIn, decision_contract
from api.strangers import known_to
from api.views import (
    AppealOut,
    JournalOut,
    OpenedOut,
    ReceiptOut,
    ResultOut,
    appeal_out,
    journal_out,
    receipt_out,
    result_out,
)
from domain.actors import Actor
from domain.appeal import Status
from domain.case import CaseView
from domain.number import format_number
from domain.rights import Operation

JOURNAL_PAGE = 200


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route can answer with, for its description."""
    return {code: {"model": Problem, "content": {"application/problem+json": {}}} for code in (401, 503, *statuses)}


router = APIRouter(prefix="/v1/appeals", tags=["appeals"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=OpenedOut,
    responses=OPENING_FORESEEN | problems(400, 403, 413, 422),
)
async def open_appeal(
    appeal: AppealIn,
    key: IdempotencyKey,
    actor: Annotated[Actor, Depends(allowed(Operation.OPEN_APPEAL))],
    composed: Composed,
    response: Response,
    dry_run: DryRun = False,
) -> OpenedOut | Response:
    """Open an appeal. Once this answers, the appeal is durable; the same key and body give the same answer."""
    if dry_run:
        return opening_foreseen(composed.cases, actor, appeal)
    opened = await composed.cases.open(actor, key, appeal)
    response.headers["Location"] = f"/v1/appeals/{opened.number}"
    mark_replayed(response, not opened.is_new)
    return OpenedOut(
        number=opened.number,
        number_text=format_number(opened.number),
        status=Status.RECEIVED,
        status_text=Status.RECEIVED.russian,
    )


@router.get("/{number}", response_model=AppealOut, responses=problems(404, 422) | NOT_MODIFIED)
async def read_appeal(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_APPEAL))],
    actor: Caller,
    response: Response,
    known: KnownStates,
) -> AppealOut | Response:
    """Status with dates and reasons, clocks explained, and what the case waits for, from whom.

    Send the `ETag` of the last reading as `If-None-Match`: where nothing has happened since, 304 without a body.
    """
    if nothing_new := unchanged(view, known):
        return nothing_new
    response.headers.update(state_headers(view))
    return appeal_out(view, actor)


@router.get("/{number}/journal", response_model=JournalOut, responses=problems(404, 422) | SAME_AS_READ)
async def read_journal(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_JOURNAL))],
    actor: Caller,
    composed: Composed,
    known: KnownStates,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """The facts of the case in order, each chained to the one before (AUD-1)."""
    entries = await composed.register.journal(view.number, after=after, limit=JOURNAL_PAGE)
    others = await known_to(actor, entries, composed.register)
    return unless_known(journal_out(view.number, entries, JOURNAL_PAGE, others), known)


@router.get(
    "/{number}/result", response_model=ResultOut, responses=problems(404, 422) | NOT_MODIFIED | {200: RESULT_READ}
)
async def read_result(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_RESULT))],
    actor: Caller,
    composed: Composed,
    response: Response,
    known: KnownStates,
    as_format: ResultFormat = None,
    accept: Accepted = "",
) -> ResultOut | Response:
    """The result, or the sentence that it is not there yet (RES-1); as a paper, once it is there."""
    if wants_paper(as_format, accept):
        return await result_as_pdf(view, actor, composed.help_phone)
    if nothing_new := unchanged(view, known):
        return nothing_new
    response.headers.update(state_headers(view))
    return result_out(view)


@router.get(
    "/{number}/protocol",
    response_model=ProtocolOut,
    responses=problems(404, 422) | SAME_AS_READ | {200: SAME_AS_READ[200] | PROTOCOL_AS_PDF[200]},
)
async def read_protocol(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_PROTOCOL))],
    actor: Caller,
    composed: Composed,
    known: KnownStates,
    as_format: ProtocolFormat = "json",
) -> Response:
    """The protocol of an appeal about several services: every step so far, and its result (MSV-4).

    It is read as JSON, or with `?format=pdf` downloaded as a paper. Whoever may read the appeal may read it.
    """
    paper = protocol_paper(view, actor, composed.help_phone)
    if paper is None:
        raise ProblemError(
            404,
            "no_protocol",
            "Протокола нет",
            "Протокол ведётся по обращениям, которые касаются нескольких сервисов.",
        )
    if as_format == "json":
        return unless_known(protocol_out(view, actor), known)
    pdf = await asyncio.to_thread(paper.pdf)
    name = f'attachment; filename="protocol-{view.number}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@router.post(
    "/{number}/commands",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=ReceiptOut,
    responses=FORESEEN | problems(400, 403, 404, 409, 412, 413, 422, 429),
)
async def send_command(
    view: Annotated[CaseView, Depends(case_for(Operation.SEND_COMMAND))],
    decision: DecisionIn,
    key: IdempotencyKey,
    actor: Caller,
    composed: Composed,
    response: Response,
    seen: SeenState,
    dry_run: DryRun = False,
) -> ReceiptOut | Response:
    """Send a decision that the case expects. The receipt says that it is durable and will be acted on.

    A person decides on what they saw: send the `ETag` of that reading as `If-Match`. Where the case has changed
    since, 412 says in `changes` what has happened.
    """
    command = composed.cases.command(actor, key, decision_contract(decision, view, composed.codes), seen)
    if dry_run:
        return await foreseen(composed.cases, view, command)
    receipt = await composed.cases.decide(view.number, command)
    mark_replayed(response, receipt.attempt != command.attempt)
    return receipt_out(receipt, key)
