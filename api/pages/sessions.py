"""Who is signed in: a sealed cookie that ends within the hour or with the sign-out, and counts on pages alone."""

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.pages.areas import is_page
from api.pages.seal import Ending, Kept, Seal
from api.problems import ProblemError, response, unavailable
from domain.actors import Actor
from infra.settings import Settings
from infra.tokens import Bearer
from store.database import DATABASE_TROUBLE

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Session(Ending):
    """A person who has signed in; `token` is what each of their forms has to bring back."""

    actor: Actor
    token: str

    @property
    def bearer(self) -> Bearer:
        return Bearer(self.actor, expires_at=self.expires_at)

    def shown_token(self) -> str:
        """The token as a form shows it: never twice the same: no length of a packed page tells it (BREACH)."""
        mask = secrets.token_bytes(len(self.token))
        return urlsafe_b64encode(mask + _crossed(mask, self.token.encode())).decode()

    def has_shown(self, shown: str) -> bool:
        """Whether this is the token of this session, as a form brings it back."""
        try:
            content = urlsafe_b64decode(shown)
        except ValueError:
            return False
        mask, crossed = content[: len(self.token)], content[len(self.token) :]
        return hmac.compare_digest(_crossed(mask, crossed), self.token.encode())


def _crossed(mask: bytes, content: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mask, content, strict=False))


class Cookies:
    """Our cookies: for this host alone, out of reach of scripts, over TLS wherever there is any."""

    def __init__(self, settings: Settings) -> None:
        self._seal = Seal(settings.session_secret)
        self._over_tls = settings.public_url.startswith("https:")
        self._minutes = settings.session_minutes

    def session(self, actor: Actor) -> Session:
        """A new session of this person; afterwards the issuer is asked again who they are."""
        return Session(actor=actor, token=secrets.token_urlsafe(18), expires_at=time.time() + self._minutes * 60)

    def put(self, answer: Response, name: str, content: Ending) -> None:
        """Have the browser keep this until it ends."""
        seconds = max(0, int(content.expires_at - time.time()))
        self._set(answer, name, self._seal.sealed(content), seconds)

    def drop(self, answer: Response, name: str) -> None:
        """Have the browser forget it."""
        self._set(answer, name, "", 0)

    def get(self, scope: Scope, name: str, kind: type[Kept]) -> Kept | None:
        """What the browser brings back, if it is ours and still good."""
        found = _cookies(scope).get(self._name(name))
        return self._seal.opened(found, kind) if found else None

    def _set(self, answer: Response, name: str, value: str, seconds: int) -> None:
        # Lax: a link in a letter leads into the session, a form of another site does not.
        answer.set_cookie(
            self._name(name), value, seconds, path="/", secure=self._over_tls, httponly=True, samesite="lax"
        )

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self._over_tls else name


class Sessions:
    """Puts the session before every page, and refuses forms that come from elsewhere.

    `has_ended` is asked of each session: whoever has signed out is gone at every process of the API at once.
    """

    def __init__(self, app: ASGIApp, cookies: Cookies, has_ended: Callable[[Scope, str], Awaitable[bool]]) -> None:
        self._app = app
        self._cookies = cookies
        self._has_ended = has_ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = [_with_plain_cookies(*each) for each in scope["headers"]]
        if is_page(scope):
            session = self._cookies.get(scope, "session", Session)
            try:
                if session and await self._has_ended(scope, session.token):
                    session = None
            except DATABASE_TROUBLE:
                return await response(unavailable("database_unavailable").problem)(scope, receive, send)
            scope.setdefault("state", {})["session"] = session
            if scope["method"] not in _SAFE and not _is_from_here(Headers(scope=scope)):
                return await response(_foreign_form().problem)(scope, receive, send)
        await self._app(scope, receive, send)


def session_over() -> ProblemError:
    """401: nobody is signed in, or not any more; what they had typed is on the page that says so."""
    return ProblemError(
        401,
        "unauthorised",
        "Сеанс закончился",
        "Войдите ещё раз в новой вкладке, вернитесь сюда и отправьте форму.",
    )


def _is_from_here(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    # Cut, not parsed: an origin may be anything, and a parser has its own mind about some of it.
    return origin.partition("://")[2] == headers.get("host", "") != ""


def _with_plain_cookies(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """The head without cookies in quotes; ours have none.

    Python before 3.11.10 takes seconds to unquote a long one (CVE-2024-7592), and FastAPI has it done on every route.
    """
    if name == b"cookie" and (b'"' in value or b"\\" in value):
        value = b";".join(each for each in value.split(b";") if b'"' not in each and b"\\" not in each)
    return name, value


def _cookies(scope: Scope) -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _foreign_form() -> ProblemError:
    return ProblemError(
        403,
        "foreign_form",
        "Форма отправлена не с нашей страницы",
        "Откройте страницу заново и заполните форму на ней.",
    )
