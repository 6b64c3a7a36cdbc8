"""Errors as RFC 9457 problems: what is wrong, where, and what to do, in the citizen's language."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.english import in_english
from api.languages import Language, language
from api.problem import Awaited, FieldProblem, Problem
from api.routes import methods_at
from domain.sealing import Erased
from infra.wrapping import WrappingKeyTrouble
from store.database import DATABASE_TROUBLE

RETRY_AFTER_SECONDS = 5

log = structlog.get_logger()

_HTTP_PROBLEMS = {
    404: ("unknown_address", "Такого адреса нет", "Проверьте адрес по описанию API."),
    405: ("method_not_allowed", "Этот метод здесь не поддерживается", "Проверьте метод по описанию API."),
    408: ("too_slow", "Запрос не дождались", "Тело запроса приходило слишком долго. Отправьте запрос ещё раз."),
    413: ("too_long", "Запрос слишком велик", "Сократите описание; файлы прикладываются отдельно."),
    415: ("not_json", "Запрос не в том виде", "Тело запроса должно быть в JSON: Content-Type: application/json."),
    431: ("head_too_long", "Заголовки запроса слишком велики", "Сократите число и длину заголовков и адреса."),
}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")

FIELD_MESSAGES = {
    "missing": "Обязательное поле не заполнено.",
    "extra_forbidden": "Такого поля нет: проверьте имя.",
    "string_too_long": "Слишком длинно: не больше {max_length} знаков.",
    "string_too_short": "Слишком коротко: не меньше {min_length} знаков.",
    "string_type": "Нужна строка.",
    "enum": "Недопустимое значение. Допустимы: {expected}.",
    "literal_error": "Недопустимое значение. Допустимы: {expected}.",
    "union_tag_invalid": "Неизвестный вид. Допустимы: {expected_tags}.",
    "union_tag_not_found": "Не указан вид: поле {discriminator}.",
    "bool_type": "Нужно true или false.",
    "bool_parsing": "Нужно true или false.",
    "int_type": "Нужно целое число.",
    "int_parsing": "Нужно целое число.",
    "int_from_float": "Нужно целое число.",
    "greater_than_equal": "Не меньше {ge}.",
    "less_than_equal": "Не больше {le}.",
    "too_long": "Слишком много: не больше {max_length}.",
    "too_short": "Слишком мало: не меньше {min_length}.",
    "float_type": "Нужно число.",
    "float_parsing": "Нужно число.",
    "timezone_aware": "Нужно время с часовым поясом, например 2026-11-22T12:00:00+03:00.",
    "datetime_from_date_parsing": "Нужно время с часовым поясом, например 2026-11-22T12:00:00+03:00.",
    "datetime_parsing": "Нужно время с часовым поясом, например 2026-11-22T12:00:00+03:00.",
    "date_parsing": "Нужен день, например 2026-11-22.",
    "date_from_datetime_parsing": "Нужен день, например 2026-11-22.",
    "date_from_datetime_inexact": "Нужен день, например 2026-11-22.",
    "string_pattern_mismatch": "Недопустимые знаки.",
    "json_invalid": "Тело запроса — не JSON.",
    "model_attributes_type": "Нужен объект JSON.",
    "dict_type": "Нужен объект JSON.",
    "list_type": "Нужен список.",
}


class ProblemError(Exception):
    """Raised anywhere under a route, answered as a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        expects: list[dict[str, Any]] | None = None,
        errors: list[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.headers = headers
        self.problem = Problem(
            type=f"urn:hotline:problem:{code}",
            title=title,
            status=status,
            detail=detail,
            code=code,
            expects=None if expects is None else [Awaited.model_validate(each) for each in expects],
            errors=errors or [],
        )


def unavailable(code: str) -> ProblemError:
    """503: the caller may send the same request again, under the same key, without doing anything twice."""
    return ProblemError(
        503,
        code,
        "Сервис временно недоступен",
        "Повторите запрос немного позже с тем же ключом идемпотентности: дважды он выполнен не будет.",
    )


def http_problem(status: int, detail: str = "") -> ProblemError:
    """What HTTP itself has a status for."""
    otherwise = (f"http_{status}", "Запрос не выполнен", "Проверьте запрос по описанию API.")
    code, title, usual = _HTTP_PROBLEMS.get(status, otherwise)
    return ProblemError(status, code, title, detail or usual)


def unknown_appeal() -> ProblemError:
    """404: there is no such appeal, or it is not the caller's to see."""
    return ProblemError(404, "unknown_appeal", "Обращение не найдено", "Проверьте номер обращения.")


def key_reused() -> ProblemError:
    """422: the key belongs to another request of this caller."""
    return ProblemError(
        422,
        "idempotency_key_reused",
        "Ключ идемпотентности уже использован",
        "С этим ключом уже принят другой запрос. Для нового запроса возьмите новый ключ.",
    )


def erased_appeal() -> ProblemError:
    """410: there was such an appeal; what it told of a person was erased for good."""
    return ProblemError(
        410,
        "erased",
        "Данные обращения удалены",
        "Обращение завершено, его персональные данные удалены безвозвратно.",
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of this app as a problem, without stack traces."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Erased, _on_erased)
    for trouble in (*DATABASE_TROUBLE, WrappingKeyTrouble):
        app.add_exception_handler(trouble, _on_database_trouble)
    app.add_exception_handler(Exception, _on_defect)


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem as an HTTP answer, in the language of the request."""
    chosen = language.get()
    told = in_english(problem) if chosen is Language.ENGLISH else problem
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if problem.status == 503 else {}
    spoken = {"Content-Language": chosen.value, "Vary": "Accept-Language"}
    return JSONResponse(
        told.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={**spoken, **retry, **(headers or {})},
    )


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101 - what the handler is registered for
    return response(error.problem, error.headers)


async def _on_erased(_request: Request, _error: Exception) -> JSONResponse:
    return response(erased_appeal().problem)


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what the handler is registered for
    fields = [field_problem(dict(fault)) for fault in error.errors()]
    if any(fault["type"] == "missing" and fault["loc"] == ("header", "Idempotency-Key") for fault in error.errors()):
        return response(_no_key().problem)
    if any(field.code == "json_invalid" for field in fields):
        return response(ProblemError(400, "not_json", "Запрос не разобран", FIELD_MESSAGES["json_invalid"]).problem)
    return response(
        ProblemError(
            422,
            "invalid_request",
            "Запрос заполнен неверно",
            "Исправьте названные поля и отправьте запрос ещё раз.",
            errors=fields,
        ).problem
    )


def _no_key() -> ProblemError:
    return ProblemError(
        400,
        "idempotency_key_missing",
        "Не указан ключ идемпотентности",
        "Придумайте ключ для этого запроса и передайте его в заголовке Idempotency-Key. Повторяйте с тем же ключом.",
    )


def field_problem(fault: dict[str, Any]) -> FieldProblem:
    """One of pydantic's faults, in Russian."""
    context = fault.get("ctx") or {}
    code = str(fault["type"])
    if code == "value_error":
        message = str(context.get("error", ""))
    else:
        message = FIELD_MESSAGES.get(code, "Недопустимое значение.").format_map(context)
    path = [_named(part) for part in fault["loc"] if part not in ("body", "path", "query", "header")]
    return FieldProblem(field=".".join(path), code=code, message=message)


def _named(part: int | str) -> str:
    # An unknown field has the name that the sender gave it, which may be anything.
    return str(part) if isinstance(part, int) or _NAME.fullmatch(part) else "…"


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
    # The router names the methods of one route alone.
    allow = {"Allow": ", ".join(methods_at(request.app, request.url.path))} if error.status_code == 405 else {}
    return response(http_problem(error.status_code).problem, {**(error.headers or {}), **allow})


async def _on_database_trouble(_request: Request, error: Exception) -> JSONResponse:
    log.warning("register or keys did not answer", error=type(error).__name__)
    return response(unavailable("register_unavailable").problem)


async def _on_defect(_request: Request, _error: Exception) -> JSONResponse:
    return response(
        ProblemError(
            500, "defect", "Внутренняя ошибка", "Мы уже знаем о ней. Повторите запрос с тем же ключом позже."
        ).problem
    )
