"""«Мои обращения»: what the citizen has sent, how far it is, what they can do now (RES-1, STS-1)."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api import attachments, data, papers, schemas
from api.appeals import send_command
from api.dependencies import Composed, Parts
from api.lists import Cursor, place_of
from api.pages.case_files import serve_files
from api.pages.forms import Filled, Form, file_faults, filled, names_of, new_key, read
from api.pages.labels import CHOICES, DEEDS
from api.pages.pages import page
from api.pages.sign_in import HOME
from api.problem import Problem
from api.problems import ProblemError
from api.rights import Caller, allowed, case_for, put_shown_on_record
from api.schemas import DecisionIn
from api.strangers import readable
from api.views import result_out
from domain.actors import Actor, Role
from domain.case import CaseView
from domain.facts.relations import Previous
from domain.intake import IDENTITY_DOCUMENT, item_name
from domain.listing import Filter, Sort
from domain.rights import Operation, sight
from domain.standing import standing_decisions
from infra.papers.of_case import confirmation_of, official_decision_of

router = APIRouter(prefix="/my", include_in_schema=False)

SETTLED_WITHIN_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.05
_ASKED = ("SupplyDetails", "ConfirmCode", "RequestAnotherCode", "ConfirmSolution", "RateSatisfaction")
_AT_ANY_TIME = ("AddDetails", "AskStatus", "Withdraw")
_DONE = {
    "opened": "Обращение принято",
    "opened-in-part": "Обращение принято, но не все файлы. Проверьте их список и приложите недостающие",
    "file": "Файл принят",
    "SupplyDetails": "Сведения получены",
    "ConfirmSolution": "Спасибо за ответ",
    "RateSatisfaction": "Спасибо за оценку",
    "AddDetails": "Сообщение добавлено",
    "AskStatus": "Ответ придёт сообщением",
    "Withdraw": "Обращение отозвано",
}
_REFUSED = frozenset({403, 404, 409, 413, 415, 422, 429})


@router.get("")
async def list_mine(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.LIST_APPEALS))],
    composed: Composed,
    after: Cursor = None,
) -> Response:
    """The citizen's appeals, newest first."""
    if actor.role is not Role.CITIZEN:
        return RedirectResponse(HOME.get(actor.role, "/desk"), 303)
    found = await composed.listing.appeals(sight(actor), Filter(), after=place_of(after, Sort.NEWEST))
    return page(
        request,
        "citizen/my.html",
        appeals=found.appeals,
        categories=CHOICES["category"],
        following=found.next.cursor(Sort.NEWEST) if found.next else "",
        is_first=after is None,
    )


Readable = Annotated[CaseView, Depends(case_for(Operation.READ_MESSAGES))]


@router.get("/{number}")
async def read_case(request: Request, view: Readable, actor: Caller, composed: Composed, done: str = "") -> Response:
    """One appeal: what to do now, how far it is, by when, what was said."""
    return await _shown(request, composed, view, actor, done=_DONE.get(done, ""))


@router.get("/{number}/result")
async def read_result(
    request: Request, view: Annotated[CaseView, Depends(case_for(Operation.READ_RESULT))], composed: Composed
) -> Response:
    """The result, or that it is not there yet (RES-1)."""
    offered = {
        "answer": confirmation_of(view, composed.help_phone) is not None,
        "decision": official_decision_of(view, composed.help_phone) is not None,
    }
    return page(
        request, "citizen/result.html", view=view, result=result_out(view), offered=offered, has_data=_has_data(view)
    )


@router.get("/{number}/result/{paper}.pdf")
async def read_paper(
    view: Annotated[CaseView, Depends(case_for(Operation.READ_PAPER))],
    composed: Composed,
    paper: Literal["answer", "decision"],
) -> Response:
    """The result as a paper to keep."""
    made = papers.read_decision if paper == "decision" else papers.read_confirmation
    answer = await made(view, composed)
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper}-{view.number}.pdf"'
    return answer


@router.post("/{number}/decide")
async def decide(
    request: Request,
    view: Annotated[CaseView, Depends(case_for(Operation.SEND_COMMAND))],
    actor: Caller,
    composed: Composed,
    form: Annotated[Form, Depends(Form.sent)],
) -> Response:
    """Take the citizen's decision, or show its form again with what is wrong."""
    command = form.values.get("type", "")
    if command not in DEEDS:
        raise ProblemError(422, "unknown_decision", "Такого действия нет", "Откройте обращение заново.")
    decision, faults = read(_model(command), form.values, type=command)
    if decision is None:
        return await _shown(request, composed, view, actor, 422, command, form.values, faults)
    try:
        await send_command(view, cast(DecisionIn, decision), form.key, actor, composed, Response(), None)
    except ProblemError as refusal:
        if refusal.problem.status not in _REFUSED:
            raise
        faults = _told(refusal.problem)
        return await _shown(request, composed, view, actor, refusal.problem.status, command, form.values, faults)
    await settled(composed, view)
    return RedirectResponse(f"/my/{view.number}?done={command}", 303)


@router.post("/{number}/data")
async def take_data(
    view: Annotated[CaseView, Depends(case_for(Operation.FETCH_DATA))],
    actor: Caller,
    composed: Composed,
    _form: Annotated[Form, Depends(Form.sent)],
) -> Response:
    """The encrypted file, to be saved. By a form, not by a link: the case puts on record who takes it (DAT-2)."""
    return await data.read_data(view, actor, composed)


@router.post("/{number}/files")
async def attach_file(
    request: Request,
    view: Annotated[CaseView, Depends(case_for(Operation.ATTACH_FILE))],
    actor: Caller,
    composed: Composed,
    key: Annotated[str, Depends(Form.key_in_address)],
) -> Response:
    """Take one file; the next one follows on the same page."""
    try:
        await attachments.attach_file(view, request, key, actor, composed, Response())
    except ProblemError as refusal:
        if refusal.problem.status not in _REFUSED:
            raise
        faults = _told(refusal.problem)
        return await _shown(request, composed, view, actor, refusal.problem.status, "file", {}, faults)
    return RedirectResponse(f"/my/{view.number}?done=file#files", 303)


serve_files(router)


async def _shown(
    request: Request,
    composed: Parts,
    view: CaseView,
    actor: Actor,
    status: int = 200,
    sent: str = "",
    values: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    done: str = "",
) -> Response:
    """The page of a case; the form that was `sent` comes back as it was typed."""
    if request.method == "POST":
        await put_shown_on_record(request, actor, Operation.READ_MESSAGES, view)
    awaited = {each.command for each in view.expectations if each.admits(actor)}
    standing = {name for name, roles in standing_decisions(view).items() if actor.role in roles}

    def form(command: str) -> dict[str, Any]:
        own = command == sent
        model = _model(command)
        asked = filled(model, fields_of(model, command, view), values if own else None, faults if own else None)
        return {"command": command, "deed": DEEDS[command], "form": asked, "key": new_key(), "is_open": own}

    forms = [form(command) for command in _ASKED if command in awaited | standing]
    more = [form(command) for command in _AT_ANY_TIME if command in standing]
    wrong: list[Filled] = [each["form"] for each in (*forms, *more)]
    return page(
        request,
        "citizen/case.html",
        status,
        view=view,
        previous=await _previous(composed, view, actor),
        done=done,
        forms=forms,
        more=more,
        faults=[fault for each in wrong for fault in each.faults]
        or (file_faults(faults or {}) if sent == "file" else [("", each) for each in (faults or {}).values()]),
        clocks=[clock for clock in view.clocks.values() if clock.is_running],
        files=(await attachments.list_files(view, composed)).attachments,
        wanted=[item_name(item) for item in view.requested_items],
        kinds=kinds_of(view),
        has_data=_has_data(view),
        may_attach=not view.is_closed,
        file_key=new_key(),
        category=CHOICES["category"].get(view.category or "", "Уточняется"),
    )


async def _previous(composed: Parts, view: CaseView, actor: Actor) -> Previous | None:
    """The appeal that this one follows, if the citizen may read that one too."""
    found = view.facts.relations.previous
    return found if found and await readable(actor, [found.number], composed.register) else None


def _model(command: str) -> type[BaseModel]:
    model: type[BaseModel] = getattr(schemas, f"{command}In")
    return model


def fields_of(model: type[BaseModel], command: str, view: CaseView) -> list[str]:
    """The fields that this decision is asked for now: of details, only what the case lacks."""
    if command != "SupplyDetails":
        return names_of(model)
    items = [item for item in view.requested_items if not item.startswith("scan:")]
    if IDENTITY_DOCUMENT in items:
        items = [item for item in items if item != IDENTITY_DOCUMENT] + ["passport", "snils", "inn"]
    known = names_of(model)
    return [f"details.{item}" for item in items if f"details.{item}" in known]


def _has_data(view: CaseView) -> bool:
    return any(each.command == "FetchData" for each in view.expectations)


def kinds_of(view: CaseView) -> dict[str, str]:
    """The kinds of documents to choose from, those that are asked for first."""
    wanted = {item.removeprefix("scan:") for item in view.requested_items} or {"screenshot"}
    return dict(sorted(CHOICES["kind"].items(), key=lambda kind: kind[0] not in wanted))


def _told(problem: Problem) -> dict[str, str]:
    return {fault.field: fault.message for fault in problem.errors} or {"": problem.detail}


async def settled(composed: Parts, before: CaseView) -> None:
    """Wait until the register shows the decision, so that the next page does not ask for it again."""
    deadline = asyncio.get_running_loop().time() + SETTLED_WITHIN_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        view = await composed.register.view(before.number)
        if view is None or view.last_sequence > before.last_sequence:
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
