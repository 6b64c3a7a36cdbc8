"""Every route of the pages, asked by every role about a case of theirs and about another's: the API's own table."""

import re
import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest

from api.app import create_app
from api.pages.sessions import Cookies, Session
from api.pages.sign_in import MACHINES
from domain.actors import Actor, Role
from domain.rights import Operation, Reach
from store.access import of_case
from tests.api.test_rights import CITIZEN, ROLES, Door, begun, doors_of
from tests.examples import about_application
from tests.pages.conftest import Site
from tests.sandbox_process import REPOSITORY

PEOPLE = [role for role in ROLES if role not in MACHINES]
TOKEN = "of-this-session"  # noqa: S105 - invented
SHOWN_TOKEN = Session(actor=Actor(subject="any", role=Role.CITIZEN), token=TOKEN, expires_at=0).shown_token()
_BEHIND_THE_DOOR = {200, 303, 409, 422}


def cookie(site: Site, role: Role, subject: str) -> dict[str, str]:
    """The session of somebody in this role."""
    session = Session(actor=Actor(subject=subject, role=role), token=TOKEN, expires_at=time.time() + 60)
    return {"Cookie": f"session={Cookies(site.home.settings)._seal.sealed(session)}"}


async def asked(pages: httpx.AsyncClient, door: Door, number: str, headers: dict[str, str]) -> httpx.Response:
    path = addressed(door, number)
    if door.path.endswith("/events"):
        return await begun(pages, path, headers)
    if door.method == "GET":
        return await pages.get(path, headers=headers)
    form = {"_token": SHOWN_TOKEN, "_key": uuid4().hex, "type": "ConfirmSolution", "solved": "true"}
    if door.operation in (Operation.ATTACH_FILE, Operation.ATTACH_AT_DESK):
        query = f"{path}?{urlencode(form)}"
        return await pages.post(query, data={"kind": "passport"}, files={"file": ("a.pdf", b"")}, headers=headers)
    return await pages.post(f"{path}?field=details.phone", data=form, headers=headers)


@pytest.mark.requirement("AUD-3", "CLS-2")
async def test_every_page_every_role_own_and_foreign(site: Site) -> None:
    number = await site.home.open(about_application(citizen=CITIZEN))
    await site.home.expecting(number, "AnswerQuestion")
    doors = [door for door in doors_of(create_app(site.home.settings)) if door.is_page and not door.rule.is_public]
    assert {"/new", "/my", "/my/{number}", "/desk", "/desk/{number}", "/audit", "/audit/{number}"} <= {
        door.path for door in doors
    }
    async with httpx.AsyncClient(base_url=site.url, headers={"Origin": site.url}, timeout=30) as pages:
        for door in doors:
            nobody = await asked(pages, door, number, {})
            assert nobody.status_code == (303 if door.method == "GET" else 401), door
            for role in PEOPLE:
                own = CITIZEN if role is Role.CITIZEN else f"of-{role}"
                for subject in {own, "somebody-else"}:
                    answer = await asked(pages, door, number, cookie(site, role, subject))
                    reached = door.rule.reach.get(role)
                    is_reached = {
                        None: False,
                        Reach.OWN: subject == CITIZEN,
                        Reach.TASK: role is Role.OPERATOR,
                        Reach.UNIT: role is Role.OPERATOR,
                        Reach.ALL: True,
                    }[reached]
                    is_about_a_case = "{number}" in door.path
                    said = (door, role, subject, answer.status_code)
                    if reached is None:
                        assert answer.status_code == 403, said
                    elif is_reached or not is_about_a_case:
                        # A 404 is the file, the data, the paper, the batch or the audit's work that is not there.
                        parts = ("{paper}", "{file_id}", "{batch_id}", "{run_id}", "/data")
                        is_within = any(word in door.path for word in parts)
                        behind = _BEHIND_THE_DOOR | ({404} if is_within else set())
                        assert answer.status_code in behind, said
                    else:
                        assert answer.status_code == 404, said
        looks = await of_case(site.home.register.engine, number)
        assert {"read_messages", "read_result", "read_file"} <= {look.operation for look in looks if not look.subject}
        assert "work_on_appeal" in {look.operation for look in looks if look.subject == "of-operator"}


@pytest.mark.requirement("AUD-3")
async def test_a_form_that_comes_back_with_the_case_is_a_look_at_it(site: Site) -> None:
    number = await site.home.open(about_application(citizen=CITIZEN))
    await site.home.expecting(number, "AnswerQuestion")
    form = {"_token": SHOWN_TOKEN, "_key": uuid4().hex, "type": "AddDetails"}
    empty: dict[str, Any] = {"data": {"kind": "passport"}, "files": {"file": ("a.pdf", b"")}}
    async with httpx.AsyncClient(base_url=site.url, headers={"Origin": site.url}, timeout=30) as pages:
        mine, operators = cookie(site, Role.CITIZEN, CITIZEN), cookie(site, Role.OPERATOR, "op-7")
        asked = [
            await pages.post(f"/my/{number}/decide", data=form, headers=mine),
            await pages.post(f"/my/{number}/files?{urlencode(form)}", **empty, headers=mine),
            await pages.post(f"/desk/{number}/files?{urlencode(form)}", **empty, headers=operators),
        ]
        assert [each.status_code for each in asked] == [422, 422, 422]
    looks = await of_case(site.home.register.engine, number)
    ids = [each.headers["X-Request-Id"] for each in asked]
    told = {look.request_id: (look.subject, look.operation) for look in looks}
    assert [told[id_] for id_ in ids] == [("", "read_messages")] * 2 + [("op-7", "work_on_appeal")]


async def test_a_page_names_no_earlier_appeal_of_another_citizen(site: Site) -> None:
    first = await site.home.open(about_application(citizen=CITIZEN))
    await site.home.expecting(first, "AnswerQuestion")
    again = {"relation": "repeat", "related_number": first}
    own = await site.home.open(about_application(citizen=CITIZEN, **again))
    foreign = await site.home.open(about_application(citizen="who-knows-the-phone", **again))
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        for number, subject, is_named in ((own, CITIZEN, True), (foreign, "who-knows-the-phone", False)):
            await site.home.expecting(number, "AssessRepeat")
            shown = await pages.get(f"/my/{number}", headers=cookie(site, Role.CITIZEN, subject))
            assert (f"/my/{first}" in shown.text, shown.status_code) == (is_named, 200), subject


async def test_no_form_of_another_site_and_no_token_of_another_session_passes(site: Site) -> None:
    mine = cookie(site, Role.CITIZEN, CITIZEN)
    form = {"_token": SHOWN_TOKEN, "details.description": "Что-то случилось."}
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        for origin in ("https://evil.example", "null", "http://[", "http://a]b", ""):
            refused = await pages.post("/new", data=form, headers=mine | {"Origin": origin})
            assert refused.status_code == 403, origin
        nowhere = await pages.post("/new", data=form, headers=mine | {"Origin": "null", "Host": ""})
        assert nowhere.status_code == 403
        assert (await pages.post("/new", data=form, headers=mine)).status_code == 403, "no origin at all"
        stale = await pages.post("/new", data=form | {"_token": "old"}, headers=mine | {"Origin": site.url})
        assert (stale.status_code, "Что-то случилось." in stale.text) == (403, True)
        ended = await pages.post("/new", data=form, headers={"Origin": site.url})
        assert (ended.status_code, "Что-то случилось." in ended.text) == (401, True)
        api = await pages.post("/v1/appeals", json={}, headers=mine)
        assert api.status_code == 401, "a session counts on pages alone"


async def test_a_page_is_compressed_and_never_shows_a_token_twice(site: Site) -> None:
    headers = cookie(site, Role.CITIZEN, CITIZEN) | {"Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        answers = [await pages.get("/new", headers=headers) for _ in range(2)]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["gzip", "gzip"]
    shown = [token for answer in answers for token in re.findall(r'name="_token" value="([^"]+)"', answer.text)]
    assert len(shown) == len(set(shown)) > 2
    assert all(TOKEN not in answer.text for answer in answers)
    mine = Cookies(site.home.settings).session(Actor(subject=CITIZEN, role=Role.CITIZEN))
    assert mine.has_shown(mine.shown_token())
    assert not any(mine.has_shown(wrong) for wrong in (*shown, mine.token, mine.shown_token()[:-4], "", "я", "x"))


def addressed(door: Door, number: str) -> str:
    """The route's address with something in each of its places."""
    path = door.path.replace("{number}", number).replace("{file_id}", "0" * 32).replace("{paper}", "answer")
    path = path.replace("{table}", "terms").replace("{batch_id}", str(UUID(int=0)))
    return re.sub(r"\{\w+\}", "x", path)


def welcome(door: Door) -> tuple[Role, str]:
    """Somebody whom this route lets in."""
    reached = [role for role in PEOPLE if door.rule.is_public or door.rule.reach.get(role)]
    if door.path.startswith("/my") or reached == [Role.CITIZEN]:
        return Role.CITIZEN, CITIZEN
    return next(role for role in reached if role is not Role.CITIZEN), "somebody"


async def test_no_page_takes_a_form_that_is_not_its_own_and_none_is_kept(site: Site) -> None:
    number = await site.home.open(about_application(citizen=CITIZEN))
    await site.home.expecting(number, "AnswerQuestion")
    before = await site.home.events(number)
    doors = [door for door in doors_of(create_app(site.home.settings)) if door.is_page]
    sending = [door for door in doors if door.method != "GET"]
    assert {"/sign-out", "/new", "/new/help", "/desk/call", "/board/reassign/order"} <= {d.path for d in sending}
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        for door in sending:
            signed_in = cookie(site, *welcome(door))
            path, right = (
                addressed(door, number) + "?field=details.phone",
                {"_token": SHOWN_TOKEN, "_key": uuid4().hex},
            )
            for origin, sent in (
                ("https://evil.example", right),
                (site.url.replace("http:", "https:"), {**right, "_token": "another"}),
                (site.url, {**right, "_token": ""}),
                (site.url, {}),
            ):
                headers = signed_in | {"Origin": origin}
                in_body = await pages.request(door.method, path, data=sent, headers=headers)
                in_address = await pages.request(
                    door.method, f"{path}&{urlencode(sent)}", files={"file": ("a.pdf", b"")}, headers=headers
                )
                assert in_body.status_code == 403, (door, origin, sent)
                assert in_address.status_code in (403, 415), (door, origin, sent)
        for door in doors:
            is_stream_or_asset = door.path.endswith("/events") or door.operation is Operation.READ_ASSET
            if door.method == "GET" and not is_stream_or_asset:
                shown = await pages.get(addressed(door, number), headers=cookie(site, *welcome(door)))
                kept = "private, no-cache" if door.path == "/new" else "no-store"
                assert shown.headers["Cache-Control"] == kept, door
    assert await site.home.events(number) == before


async def test_what_the_browser_is_told_it_may_do(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url, timeout=30) as pages:
        answer = await pages.get("/my", headers=cookie(site, Role.CITIZEN, CITIZEN))
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<style|style=|<script(?! src)| on\w+=", answer.text)
        style = re.search(r'href="(/assets/[^"]+\.css)"', answer.text)
        assert style
        packed = await pages.get(style[1], headers={"Accept-Encoding": "br"})
        assert packed.headers["Content-Encoding"] == "br"
        assert "immutable" in packed.headers["Cache-Control"]
        for path in ("/assets/names.json", "/assets/..%2fpages.py"):
            assert (await pages.get(path)).status_code == 404
        lost = await pages.get("/nowhere", headers={"Accept": "text/html"})
        assert (lost.status_code, "Такого адреса нет" in lost.text) == (404, True)
    templates = (REPOSITORY / "templates" / "pages").rglob("*.html")
    assert not [each for each in templates if "|safe" in each.read_text(encoding="utf-8").replace(" ", "")]
