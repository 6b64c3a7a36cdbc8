"""How a page is made: templates, the addresses of what they load, and what the browser may do with the answer."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages import words
from api.pages.sessions import Session

ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = Path(__file__).parents[2] / "templates" / "pages"
# No script within a page and none from elsewhere; forms go nowhere but here. A picture that is chosen and not yet
# sent is shown from the browser's own memory.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# With no referrer at all, browsers would not say either which page a form comes from.
PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin", "Vary": "Cookie"}


class NoAssets(RuntimeError):
    """What the pages load was never made."""


@cache
def asset_names() -> dict[str, str]:
    """The name of each asset with the hash of its content; raises `NoAssets` where there are none."""
    try:
        names: dict[str, str] = json.loads((ASSETS / "names.json").read_bytes())
    except FileNotFoundError:
        raise NoAssets("the pages have no style, script and fonts yet: run `make assets`") from None
    return names


def _asset(name: str) -> str:
    return f"/assets/{asset_names()[name]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset
    environment.filters.update(words.FILTERS)
    return environment


def page(request: Request, template: str, status: int = 200, **content: Any) -> HTMLResponse:
    """The page that this template makes of its content, for whoever is signed in."""
    session: Session | None = getattr(request.state, "session", None)
    text = _environment().get_template(template).render(session=session, path=request.url.path, **content)
    answer = HTMLResponse(text, status_code=status)
    MutableHeaders(raw=answer.raw_headers).update(PAGE_HEADERS)
    return answer
