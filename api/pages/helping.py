"""«Позвать оператора» beside a field: the question, the operator's page, the answer beside the field (VAL-3)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Composed, Parts
from api.pages.enclosed import enclosed
from api.pages.forms import Field, Form, fault_of, filled, names_of, read
from api.pages.opening import asked_in, shown_again
from api.pages.pages import page
from api.problems import ProblemError
from api.rights import allowed, put_help_on_record
from api.schemas import AppealIn
from domain.actors import Actor
from domain.help import Advice, Question
from domain.rights import Operation
from store.helps import AskedTooOften

router = APIRouter(include_in_schema=False)

Asker = Annotated[Actor, Depends(allowed(Operation.ASK_FOR_HELP))]
Helper = Annotated[Actor, Depends(allowed(Operation.GIVE_HELP))]
QuestionId = Annotated[str, Path(pattern=r"^help-[0-9a-f]{24}$")]


class AdviceIn(Advice, extra="forbid"):
    """The operator's answer as it is typed."""


@router.post("/new/help")
async def ask(request: Request, actor: Asker, composed: Composed, field: str, again: bool = False) -> Response:
    """Ask about a field, or look whether there is an answer: a part of the page, or all of it without a script.

    A question that has its answer is not asked anew, unless it is so wanted.
    """
    about = _field(field)
    async with enclosed(request, composed.files) as brought:
        form, is_refused = brought.form, False
        questions = await composed.helps.own_of(asked_in(form), actor, datetime.now(UTC))
        if field not in questions or (again and questions[field].advice):
            try:
                id_ = await composed.helps.ask(actor, field, form.values.get(field, ""), datetime.now(UTC))
                form = Form({**form.values, "_help": "\n".join([form.values.get("_help", ""), id_])})
                questions = await composed.helps.own_of(asked_in(form), actor, datetime.now(UTC))
            except AskedTooOften:
                is_refused = True
        if "hx-request" in request.headers:
            return _part(request, about, questions.get(field), is_refused)
        return await shown_again(request, composed, actor, form, brought.received(None), field if is_refused else "")


@router.get("/new/help/{id_}")
async def look(request: Request, actor: Asker, composed: Composed, id_: QuestionId, field: str) -> Response:
    """The answer beside the field; as long as there is none, nothing."""
    question = await composed.helps.own(id_, actor, datetime.now(UTC))
    if question and not question.advice:
        return Response(status_code=204)
    return _part(request, _field(question.field if question else field), question, is_late=question is None)


@router.get("/desk/help")
async def list_questions(
    request: Request,
    _actor: Annotated[Actor, Depends(allowed(Operation.LIST_HELP))],
    composed: Composed,
    done: str = "",
) -> Response:
    """Who waits for help, the longest first: which field and since when, nothing of a person."""
    waiting = await composed.helps.waiting(datetime.now(UTC))
    asked = [(id_, _field(name).label.text, at) for id_, name, at in waiting]
    return page(request, "desk/helps.html", asked=asked, is_answered=done == "answered")


@router.get("/desk/help/waiting")
async def count_questions(
    request: Request,
    _actor: Annotated[Actor, Depends(allowed(Operation.LIST_HELP))],
    composed: Composed,
    whole: bool = False,
) -> Response:
    """How many wait for help, as a number or a `whole` sentence; a part of the pages that operators have open."""
    waiting = await composed.helps.count_waiting(datetime.now(UTC))
    return page(request, "desk/waiting.html", waiting=waiting, is_whole=whole)


@router.get("/desk/help/{id_}")
async def read_question(request: Request, actor: Helper, composed: Composed, id_: QuestionId) -> Response:
    """One field with what stands in it."""
    question = await _seen(request, actor, composed, id_)
    return _shown(request, question, {}, {})


@router.post("/desk/help/{id_}")
async def answer(
    request: Request,
    actor: Helper,
    composed: Composed,
    id_: QuestionId,
    form: Annotated[Form, Depends(Form.sent)],
) -> Response:
    """Send the answer; what the form would not take is not the right value."""
    question = await _seen(request, actor, composed, id_)
    advice, faults = read(AdviceIn, form.values)
    if advice and (fault := fault_of(AppealIn, question.field, advice.value or "")):
        faults = {"value": fault}
    if advice is None or faults:
        return _shown(request, question, form.values, faults, 422)
    said = Advice.model_validate(advice.model_dump())
    if not await composed.helps.answer(id_, said, datetime.now(UTC)):
        latest = await composed.helps.find(id_, datetime.now(UTC)) or question
        return _shown(request, latest, form.values, {"": "На этот вопрос уже ответили."}, 409)
    return RedirectResponse("/desk/help?done=answered", 303)


def _field(name: str) -> Field:
    known = name in names_of(AppealIn)
    field = filled(AppealIn, [name]).fields[0] if known else None
    if field is None or field.kind not in ("text", "long"):
        raise ProblemError(404, "unknown_field", "Такого поля нет", "Откройте страницу заново.")
    return field


def _part(
    request: Request, field: Field, question: Question | None, is_refused: bool = False, is_late: bool = False
) -> Response:
    told = {"field": field, "question": question, "is_refused": is_refused, "is_late": is_late}
    return page(request, "citizen/help.html", 429 if is_refused else 200, **told)


async def _seen(request: Request, actor: Actor, composed: Parts, id_: str) -> Question:
    await put_help_on_record(request, composed, actor, id_)
    question = await composed.helps.find(id_, datetime.now(UTC))
    if question is None:
        raise ProblemError(404, "unknown_question", "Вопроса больше нет", "Посмотрите, кто ещё ждёт помощи.")
    return question


def _shown(
    request: Request, question: Question, values: Mapping[str, str], faults: Mapping[str, str], status: int = 200
) -> Response:
    return page(
        request,
        "desk/help.html",
        status,
        question=question,
        about=_field(question.field),
        form=filled(AdviceIn, names_of(AdviceIn), values, faults),
    )
