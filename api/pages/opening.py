"""The feedback form: checked as it is typed, asked for what it lacks before it is sent (VAL-1, VAL-2, QST-2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from re import fullmatch
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.attachments import id_of, kept, screened
from api.cases import appeal_contract
from api.dependencies import Composed, Parts
from api.pages.enclosed import FILE_PREFIX, Enclosed, enclosed, faults_of, name_of
from api.pages.forms import Field, Filled, Form, fault_of, filled, named, names_of, new_key, read
from api.pages.labels import CHOICES, Label
from api.pages.pages import page
from api.problems import ProblemError
from api.rights import allowed, case_for
from api.schemas import AppealIn
from api.uploads import Received
from domain.actors import Actor
from domain.appeal import ESCALATION_PACKAGE, Category, Channel, DocumentKind, Relation, ServiceKind
from domain.case import CaseView
from domain.foresight import foresee_opening
from domain.help import Question
from domain.listing import Filter
from domain.packages import REQUIRED
from domain.questions import lacks_of
from domain.rights import Operation, Reach, may, reach, sight
from infra.cases import Opened
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
PERSON = ("details.full_name", "details.phone", "details.email", "details.login")
PAPERS = ("details.snils", "details.passport", "details.passport_issued_on", "details.inn")
_ABOUT_AN_EARLIER_ONE = ("related_number", "relation", "escalation_reason", "details.first_appeal")
_FILE_LABELS = {
    DocumentKind.SCREENSHOT: Label("Снимки экрана и другие файлы", "Можно выбрать несколько."),
    DocumentKind.EXCHANGE_SCREENSHOTS: Label("Снимки экрана с перепиской", "Можно выбрать несколько."),
}
_TITLES = {"": "Новое обращение", "repeat": "Повторное обращение", "escalation": "В вышестоящую инстанцию"}
_REQUIRED = ("details.description", "details.full_name", "details.phone", "details.email")
_IS_NEEDED = "Нужно указать."


@router.get("")
async def read_form(
    request: Request, actor: Opener, composed: Composed, after: str = "", relation: str = ""
) -> Response:
    """The empty form; with `after`, about that earlier appeal."""
    is_higher = relation == Relation.ESCALATION
    values = {"related_number": after, "relation": relation if relation in _TITLES else ""}
    return await _shown(request, composed, actor, values | ({"details.first_appeal": after} if is_higher else {}), {})


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
    is_good = bool(known and typed.strip() and field in (*PAPERS, "details.phone", "details.email"))
    return page(request, "citizen/checked.html", fault=fault, asked=asked, is_good=is_good)


@router.post("/about")
async def ask_about_category(request: Request, _actor: Opener, form: Annotated[Form, Depends(Form.sent)]) -> Response:
    """The questions of the category that was just chosen; a part of the page."""
    category = form.values.get("category", "")
    about = filled(AppealIn, _about(category), form.values).fields
    files = _file_fields(_kinds_of_theme(form.values), {})
    return page(request, "citizen/about.html", about=about, about_files=files, category=category)


@router.post("")
async def send_form(request: Request, actor: Opener, composed: Composed) -> Response:
    """Open the appeal with its files, or show the form again with what is wrong; what it lacks is asked for once."""
    async with enclosed(request, composed.files) as brought:
        return await _sent(request, actor, composed, brought)


async def _sent(request: Request, actor: Actor, composed: Parts, brought: Enclosed) -> Response:
    form = brought.form
    about = _about(form.values.get("category", ""))
    values = {name: form.values.get(name, "") for name in _asked(form)}
    appeal, faults = read(AppealIn, values, channel=Channel.WEB_FORM)
    files = brought.received(appeal.package if appeal else None)
    unfit = await faults_of(composed.files, files)
    if appeal is None or unfit:
        empty = {name: _IS_NEEDED for name in _REQUIRED if not values[name].strip()}
        return await _shown(request, composed, actor, values, empty | faults | unfit, form, 422, files)
    if not form.values.get("_anyway"):
        lacks, alike = lacks_in(composed, actor, appeal), await _alike(composed, actor, appeal.category)
        if appeal.category is Category.DATA_REQUEST and appeal.data_request is None:
            lacks |= {"data_request.data_set": "Выберите, какие данные вам нужны."}
        is_new = bool(about) and form.values.get("_about") != values["category"]
        if lacks or alike or is_new:
            more: dict[str, Any] = {"alike": alike, "is_asked_more": is_new, "may_send_anyway": True}
            return await _shown(request, composed, actor, values, lacks, form, 422, files, **more)
    announced = appeal.model_copy(update={"coming_scans": [each.terms.kind for each in files] or None})
    opened = await opened_once(composed, actor, form.key, announced)
    if opened is None:
        sentence = "Эта форма уже отправлена с другим текстом. Если это новое обращение, отправьте её ещё раз."
        return await _shown(request, composed, actor, values, {"": sentence}, status=409, files=files)
    is_whole = await _attached(request, actor, composed, opened.number, form.key, files)
    return RedirectResponse(f"/my/{opened.number}?done={'opened' if is_whole else 'opened-in-part'}", 303)


async def opened_once(composed: Parts, actor: Actor, key: str, appeal: AppealIn) -> Opened | None:
    """The appeal that this form has opened, now or before; nothing where it was sent with another text (INT-6)."""
    try:
        return await composed.cases.open(actor, key, appeal)
    except ProblemError as problem:
        if problem.problem.code != "idempotency_key_reused":
            raise
        return None


async def _attached(
    request: Request, actor: Actor, composed: Parts, number: str, key: str, files: list[Received]
) -> bool:
    """Give the files to the appeal that is open now, one after another; false where one has to be sent again.

    The same form sent again brings the same files.
    """
    if not files:
        return True
    try:
        view = await case_for(Operation.ATTACH_FILE)(request, actor, number)
        for each in files:
            file_id = id_of(view.number, actor, f"{key}-{each.terms.kind}-{each.sha256}")
            await screened(composed.files, *await kept(composed.files, view.number, file_id, actor, each))
    except ProblemError:
        return False
    return True


def _asked(form: Form) -> tuple[str, ...]:
    about = _about(form.values.get("category", ""))
    return (*_QUESTION, *about, *PERSON, *PAPERS, *_ABOUT_AN_EARLIER_ONE)


def _about(category: str) -> tuple[str, ...]:
    return next((names for known, names in _BY_CATEGORY.items() if known == category), ())


def lacks_in(composed: Parts, actor: Actor, appeal: AppealIn) -> dict[str, str]:
    """What is still missing, by field: what the case would ask for, and what the question does not say."""
    foreseen = foresee_opening(appeal_contract(actor, appeal), composed.cases.opener.policy, actor, datetime.now(UTC))
    shown = {name.removeprefix("details."): name for name in (*_QUESTION, *PERSON, *PAPERS)}
    lacks = {shown[item]: _IS_NEEDED for item in foreseen.missing if item in shown}
    vague = lacks_of(appeal.details.description or "", appeal.service) if appeal.details.description else []
    return lacks | ({"details.description": " ".join(lack.russian for lack in vague)} if vague else {})


async def _alike(composed: Parts, actor: Actor, category: Category | None) -> list[str]:
    """The citizen's open appeals about the same: perhaps this one is sent already (VAL-1)."""
    found = await Listing(composed.register).appeals(sight(actor), Filter(category=category, citizen=actor.subject))
    return [each.number for each in found.appeals if not each.status.is_final and each.category == category]


async def _shown(
    request: Request,
    composed: Parts,
    actor: Actor,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    sent: Form | None = None,
    status: int = 200,
    files: Sequence[Received] = (),
    alike: Sequence[str] = (),
    is_asked_more: bool = False,
    may_send_anyway: bool = False,
    refused: str = "",
) -> Response:
    """The form with what was typed; `refused` names a field whose question was one too many."""
    relation = values.get("relation", "")
    is_higher = relation == Relation.ESCALATION
    earlier = ["escalation_reason"] if is_higher else []
    about = _about(values.get("category", ""))
    typed = {name: fault for name, fault in faults.items() if not name.startswith(FILE_PREFIX)}
    form = filled(AppealIn, [*earlier, *_QUESTION, *about, *PERSON, *PAPERS], values, typed, _REQUIRED)
    about_files = [] if is_higher else _file_fields(_kinds_of_theme(values), faults)
    more_files = _file_fields(ESCALATION_PACKAGE if is_higher else (DocumentKind.SCREENSHOT,), faults)
    unfit = [(each.id, named(each.label, each.error)) for each in (*about_files, *more_files) if each.error]
    answer = page(
        request,
        "citizen/new.html",
        status,
        title=_TITLES.get(relation, _TITLES[""]),
        is_higher=is_higher,
        question=_part(form, (*earlier, *_QUESTION)),
        about=_part(form, about),
        about_files=about_files,
        more_files=more_files,
        were_files=bool(files),
        category=values.get("category", ""),
        is_asked_more=is_asked_more,
        person=_part(form, PERSON),
        papers=_part(form, PAPERS),
        faults=[*form.faults, *unfit],
        hidden={
            name: value for name, value in values.items() if name in _ABOUT_AN_EARLIER_ONE and name not in earlier
        },
        earlier=await _own_appeal(composed, actor, values.get("related_number", "")),
        alike=alike,
        may_send_anyway=may_send_anyway,
        helps=await _helps(composed, actor, sent),
        refused=refused,
        key=sent.key if sent else new_key(),
    )
    if request.method == "GET":
        # Nothing of a person is in it, and whoever comes back to it finds what they had typed.
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _part(form: Filled, names: tuple[str, ...]) -> list[object]:
    return [each for each in form.fields if each.name in names]


def _kinds_of_theme(values: Mapping[str, str]) -> tuple[DocumentKind, ...]:
    """The documents that this theme's procedure will ask for, as far as the form tells (DOC-1, VER-1)."""
    category, package = values.get("category", ""), values.get("package", "")
    if category == Category.FORMS_AND_DOCUMENTS:
        return REQUIRED.get(ServiceKind(package) if package in list(ServiceKind) else ServiceKind.GENERAL, ())
    return (DocumentKind.PASSPORT,) if category == Category.IDENTITY_VERIFICATION else ()


def _file_fields(kinds: Iterable[DocumentKind], faults: Mapping[str, str]) -> list[Field]:
    labels = {kind: _FILE_LABELS.get(kind) or Label(CHOICES["kind"][kind]) for kind in kinds}
    return [
        Field(name_of(kind), label, "text", is_required=False, error=faults.get(name_of(kind), ""))
        for kind, label in labels.items()
    ]


async def _helps(composed: Parts, actor: Actor, sent: Form | None) -> dict[str, Question] | None:
    """By field, what the form has asked operators; None where nobody is to be called (VAL-3)."""
    if reach(actor.role, Operation.ASK_FOR_HELP) is Reach.NONE:
        return None
    return await composed.helps.own_of(asked_in(sent), actor, datetime.now(UTC)) if sent else {}


def asked_in(form: Form) -> list[str]:
    """The questions about fields that a form has asked so far."""
    return [each for each in form.values.get("_help", "").split("\n") if each]


async def shown_again(
    request: Request, composed: Parts, actor: Actor, form: Form, files: Sequence[Received], refused: str
) -> Response:
    """The form as it was typed so far, unsent."""
    values = {name: form.values.get(name, "") for name in _asked(form)}
    status = 429 if refused else 200
    return await _shown(request, composed, actor, values, {}, form, status, files, refused=refused)


async def _own_appeal(composed: Parts, actor: Actor, number: str) -> CaseView | None:
    """The earlier appeal that this one is about, with its date (ESC-2); only the citizen's own."""
    if not fullmatch(r"\d{16}", number):
        return None
    view = await composed.register.view(number)
    return view if view and may(actor, Operation.READ_APPEAL, view) else None
