"""Whatever is sent to a page, it answers: with what is wrong, and never with a defect of ours (VAL-1)."""

import random
import re
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import httpx
import pytest

from api.app import create_app
from api.pages.forms import names_of
from api.schemas import AppealIn
from tests.api.test_rights import CITIZEN, Door, doors_of
from tests.examples import about_application
from tests.pages.conftest import Site
from tests.pages.test_rights import SHOWN_TOKEN, addressed, cookie, welcome

SEED = 20261123
TRIES = 12
"""For each route. Another seed and a hundred times as many found nothing more."""
ODD = (
    *(
        "",
        " ",
        "\x00",
        "\u202eб",
        "😀" * 300,
        "а\r\nb: c",
        "\u2028",
        "' OR 1=1 --",
        "<script>",
        "{{7*7}}",
        "../../etc",
        "%00",
    ),
    *("null", "[]", "[[", "{}", "true", "W10", "bnVsbA", "eyJhIjoxfQ", "MQ==", "http://["),
    *("-1", "0", "1", "NaN", "1e999", "0x10", "١٢٣", "9" * 19, "9" * 5000),
    *("2026-13-45", "0001-01-01", "9999-12-31", "9999-99", "2026-02-30T25:61:61Z"),
)
FIELDS = (
    *(
        "after",
        "since",
        "until",
        "relation",
        "text",
        "status",
        "unit",
        "done",
        "to",
        "code",
        "state",
        "_seen",
        "_key",
    ),
    *(
        "kind",
        "type",
        "event",
        "value",
        "numbers",
        "reason",
        "score",
        "note",
        "is_polite",
        "answer.steps",
        *names_of(AppealIn),
    ),
)
HEADERS = (
    *("If-Match", "If-None-Match", "Last-Event-ID", "Range", "Accept", "Accept-Language", "Accept-Encoding"),
    *("HX-Request", "Content-Type", "Idempotency-Key", "X-Request-Id", "X-Forwarded-For", "Origin"),
)


class Odd:
    """Makes requests that no browser sends, the same ones each time."""

    def __init__(self) -> None:
        self._lot = random.Random(SEED)  # noqa: S311 - no secret

    def address(self, door: Door, number: str) -> str:
        """The address of the route, with something else in some of its places."""
        places = {"{number}": number} if self._lot.random() < 0.7 else {}
        kept = {**places, "{batch_id}": str(UUID(int=0)), "{id_}": uuid4().hex}
        path = re.sub(r"\{\w+\}", lambda found: kept.get(found[0]) or quote(self._word(), safe=""), door.path)
        whole = path if self._lot.random() < 0.8 else addressed(door, number)
        return f"{whole}?{urlencode(self.fields(3))}"

    def fields(self, at_most: int) -> dict[str, str]:
        return {self._lot.choice(FIELDS): self._word() for _ in range(self._lot.randrange(at_most + 1))}

    def headers(self) -> dict[bytes, bytes]:
        words = {name: self._word() for name in self._lot.sample(HEADERS, self._lot.randrange(3))}
        said = {name: re.sub(r"[\x00\r\n]", "", word).strip().encode()[:3000] for name, word in words.items()}
        return {name.encode(): word for name, word in said.items() if word}

    def has_file(self) -> bool:
        return self._lot.random() < 0.3

    def _word(self) -> str:
        return self._lot.choice(ODD)


async def answer(
    pages: httpx.AsyncClient, door: Door, path: str, odd: Odd, headers: dict[str, str]
) -> httpx.Response:
    """What the page says to an odd request of somebody whom it knows."""
    everything = {name.encode(): word.encode() for name, word in headers.items()} | odd.headers()
    if door.method == "GET":
        return await pages.get(path, headers=everything)
    form = odd.fields(7) | {"_token": SHOWN_TOKEN, "_key": uuid4().hex}
    if odd.has_file():
        files = {"file.screenshot": ("../я.png", b"\x89PNG")}
        return await pages.post(f"{path}&{urlencode(form)}", data=form, files=files, headers=everything)
    return await pages.request(door.method, path, data=form, headers=everything)


@pytest.mark.requirement("VAL-1")
async def test_no_page_breaks_whatever_is_sent(site: Site) -> None:
    number = await site.home.open(about_application(citizen=CITIZEN))
    await site.home.expecting(number, "AnswerQuestion")
    odd, defects, statuses = Odd(), [], set()
    # A sign-out would end the session of all that follows, and a stream has no end of its own.
    doors = [each for each in doors_of(create_app(site.home.settings)) if each.is_page and each.path != "/sign-out"]
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        for door in (each for each in doors if not each.path.endswith("/events")):
            headers = cookie(site, *welcome(door)) | {"Origin": site.url}
            for _ in range(TRIES):
                path = odd.address(door, number)
                answered = await answer(pages, door, path, odd, headers)
                statuses.add(answered.status_code)
                if answered.status_code >= 500:
                    defects.append((door.method, path[:200], answered.status_code))
    assert not defects
    assert {200, 303, 403, 404, 415, 422} <= statuses, "it is the pages themselves that were asked"
