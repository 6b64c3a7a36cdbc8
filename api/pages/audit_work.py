"""What a worker does for an auditor: a case replayed and verified, its evidence made; watched, and taken (AUD-2)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import AppealNumber, Composed, Parts
from api.pages.audit_words import CHECKS
from api.pages.forms import Form
from api.pages.pages import page
from api.problems import ProblemError, http_problem, unknown_appeal
from api.rights import allowed, put_on_record
from domain.actors import Actor
from domain.contracts.audits import EvidenceMade, Verdict
from domain.rights import Operation
from infra.audits import AnotherAtWork, NoSuchWork, Ordered, Work
from infra.files.vault import FilesUnavailable
from store.evidence import rows_of_case

router = APIRouter(prefix="/audit/{number}", include_in_schema=False)

RunId = Annotated[str, Path(max_length=60, pattern=r"^[0-9A-Za-z-]+$")]
Sent = Annotated[Form, Depends(Form.sent)]


@router.post("/verify")
async def verify(
    actor: Annotated[Actor, Depends(allowed(Operation.VERIFY_CASE))],
    number: AppealNumber,
    composed: Composed,
    _form: Sent,
) -> Response:
    """Have the case verified, and go where that is watched; or to what is still being done for this person."""
    try:
        run_id = await composed.audits.verify(actor, await _known(composed, number))
    except AnotherAtWork as another:
        return _to(another.ordered.number, another.ordered.run_id)
    return _to(number, run_id)


@router.post("/evidence")
async def prove(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.TAKE_EVIDENCE))],
    number: AppealNumber,
    composed: Composed,
    _form: Sent,
) -> Response:
    """Have the evidence of the case made; the same. It is a look at all it tells, and on record first (AUD-3)."""
    await _known(composed, number)
    await put_on_record(request, composed, actor, Operation.TAKE_EVIDENCE, [number])
    try:
        run_id = await composed.audits.prove(actor, number)
    except AnotherAtWork as another:
        return _to(another.ordered.number, another.ordered.run_id)
    return _to(number, run_id)


@router.get("/orders/{run_id}")
async def watch(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.AUDIT_CASE))],
    number: AppealNumber,
    composed: Composed,
    run_id: RunId,
) -> Response:
    """How far it is, and what has come out."""
    ordered = await _found(composed, actor, number, run_id)
    template = "audit/verification.html" if ordered.work is Work.VERIFICATION else "audit/evidence.html"
    verdict = ordered.outcome if isinstance(ordered.outcome, Verdict) else None
    wrong = {each.check: each for each in verdict.findings} if verdict else {}
    return page(
        request,
        template,
        number=number,
        ordered=ordered,
        checks=[(CHECKS[name], wrong.get(name)) for name in verdict.checks if name in CHECKS] if verdict else [],
    )


@router.get("/orders/{run_id}/file")
async def take(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.TAKE_EVIDENCE))],
    number: AppealNumber,
    composed: Composed,
    run_id: RunId,
) -> Response:
    """The archive that was made."""
    made = (await _found(composed, actor, number, run_id)).outcome
    if not isinstance(made, EvidenceMade) or not made.size_bytes:
        raise http_problem(404)
    await put_on_record(request, composed, actor, Operation.TAKE_EVIDENCE, [number])
    try:
        archive = await composed.audits.evidence(actor, number, made)
    except FilesUnavailable:
        raise ProblemError(
            404, "not_found", "Этого архива больше нет", "Соберите доказательства ещё раз на странице обращения."
        ) from None
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{number}.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(archive, media_type="application/zip", headers=headers)


async def _known(composed: Parts, number: str) -> str:
    if not (await rows_of_case(composed.register.engine, number)).is_known:
        raise unknown_appeal()
    return number


async def _found(composed: Parts, actor: Actor, number: str, run_id: str) -> Ordered:
    try:
        ordered = await composed.audits.find(actor, run_id)
    except NoSuchWork:
        raise http_problem(404) from None
    if ordered.number != number:
        raise http_problem(404)
    return ordered


def _to(number: str, run_id: str) -> Response:
    return RedirectResponse(f"/audit/{number}/orders/{run_id}", 303)
