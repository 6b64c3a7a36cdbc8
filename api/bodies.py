"""What a request may bring in its body: JSON in one reading only, or a page's form; not too long nor too slow."""

import asyncio
import json
import math
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.areas import is_page, is_page_upload
from api.problems import FIELD_MESSAGES, ProblemError, http_problem, response
from api.uploads import is_upload

NESTED_AT_MOST = 32
_FORM = "application/x-www-form-urlencoded"
DIGITS_AT_MOST = 20


class Bodies:
    """Reads each body within bounds and refuses what two readers could understand in two ways.

    Files are not read here: `uploads.py` streams them. A body that is too long ends with 413 as soon as it is,
    without reading the rest.
    """

    def __init__(self, app: ASGIApp, bytes_max: int, seconds_max: float) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._seconds_max = seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or is_upload(scope)
            or is_page_upload(scope)
            or not _brings_a_body(headers := Headers(scope=scope))
        ):
            return await self._app(scope, receive, send)
        try:
            body = await self._read(headers, receive, is_page(scope))
        except ProblemError as refusal:
            # Closed while a body still comes, the connection would be reset and the answer be lost: the server
            # throws away what is left. A body that does not come is not waited for.
            headers_too = {"Connection": "close"} if refusal.problem.status == 408 else None
            return await response(refusal.problem, headers_too)(scope, receive, send)
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def read() -> Message:
            return unread.pop() if unread else await receive()

        return await self._app(scope, read, send)

    async def _read(self, headers: Headers, receive: Receive, is_form: bool) -> bytes:
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise http_problem(415, "Тело запроса сжато: отправьте его без Content-Encoding.")
        if _media_type(headers) != (_FORM if is_form else "application/json"):
            raise http_problem(415)
        try:
            async with asyncio.timeout(self._seconds_max):
                body = b"".join([part async for part in _parts(receive, self._bytes_max)])
        except TimeoutError:
            raise http_problem(408) from None
        if not is_form and (fault := fault_of(body)):
            raise ProblemError(400, "not_json", "Запрос не разобран", fault)
        return body


def fault_of(body: bytes) -> str:
    """Why this is not JSON that every reader understands in the same way, in Russian; empty if it is."""
    try:
        content = json.loads(
            body.decode(),
            object_pairs_hook=_with_each_name_once,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_of_a_sane_length,
        )
    except _Ambiguous as ambiguous:
        return str(ambiguous)
    except RecursionError:
        return _TOO_DEEP
    except ValueError:
        return FIELD_MESSAGES["json_invalid"]
    return next(_faults_within(content), "")


_TOO_DEEP = f"Тело запроса вложено слишком глубоко: не больше {NESTED_AT_MOST} уровней."


class _Ambiguous(ValueError):
    """What is wrong, in Russian, without what was sent."""


def _with_each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise _Ambiguous("В теле запроса одно и то же поле названо дважды.")
    return content


def _refuse_constant(_name: str) -> float:
    raise _Ambiguous("NaN и Infinity — не JSON.")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise _Ambiguous("Число в теле запроса слишком велико.")
    return number


def _of_a_sane_length(digits: str) -> int:
    if len(digits) > DIGITS_AT_MOST:
        raise _Ambiguous("Число в теле запроса слишком велико.")
    return int(digits)


def _faults_within(content: Any) -> Iterator[str]:
    level: list[Any] = [content]
    for _ in range(NESTED_AT_MOST + 1):
        texts = [each for each in level if isinstance(each, str)]
        if any("\ud800" <= sign <= "\udfff" for text in texts if not text.isascii() for sign in text):
            yield "В теле запроса половина знака Юникода."
        lists = [each for each in level if isinstance(each, list)]
        objects = [each for each in level if isinstance(each, dict)]
        level = [item for each in lists for item in each]
        level += [item for each in objects for pair in each.items() for item in pair]
        if not level:
            return
    yield _TOO_DEEP


def _brings_a_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def _parts(receive: Receive, bytes_max: int) -> Any:
    read, is_more = 0, True
    while is_more:
        message = await receive()
        part = message.get("body", b"")
        read += len(part)
        if read > bytes_max:
            raise http_problem(413)
        yield part
        is_more = message.get("more_body", False)
