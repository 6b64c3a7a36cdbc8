"""The desk: what people owe now, and a case on one page with what it awaits of them (CLS-2, REC-3, RPL-1)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api import attachments, schemas
from api.appeals import send_command
from api.dependencies import Composed, Parts
from api.etags import etag, seen_state
from api.lists import Cursor, place_of, roles_listed_for
from api.pages.case_files import serve_files
from api.pages.citizen import fields_of, kinds_of, settled
from api.pages.desk_words import DEEDS, EVENTS, RECLASSIFY
from api.pages.forms import Filled, Form, file_faults, filled, new_key, read
from api.pages.pages import page
from api.problem import Problem
from api.problems import ProblemError
from api.rights import Caller, allowed, case_for, put_shown_on_record
from api.schemas import DecisionIn
from domain.actors import Actor
from domain.case import CaseView
from domain.contracts.commands import AnswerQuestion, TellCitizen
from domain.contracts.expectation import Expectation
from domain.contracts.journal import RecordedEntry
from domain.intake import item_name
from domain.listing import TASKS
from domain.notifications import DeliveryChannel
from domain.replies import REPLIES, reply_context
from domain.rights import STAFF, Operation, Reach, may, reach
from domain.rules import accepted_from
from infra.rendering import Renderer, of_case
from infra.settings import Settings
from store.messages import Ledger

router = APIRouter(prefix="/desk", include_in_schema=False)

JOURNAL_AT_MOST = 200
_RENDERER = Renderer()
_DONE = {"call": "Звонок зарегистрирован", "file": "Файл принят"}
_REFUSED = frozenset({403, 404, 409, 412, 413, 415, 422, 429})
# The registry's and the citizen's own: no form on the desk.
_NOT_ON_THE_DESK = frozenset({"ConfirmCode", "ReportAccountSecurity", "FetchData", "AdoptCalendar"})
_GIVEN_BY_SUBJECT = {"RecordCheck": "item", "RetryRegistry": "operation"}


@router.get("")
async def list_tasks(
    request: Request,
    actor: Annotated[Actor, Depends(allowed(Operation.LIST_TASKS))],
    composed: Composed,
    after: Cursor = None,
) -> Response:
    """What is owed now, the most urgent first."""
    # Before the list is read, so that nothing is missed in between.
    place = await composed.live.place()
    found = await composed.listing.tasks(roles_listed_for(actor, None), after=place_of(after, TASKS))
    following = found.next.cursor(TASKS) if found.next else ""
    here = f"/desk?after={after}" if after else "/desk"
    waiting = None
    if reach(actor.role, Operation.LIST_HELP) is not Reach.NONE:
        waiting = await composed.helps.count_waiting(datetime.now(UTC))
    return page(
        request,
        "desk/tasks.html",
        tasks=found.tasks,
        waiting=waiting,
        following=following,
        is_first=after is None,
        place=place,
        here=here,
    )


Worker = Annotated[CaseView, Depends(case_for(Operation.WORK_ON_APPEAL))]


@router.get("/{number}")
async def read_case(request: Request, view: Worker, actor: Caller, composed: Composed, done: str = "") -> Response:
    """The case on one page."""
    said = _DONE.get(done) or _done(done)
    return await _Desk(request, composed, actor).shown(view, done=said, brought=done == "file")


@router.post("/{number}/decide")
async def decide(
    request: Request, view: Worker, actor: Caller, composed: Composed, form: Annotated[Form, Depends(Form.sent)]
) -> Response:
    """Take a decision on the case as it was seen, or show what is wrong or new, with what was typed."""
    desk, command = _Desk(request, composed, actor), form.values.get("type", "")
    if command not in DEEDS:
        raise ProblemError(422, "unknown_decision", "Такого действия нет", "Откройте обращение заново.")
    decision, faults = read(_model(command), form.values, type=command)
    if decision is None:
        return await desk.shown(view, 422, _Sent(command, form.values, faults))
    seen = await seen_state(form.values.get("_seen"))
    try:
        await send_command(view, cast(DecisionIn, decision), form.key, actor, composed, Response(), seen)
    except ProblemError as refusal:
        if refusal.problem.status not in _REFUSED:
            raise
        latest = await composed.register.view(view.number) or view
        changes = [each.model_dump(mode="json") for each in refusal.problem.changes or ()]
        sent = _Sent(command, form.values, _told(refusal.problem), changes)
        return await desk.shown(latest, refusal.problem.status, sent)
    await settled(composed, view)
    return RedirectResponse(f"/desk/{view.number}?done={command}", 303)


@router.post("/{number}/preview")
async def preview(
    request: Request, view: Worker, composed: Composed, form: Annotated[Form, Depends(Form.sent)]
) -> Response:
    """The letter that the citizen would get by what is typed so far; a part of the page (RPL-1)."""
    command = form.values.get("type", "")
    decision = read(_model(command), form.values, type=command)[0] if command in REPLIES else None
    text = ""
    if decision is not None:
        settings: Settings = request.app.state.settings
        said = of_case(view, settings.status_url, settings.result_url, composed.help_phone)
        taken = cast(AnswerQuestion | TellCitizen, decision)
        text = _RENDERER.render(REPLIES[command], DeliveryChannel.EMAIL, said | reply_context(taken)).text
    return page(request, "desk/preview.html", text=text)


@router.post("/{number}/files")
async def attach_file(
    request: Request,
    view: Annotated[CaseView, Depends(case_for(Operation.ATTACH_AT_DESK))],
    actor: Caller,
    composed: Composed,
    key: Annotated[str, Depends(Form.key_in_address)],
) -> Response:
    """Take a file that the citizen has brought or sent otherwise."""
    try:
        await attachments.attach_file(view, request, key, actor, composed, Response())
    except ProblemError as refusal:
        if refusal.problem.status not in _REFUSED:
            raise
        unfit = file_faults(_told(refusal.problem))
        await put_shown_on_record(request, actor, Operation.WORK_ON_APPEAL, view)
        return await _Desk(request, composed, actor).shown(view, refusal.problem.status, unfit=unfit)
    return RedirectResponse(f"/desk/{view.number}?done=file#files", 303)


serve_files(router)


class _Sent:
    """A form that was sent and not taken: it comes back as it was typed, with what has happened meanwhile."""

    def __init__(
        self,
        command: str,
        values: Mapping[str, str],
        faults: Mapping[str, str],
        changes: Iterable[dict[str, Any]] = (),
    ) -> None:
        self.command, self.values, self.faults = command, values, faults
        self.changes = [each for each in changes if each["event"] in EVENTS]

    def is_of(self, command: str, subject: str | None) -> bool:
        return command == self.command and subject in (None, self.values.get("_subject") or None)


class _Desk:
    """Makes the page of a case for one of the staff."""

    def __init__(self, request: Request, composed: Parts, actor: Actor) -> None:
        self._request, self._composed, self._actor = request, composed, actor

    async def shown(
        self,
        view: CaseView,
        status: int = 200,
        sent: _Sent | None = None,
        done: str = "",
        unfit: list[tuple[str, str]] | None = None,
        brought: bool = False,
    ) -> Response:
        """All that this actor may see of the case, and the forms of what they may decide now.

        `unfit` says what is wrong with a file that was sent; after one that was `brought`, there may be more.
        """
        forms, more = self._forms(view, sent)
        wrong: list[Filled] = [each["form"] for each in (*forms, *more)]
        composed, knows_the_person = self._composed, may(self._actor, Operation.READ_PERSONAL_DATA, view)
        answer = page(
            self._request,
            "desk/case.html",
            status,
            view=view,
            done=done,
            seen=etag(view),
            forms=forms,
            more=more,
            faults=[fault for each in wrong for fault in each.faults] + (unfit or []),
            kinds=kinds_of(view),
            may_attach=may(self._actor, Operation.ATTACH_AT_DESK, view) and not view.is_closed,
            file_key=new_key(),
            is_attaching=brought or bool(unfit),
            changes=sent.changes if sent else [],
            waiting=[each for each in view.expectations if not each.admits(self._actor)],
            wanted=[item_name(item) for item in view.requested_items],
            clocks=[clock for clock in view.clocks.values() if clock.is_running],
            knows_the_person=knows_the_person,
            comparison=view.comparison if knows_the_person else [],
            files=await self._files(view),
            messages=await Ledger(composed.register.engine, composed.keyring).of_case(view.number),
            chain=(chain := await self._chain(view)),
            related=await self._related(view, {each.number for each in chain}),
            journal=await self._journal(view),
            staff=STAFF,
        )
        answer.headers["ETag"] = etag(view)
        return answer

    def _forms(self, view: CaseView, sent: _Sent | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        awaited = [each for each in view.expectations if each.admits(self._actor) and each.command in DEEDS]
        standing = [name for name in accepted_from(view, self._actor) if name in DEEDS]
        forms = [_form(view, each.command, each, sent) for each in awaited]
        named = {each.command for each in awaited} | _NOT_ON_THE_DESK
        more = [_form(view, name, None, sent) for name in DEEDS if name in standing and name not in named]
        if sent and sent.command not in {each["command"] for each in (*forms, *more)}:
            # It is not awaited any more, but what was typed is not lost.
            forms.append(_form(view, sent.command, None, sent))
        return forms, more

    async def _journal(self, view: CaseView) -> list[RecordedEntry]:
        """The latest facts, the newest first: positions run ahead of sequences only, so none is missed."""
        after = max(0, view.last_sequence - JOURNAL_AT_MOST)
        return (await self._composed.register.journal(view.number, after=after))[::-1]

    async def _files(self, view: CaseView) -> list[Any]:
        if not may(self._actor, Operation.LIST_FILES, view):
            return []
        return list((await attachments.list_files(view, self._composed)).attachments)

    async def _chain(self, view: CaseView) -> list[CaseView]:
        linked = await self._composed.chains.of(view.number)
        seen = [each for each in linked if may(self._actor, Operation.READ_CHAIN, each)]
        return seen if len(seen) > 1 else []

    async def _related(self, view: CaseView, shown: Collection[str]) -> list[CaseView]:
        """The appeals that the plan says to look at, as far as this actor may."""
        others = await self._composed.register.views([each for each in view.related_numbers if each not in shown])
        return [each for each in others if may(self._actor, Operation.READ_CHAIN, each)]


def _form(view: CaseView, command: str, awaited: Expectation | None, sent: _Sent | None) -> dict[str, Any]:
    subject = awaited.subject if awaited else None
    own = sent if sent and sent.is_of(command, subject) else None
    model, hidden = _model(command), _GIVEN_BY_SUBJECT.get(command) if subject else None
    values = dict(own.values) if own else {}
    if hidden and subject:
        values[hidden] = subject
    mark = f"{command}-{awaited.id}" if awaited else command
    asked = filled(model, fields_of(model, command, view), values, own.faults if own else None, form=mark)
    is_change = command == "Classify" and view.category is not None
    return {
        "id": mark,
        "command": command,
        "subject": subject or "",
        "deed": RECLASSIFY if is_change else DEEDS[command],
        "form": asked,
        "hidden": hidden,
        "clock": view.clocks.get(awaited.clock or "") if awaited else None,
        "trouble": view.facts.systems.troubles.get(subject or "") if command == "RetryRegistry" else None,
        "key": new_key(),
        "has_preview": command in REPLIES,
        "is_open": own is not None,
    }


def _model(command: str) -> type[BaseModel]:
    model: type[BaseModel] = getattr(schemas, f"{command}In")
    return model


def _done(command: str) -> str:
    return f"Принято: {DEEDS[command].title[0].lower()}{DEEDS[command].title[1:]}" if command in DEEDS else ""


def _told(problem: Problem) -> dict[str, str]:
    return {fault.field: fault.message for fault in problem.errors} or {"": problem.detail}
