"""In which language people read our problems: as they ask by `Accept-Language`, else in Russian."""

from contextvars import ContextVar
from enum import StrEnum

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send


class Language(StrEnum):
    """What problems are told in."""

    RUSSIAN = "ru"
    ENGLISH = "en"


language: ContextVar[Language] = ContextVar("language", default=Language.RUSSIAN)
"""The language of the request that is being answered."""


class Languages:
    """Notes the language of each request; it lies around everything that can answer with a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            language.set(preferred(Headers(scope=scope).get("accept-language", "")))
        await self._app(scope, receive, send)


def preferred(accepted: str) -> Language:
    """The language that an `Accept-Language` of RFC 9110 likes best; Russian among equals, and where it has none."""
    weights = {tag.lower().partition("-")[0]: weight for tag, weight in reversed(_ranges(accepted))}
    otherwise = weights.get("*", 0.0)
    return max(Language, key=lambda each: weights.get(each, otherwise))


def _ranges(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted.split(","):
        tag, _, parameter = part.strip().partition(";")
        found.append((tag.strip(), _weight(parameter)))
    return found


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
