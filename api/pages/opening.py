"""The feedback form: checked as it is typed, asked for what it lacks before it is sent (VAL-1, VAL-2, QST-2)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.cases import appeal_contract
from api.dependencies import Composed, Parts
from api.pages.forms import Filled, Form, fault_of, filled, names_of, new_key, read
from api.pages.pages import page
from api.problems import ProblemError
from api.rights import allowed
from api.schemas import AppealIn
from domain.actors import Actor
from domain.appeal import Category, Channel, Relation
from domain.foresight import foresee_opening
from domain.listing import Filter
from domain.questions import lacks_of
from domain.rights import Operation, sight
from store.listing import Listing

router = APIRouter(prefix="/new", include_in_schema=False)

Opener = Annotated[Actor, Depends(allowed(Operation.OPEN_APPEAL))]

_QUESTION = ("category", "details.description", "service", "services")
_BY_CATEGORY = {
    Category.REGISTRATION: ("recovery_reason",),
    Category.PASSWORD_RECOVERY: ("recovery_reason",),
    Category.TECHNICAL_FAILURE: ("failure.kind", "failure.error_code", "failure.is_display_error"),
    Category.FORMS_AND_DOCUMENTS: ("package",),
    Category.DATA_REQUEST: ("data_request.data_set", "data_request.format", "data_request.delivery"),
}
"""What is asked about this category alone: by it the procedure is chosen (CLS-2, TEC-1, DAT-2, DOC-1)."""
_PERSON = ("details.full_name", "details.phone", "details.email", "details.login")
_PAPERS = ("details.snils", "details.passport", "details.inn")
_ABOUT_AN_EARLIER_ONE = ("related_number", "relation", "escalation_reason", "details.first_appeal")
_TITLES = {"": "Новое обращение", "repeat": "Повторное обращение", "escalation": "В вышестоящую инстанцию"}
_REQUIRED = ("details.description", "details.full_name", "details.phone", "details.email")


@router.get("")
async def read_form(request: Request, _actor: Opener, after: str = "", relation: str = "") -> Response:
    """The empty form; with `after`, about that earlier appeal."""
    is_higher = relation == Relation.ESCALATION
    values = {"related_number": after, "relation": relation if relation in _TITLES else ""}
    return _shown(request, values | ({"details.first_appeal": after} if is_higher else {}), {})


@router.post("/check")
async def check_field(
    request: Request, _actor: Opener, form: Annotated[Form, Depends(Form.sent)], field: str
) -> Response:
    """What is wrong with one field as it is typed, or that nothing is; a part of the page."""
    known = field in names_of(AppealIn)
    typed = form.values.get(field, "")
    fault = fault_of(AppealIn, field, typed) if known else ""
    asked: list[str] = []
    if field == "details.description" and typed.strip() and not fault:
        asked = [lack.russian for lack in lacks_of(typed, form.values.get("service"))]
    is_good = bool(known and typed.strip() and field in (*_PAPERS, "details.phone", "details.email"))
    return page(request, "citizen/checked.html", fault=fault, asked=asked, is_good=is_good)


@router.post("/about")
async def ask_about_category(request: Request, _actor: Opener, form: Annotated[Form, Depends(Form.sent)]) -> Response:
    """The questions of the category that was just chosen; a part of the page."""
    category = form.values.get("category", "")
    about = filled(AppealIn, _about(category), form.values).fields
    return page(request, "citizen/about.html", about=about, category=category)


@router.post("")
async def send_form(
    request: Request, actor: Opener, composed: Composed, form: Annotated[Form, Depends(Form.sent)]
) -> Response:
    """Open the appeal, or show the form again with what is wrong; what it lacks is asked for once."""
    about = _about(form.values.get("category", ""))
    asked = (*_QUESTION, *about, *_PERSON, *_PAPERS, *_ABOUT_AN_EARLIER_ONE)
    values = {name: form.values.get(name, "") for name in asked}
    appeal, faults = read(AppealIn, values, channel=Channel.WEB_FORM)
    if appeal is None:
        return _shown(request, values, faults, form.key, status=422)
    if not form.values.get("_anyway"):
        lacks, alike = lacks_in(composed, actor, appeal), await _alike(composed, actor, appeal.category)
        if appeal.category is Category.DATA_REQUEST and appeal.data_request is None:
            lacks |= {"data_request.data_set": "Выберите, какие данные вам нужны."}
        is_new = bool(about) and form.values.get("_about") != values["category"]
        if lacks or alike or is_new:
            return _shown(request, values, lacks, form.key, alike, is_new, may_send_anyway=True, status=422)
    try:
        opened = await composed.cases.open(actor, form.key, appeal)
    except ProblemError as problem:
        if problem.problem.code != "idempotency_key_reused":
            raise
        sentence = "Эта форма уже отправлена с другим текстом. Если это новое обращение, отправьте её ещё раз."
        return _shown(request, values, {"": sentence}, status=409)
    return RedirectResponse(f"/my/{opened.number}?done=opened", 303)


def _about(category: str) -> tuple[str, ...]:
    return next((names for known, names in _BY_CATEGORY.items() if known == category), ())


def lacks_in(composed: Parts, actor: Actor, appeal: AppealIn) -> dict[str, str]:
    """What is still missing, by field: what the case would ask for, and what the question does not say."""
    foreseen = foresee_opening(appeal_contract(actor, appeal), composed.cases.opener.policy, actor, datetime.now(UTC))
    shown = {name.removeprefix("details."): name for name in (*_QUESTION, *_PERSON, *_PAPERS)}
    lacks = {shown[item]: "Нужно указать." for item in foreseen.missing if item in shown}
    vague = lacks_of(appeal.details.description or "", appeal.service) if appeal.details.description else []
    return lacks | ({"details.description": " ".join(lack.russian for lack in vague)} if vague else {})


async def _alike(composed: Parts, actor: Actor, category: Category | None) -> list[str]:
    """The citizen's open appeals about the same: perhaps this one is sent already (VAL-1)."""
    found = await Listing(composed.register).appeals(sight(actor), Filter(category=category, citizen=actor.subject))
    return [each.number for each in found.appeals if not each.status.is_final and each.category == category]


def _shown(
    request: Request,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    key: str = "",
    alike: list[str] | None = None,
    is_asked_more: bool = False,
    may_send_anyway: bool = False,
    status: int = 200,
) -> Response:
    relation = values.get("relation", "")
    earlier = ["escalation_reason"] if relation == Relation.ESCALATION else []
    about = _about(values.get("category", ""))
    form = filled(AppealIn, [*earlier, *_QUESTION, *about, *_PERSON, *_PAPERS], values, faults, _REQUIRED)
    answer = page(
        request,
        "citizen/new.html",
        status,
        title=_TITLES.get(relation, _TITLES[""]),
        question=_part(form, (*earlier, *_QUESTION)),
        about=_part(form, about),
        category=values.get("category", ""),
        is_asked_more=is_asked_more,
        person=_part(form, _PERSON),
        papers=_part(form, _PAPERS),
        faults=form.faults,
        hidden={
            name: value for name, value in values.items() if name in _ABOUT_AN_EARLIER_ONE and name not in earlier
        },
        after=values.get("related_number", ""),
        alike=alike or [],
        may_send_anyway=may_send_anyway,
        key=key or new_key(),
    )
    if request.method == "GET":
        # Nothing of a person is in it, and whoever comes back to it finds what they had typed.
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _part(form: Filled, names: tuple[str, ...]) -> list[object]:
    return [each for each in form.fields if each.name in names]
