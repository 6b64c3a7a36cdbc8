"""A problem on a page is a page: with what to do, and with what the person had typed."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.areas import encloses, is_page_upload, wants_page
from api.pages.enclosed import typed_in
from api.pages.pages import page
from api.problem import Problem

KEPT_BYTES_MAX = 262_144
READ_ON_SECONDS = 5.0
_OURS = frozenset({"_token"})
_SEND_AGAIN = frozenset({"unauthorised", "form_expired", "too_often", "busy"})


class TroublePages:
    """Makes a page of every problem that a page's address answers, wherever in the app it comes from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not wants_page(scope):
            return await self._app(scope, receive, send)
        typed, start, body, ends = bytearray(), list[Message](), bytearray(), list[Message]()
        keeps = scope["method"] == "POST" and (encloses(scope) or not is_page_upload(scope))

        async def overheard() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                ends.append(message)
            if keeps and len(typed) < KEPT_BYTES_MAX:
                typed.extend(message.get("body", b""))
            return message

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                start.append(message)
            elif not start:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    problem = Problem.model_validate_json(bytes(body))
                    # A form with files is read by its route alone, and the door before that may have been closed.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(READ_ON_SECONDS):
                            while encloses(scope) and not ends and len(typed) < KEPT_BYTES_MAX:
                                await overheard()
                    answer = _answer(scope, problem, bytes(typed), Headers(raw=start[0]["headers"]))
                    await answer(scope, receive, send)

        await self._app(scope, overheard, told)


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("application/problem+json")


def _answer(scope: Scope, problem: Problem, typed: bytes, headers: Headers) -> Response:
    request = Request(scope)
    scope.setdefault("state", {}).setdefault("session", None)
    is_stream = "text/event-stream" in request.headers.get("accept", "")
    # A page that asks for a part of itself keeps what it shows: the page to sign in at is no such part.
    is_part = "hx-request" in request.headers
    if problem.code == "unauthorised" and scope["method"] in ("GET", "HEAD") and not (is_stream or is_part):
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?to={quote(to, safe='/')}", 303)
    may_send_again = problem.code in _SEND_AGAIN or problem.status == 503
    answer = page(
        request,
        "trouble.html",
        problem.status,
        problem=problem,
        typed=_fields(request, typed) if may_send_again and scope["method"] == "POST" else [],
        is_form=scope["method"] == "POST",
    )
    if "retry-after" in headers:
        answer.headers["Retry-After"] = headers["retry-after"]
    return answer


def _fields(request: Request, typed: bytes) -> list[tuple[str, Any]]:
    if encloses(request.scope):
        pairs = typed_in(request.headers.get("content-type", ""), typed)
    else:
        try:
            pairs = parse_qsl(typed.decode(), keep_blank_values=True, max_num_fields=500)
        except ValueError:
            return []
    return [(name, value) for name, value in pairs if name not in _OURS]
