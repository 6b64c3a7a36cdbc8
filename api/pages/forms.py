"""Forms made from the models that the API reads: fields, checks and errors of the same source, no rule twice."""

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from api.pages.labels import CHOICES, YES_AND_NO, Label, label_of
from api.pages.sessions import Session, session_over
from api.problems import ProblemError, field_problem

FIELDS_AT_MOST = 500
Model = TypeVar("Model", bound=BaseModel)
Kind = Literal["text", "long", "choice", "several", "lines"]


@dataclass(frozen=True)
class Form:
    """What a form has brought, by a session of ours; `key` is the one that it was given when it was made."""

    values: Mapping[str, str]

    @classmethod
    async def sent(cls, request: Request) -> "Form":
        """The form of this request; a page that was made for another session does not pass."""
        try:
            body = (await request.body()).decode()
            pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_AT_MOST)
        except ValueError:
            raise ProblemError(400, "not_a_form", "Форма не разобрана", "Откройте страницу заново.") from None
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        return cls.of(request, {name: "\n".join(several) for name, several in values.items()})

    @classmethod
    def of(cls, request: Request, values: Mapping[str, str]) -> "Form":
        """A form with these values, if it is of the session that sends it."""
        _require_token(request, values.get("_token", ""))
        return cls(values)

    @classmethod
    async def key_in_address(cls, request: Request, _token: str = "", _key: str = "") -> str:
        """The key of a form with a file, which only its route reads: what guards it stands in its address."""
        _require_token(request, _token)
        return cls({"_key": _key}).key

    @property
    def key(self) -> str:
        """The idempotency key: a form that is sent twice is one request."""
        key = self.values.get("_key", "")
        return key if key.isalnum() and key.isascii() and 8 <= len(key) <= 64 else new_key()


def _require_token(request: Request, token: str) -> None:
    session: Session | None = request.state.session
    if session is None:
        raise session_over()
    if not session.has_shown(token):
        raise ProblemError(
            403, "form_expired", "Форма открыта до входа", "Проверьте, что вы ввели, и отправьте её ещё раз."
        )


@dataclass(frozen=True)
class Field:
    """One field as it is shown; `name` is the path of its value within the model.

    `form` tells apart the fields of several forms on one page.
    """

    name: str
    label: Label
    kind: Kind
    is_required: bool
    choices: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    error: str = ""
    form: str = ""

    @property
    def id(self) -> str:
        return "-".join(filter(None, (self.form, self.name.replace(".", "-"))))


@dataclass(frozen=True)
class Filled:
    """A form with what was typed into it, and what is wrong with that."""

    fields: list[Field]
    faults: list[tuple[str, str]]
    """Of each fault, the id of its field, or nothing, and the sentence, which names the field."""


def new_key() -> str:
    """A key for a form that is shown for the first time."""
    return uuid4().hex


def read(model: type[Model], values: Mapping[str, str], **given: Any) -> tuple[Model | None, dict[str, str]]:
    """The model with these values, or the errors by field. `given` is what no person types."""
    content: dict[str, Any] = dict(given)
    for each in _walked(model):
        typed = values.get(each.name, "").strip()
        if not typed:
            continue
        place = content
        *path, last = each.name.split(".")
        for step in path:
            place = place.setdefault(step, {})
        place[last] = (
            [line.strip() for line in typed.splitlines() if line.strip()]
            if each.kind in ("several", "lines")
            else typed
        )
    for name, info in model.model_fields.items():
        if _model_in(info.annotation) and info.is_required():
            content.setdefault(name, {})
    try:
        return model.model_validate(content), {}
    except ValidationError as invalid:
        return None, _by_field(invalid, model)


def fault_of(model: type[BaseModel], name: str, typed: str) -> str:
    """What is wrong with the value of this one field, in Russian; empty if nothing is (VAL-2)."""
    _, faults = read(model, {name: typed})
    return faults.get(name, "") if typed.strip() else ""


def filled(
    model: type[BaseModel],
    names: Iterable[str],
    values: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    required: Iterable[str] = (),
    form: str = "",
) -> Filled:
    """These fields of the model in this order, with what was typed and what is wrong with it."""
    known = {each.name: each for each in _walked(model)}
    typed, wrong, needed = values or {}, dict(faults or {}), set(required)
    fields = []
    for name in names:
        plain = known[name]
        fields.append(
            Field(
                name=name,
                label=plain.label,
                kind=plain.kind,
                is_required=plain.is_required or name in needed,
                choices=plain.choices,
                value=typed.get(name, ""),
                error=wrong.pop(name, ""),
                form=form,
            )
        )
    listed = [
        (f"{each.id}-1" if each.kind in ("choice", "several") else each.id, named(each.label, each.error))
        for each in fields
        if each.error
    ]
    return Filled(fields, [*listed, *(("", sentence) for sentence in wrong.values())])


def named(label: Label, sentence: str) -> str:
    """What is wrong with a field, as it is said away from it: above all the fields of a form (VAL-1)."""
    is_word = sentence[1:2].islower() or sentence[1:2].isspace()
    return f"«{label.text.rstrip('?')}»: {sentence[:1].lower() if is_word else sentence[:1]}{sentence[1:]}"


def file_faults(faults: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with a file that was sent, and where on its form (ATT-2)."""
    places = {name: ("kind" if name == "kind" else "file") for name in faults}
    return [(places[name], named(label_of(places[name]), sentence)) for name, sentence in faults.items()]


def names_of(model: type[BaseModel]) -> list[str]:
    """Every field of the model that a person can fill in."""
    return [each.name for each in _walked(model)]


def _walked(model: type[BaseModel], path: str = "") -> Iterator[Field]:
    for name, info in model.model_fields.items():
        if name == "type":
            continue
        if inner := _model_in(info.annotation):
            yield from _walked(inner, f"{path}{name}.")
        elif found := _field(f"{path}{name}", name, info, model):
            yield found


def _field(path: str, name: str, info: FieldInfo, model: type[BaseModel]) -> Field | None:
    owner = model.__name__.removesuffix("In")
    label = label_of(name, owner)
    plain = _plain(info.annotation)
    choices: Mapping[str, str] = {}
    kind: Kind = "long" if label.is_long else "text"
    if get_origin(plain) is list:
        if _model_in(get_args(plain)[0]):
            return None
        choices = CHOICES.get(f"{owner}.{name}", {})
        kind = "several" if choices else "lines"
    elif plain is bool:
        kind, choices = "choice", YES_AND_NO
    elif known := CHOICES.get(f"{owner}.{name}") or CHOICES.get(name):
        allowed = {str(each.value) for each in plain} if isinstance(plain, type) and issubclass(plain, Enum) else None
        kind = "choice"
        choices = {value: text for value, text in known.items() if allowed is None or value in allowed}
    elif isinstance(plain, type) and issubclass(plain, Enum):
        kind, choices = "choice", {str(each.value): getattr(each, "russian", str(each.value)) for each in plain}
    return Field(path, label, kind, info.is_required(), choices)


def _plain(annotation: Any) -> Any:
    """The type without `Annotated` and `None` around it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType):
            rest = [each for each in get_args(annotation) if each is not type(None)]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    plain = _plain(annotation)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None


def _by_field(invalid: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    known = {each.name for each in _walked(model)}
    faults: dict[str, str] = {}
    for fault in invalid.errors():
        told = field_problem(dict(fault))
        path = told.field
        while path and path not in known:
            path = path.rpartition(".")[0]
        faults.setdefault(path or told.field, told.message)
    return faults
