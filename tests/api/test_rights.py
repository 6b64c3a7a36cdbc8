"""Every route, asked by every role about a case of theirs and about another's, compared with the policy table."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from api.app import create_app
from api.pages.areas import is_page
from api.routes import operations, routes
from domain.actors import Role
from domain.rights import TABLE, Operation, Reach, Rule
from store.access import of_case
from tests.api_server import Doors, served
from tests.batches import nobodys
from tests.examples import about_application, appeal, escalation
from tests.house import PORTAL, House
from tests.walks import with_question

CITIZEN = "citizen-of-ours"
BODIES: dict[Operation, Any] = {
    Operation.OPEN_APPEAL: appeal(),
    # Nothing is on record of it: nobody is asked to confirm anything.
    Operation.SEND_COMMAND: {"type": "ConfirmSolution", "solved": True},
    Operation.DECODE_PAYLOADS: {"payloads": []},
    Operation.REQUEST_ERASURE: {"ground": "court_order"},
    Operation.APPROVE_ERASURE: None,
    Operation.MANAGE_WEBHOOKS: {"url": "https://portal.example.org/"},
    Operation.ORDER_BATCH: {
        "decision": {"type": "TellCitizen", "text": "Работы закончены."},
        "numbers": nobodys(1),
    },
    Operation.CANCEL_BATCH: None,
    Operation.CHECK_REPLY: {"is_polite": True, "is_brief": True, "fits_question": True},
}
QUERIES = {
    "/v1/log/consistency": "?first=1&second=1",
    "/v1/figures": "?since=2026-11-01&until=2026-11-30",
}
PAGES_WITHOUT_DATA = {"/openapi.json"}
ABOUT_NO_CASE = {Operation.FOLLOW_DESK, Operation.LIST_APPEALS, Operation.LIST_TASKS, Operation.LIST_REPLIES}
ABOUT_NO_CASE |= {Operation.READ_FIGURES}
ROLES = [role for role in Role if role is not Role.SYSTEM]
UNITS = (Role.OPERATOR, Role.SPECIALIST, Role.LEGAL, Role.QUALITY_CONTROL, Role.DEVELOPER)


@dataclass(frozen=True)
class Door:
    """A route with the operation that is written on it."""

    method: str
    path: str
    operation: Operation

    @property
    def rule(self) -> Rule:
        return TABLE[self.operation]

    @property
    def is_page(self) -> bool:
        """Walked by tests/pages/test_rights.py: there a session says who asks, not a token."""
        return is_page({"type": "http", "path": self.path}) or self.operation is Operation.READ_ASSET


def doors_of(app: FastAPI) -> list[Door]:
    found = []
    for route in routes(app):
        named = operations(route.dependant)
        assert len(named) == 1, f"{route.path} names {named or 'no operation'}: use allowed() or case_for() once"
        found += [Door(method, route.path, *named) for method in sorted(route.methods or ())]
    return found


def test_every_route_names_one_operation_and_every_operation_has_a_row() -> None:
    app = create_app()
    doors = doors_of(app)
    described = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    for_people_and_tools = (Operation.READ_MANUAL, Operation.DECODE_PAYLOADS)
    api = [door for door in doors if not door.is_page]
    seen = {(door.method, door.path) for door in api if door.operation not in for_people_and_tools}
    assert seen == described, "the walk below sees every route"
    others = {getattr(part, "path", None) for part in app.routes if not hasattr(part, "original_router")}
    assert others == PAGES_WITHOUT_DATA, "what is no route of the API gives nothing away"
    assert set(TABLE) == set(Operation)
    # Asked within an appeal, not by a route.
    assert {door.operation for door in doors} == set(Operation) - {Operation.READ_PERSONAL_DATA}


def test_a_route_without_an_operation_is_found() -> None:
    app = create_app()

    @app.get("/v1/everything")
    async def everything() -> dict[str, str]:
        return {}

    with pytest.raises(AssertionError, match="names no operation"):
        doors_of(app)


async def of_all_units(home: House) -> tuple[str, str]:
    """A case that awaits an operator, and one that awaits quality control; each is foreign to the other's people."""
    first = await home.open(about_application(citizen=CITIZEN))
    await home.expecting(first, "AnswerQuestion")
    higher = await home.open(escalation(first) | {"citizen": CITIZEN})
    await home.expecting(higher, "DecideEscalation")
    return first, higher


def expected(door: Door, role: Role, is_own: bool, handles: bool, is_awaited: bool) -> set[int]:
    """The statuses that the table allows; where it lets in, the case itself may still say no."""
    if door.rule.is_public:
        return {200}
    reached = {
        None: None,
        Reach.OWN: is_own,
        Reach.TASK: is_awaited,
        Reach.UNIT: handles,
        Reach.ALL: True,
    }[door.rule.reach.get(role)]
    if reached is None:
        return {403}
    if door.operation is Operation.OPEN_APPEAL:
        return {201}
    if door.operation is Operation.ORDER_BATCH:
        return {202}
    if door.operation is Operation.MANAGE_WEBHOOKS:
        return {200, 201}
    if door.operation in ABOUT_NO_CASE:
        return {200}
    return {200, 409} if reached else {404}


def outcome(answer: httpx.Response) -> int:
    """The answer's status; a 404 or a 403 that comes from the case, behind the door, counts as let in."""
    code = answer.json().get("code", "") if "json" in answer.headers["content-type"] else ""
    behind = {
        "no_paper_yet",
        "no_protocol",
        "no_data",
        "not_yet_logged",
        "unknown_file",
        "unknown_batch",
        "unknown_endpoint",
        "unknown_delivery",
        "file_empty",
        "encoding_refused",
        "no_reply_due",
    }
    if code in behind or (answer.status_code == 403 and answer.json().get("expects") is not None):
        return 200
    return answer.status_code


@pytest.mark.requirement("AUD-3", "CLS-2")
async def test_every_route_every_role_own_and_foreign(home: House) -> None:
    first, higher = await of_all_units(home)
    awaited = {first: Role.OPERATOR, higher: Role.QUALITY_CONTROL}
    async with served(home.settings) as api:
        doors = Doors(api, home.http)
        tokens: dict[tuple[Role, str, str | None], str] = {}

        async def asked(
            door: Door, number: str, role: Role, subject: str, scope: str | None = None
        ) -> httpx.Response:
            key = (role, subject, scope)
            if key not in tokens:
                tokens[key] = await doors.token(role.value, subject, scope)
            return await sent(api, door, number, {"Authorization": f"Bearer {tokens[key]}"})

        async def walked(door: Door) -> None:
            for number in (first, higher):
                nobody = await sent(api, door, number, {})
                assert outcome(nobody) == (200 if door.rule.is_public else 401), door
                for role in ROLES:
                    subjects = {Role.PORTAL: PORTAL, Role.CITIZEN: CITIZEN}
                    handles = role is awaited[number]
                    own = await asked(door, number, role, subjects.get(role, f"of-{role}"))
                    wanted = expected(door, role, role in subjects, handles, handles)
                    assert outcome(own) in wanted, (door, role, number == first, own.text)
                    if role in subjects:
                        foreign = await asked(door, number, role, "somebody-else")
                        assert outcome(foreign) in expected(door, role, False, False, False), (door, role)
                if door.rule.scope:
                    bare = await asked(door, number, Role.PORTAL, PORTAL, "something:else")
                    assert (bare.status_code, bare.json()["code"]) == (403, "insufficient_scope"), door
                    assert 'error="insufficient_scope"' in bare.headers["WWW-Authenticate"]
                    assert f'scope="{door.rule.scope}"' in bare.headers["WWW-Authenticate"]
                    only = await asked(door, number, Role.PORTAL, PORTAL, door.rule.scope)
                    assert outcome(only) in expected(door, Role.PORTAL, True, False, False), door

        for door in doors_of(create_app()):
            if not door.is_page:
                await walked(door)


async def sent(api: httpx.AsyncClient, door: Door, number: str, headers: dict[str, str]) -> httpx.Response:
    path = door.path.replace("{number}", number).replace("{file_id}", "0" * 32)
    path = path.replace("{endpoint_id}", "0" * 32).replace("{delivery_id}", f"evt_{'0' * 32}")
    path = path.replace("{position}", "1").replace("{batch_id}", str(UUID(int=0))) + QUERIES.get(door.path, "")
    if door.path.endswith("/events"):
        return await begun(api, path, headers)
    if door.method == "GET":
        return await api.get(path, headers=headers)
    if door.operation is Operation.ATTACH_FILE:
        form: dict[str, Any] = {"data": {"kind": "passport"}, "files": {"file": ("a.pdf", b"")}}
        return await api.post(path, **form, headers=headers | {"Idempotency-Key": uuid4().hex})
    body = None if door.method == "DELETE" else BODIES[door.operation]
    return await api.request(door.method, path, json=body, headers=headers | {"Idempotency-Key": uuid4().hex})


async def begun(api: httpx.AsyncClient, path: str, headers: dict[str, str]) -> httpx.Response:
    """The answer to whom a stream is given, or refused; the stream itself would not end."""
    async with api.stream("GET", path, headers=headers) as answer:
        if answer.status_code != 200:
            await answer.aread()
        return answer


@pytest.mark.requirement("AUD-3")
async def test_who_looked_at_whose_data_when_and_on_what_ground(doors: Doors, home: House) -> None:
    number = await with_question(home)
    path = f"/v1/appeals/{number}"
    await doors.get(path, "portal", PORTAL)
    await doors.get(path, "auditor")
    assert await of_case(home.register.engine, number) == [], "a status tells of nobody"
    looks = [
        ("operator", "op-7", path, "read_appeal", "task"),
        ("portal", PORTAL, f"{path}/result", "read_result", "own_appeal"),
        ("citizen", await home.subject(number, Role.CITIZEN), f"{path}/journal", "read_journal", "own_appeal"),
        ("supervisor", "chief", f"{path}/confirmation", "read_paper", "supervision"),
        ("auditor", "aud-1", f"{path}/chain/journal", "read_chain_journal", "audit"),
    ]
    ids = [(await doors.get(where, role, who)).headers["X-Request-Id"] for role, who, where, _, _ in looks]
    assert (await doors.get(path, "specialist")).status_code == 404
    told = (await doors.get(f"{path}/accesses", "auditor")).json()["accesses"]
    assert [(a["role"], a["subject"], a["operation"], a["ground"], a["request_id"]) for a in told] == [
        (role, "" if role == "citizen" else who, operation, ground, id_)
        for (role, who, _, operation, ground), id_ in zip(looks, ids, strict=True)
    ]
    assert [a["hash"] for a in told] == [a.hash for a in await of_case(home.register.engine, number)]
    page = (await doors.get(f"{path}/accesses?after={told[2]['id']}", "supervisor")).json()["accesses"]
    assert page == told[3:]
    assert (await doors.get(f"{path}/accesses?after={'0' * 32}", "auditor")).status_code == 422


@pytest.mark.requirement("AUD-3")
async def test_what_cannot_be_put_on_record_is_not_given(doors: Doors, home: House) -> None:
    number = await with_question(home)
    await home.at_rest(number)
    async with home.register_locked():
        refused = await doors.get(f"/v1/appeals/{number}", "operator")
        assert (refused.status_code, refused.json()["code"]) == (503, "register_unavailable")
        assert "details" not in refused.json()
        assert (await doors.get(f"/v1/appeals/{number}", "portal", PORTAL)).status_code == 200
    # A write that waited longer than its caller may be kept after all: a look on record that was not given.
    assert {access.role for access in await of_case(home.register.engine, number)} <= {Role.OPERATOR}


async def test_a_refusal_is_logged_without_the_citizen(doors: Doors, home: House) -> None:
    number = await with_question(home)
    with capture_logs() as entries:
        refused = await doors.get(f"/v1/appeals/{number}", "citizen", "Смирнова-anna")
        await doors.get(f"/v1/appeals/{number}/accesses", "operator", "op-7")
    logged = str(entries)
    assert refused.headers["X-Request-Id"] in logged
    for told in ("access refused", "foreign", "op-7", "read_accesses", number):
        assert told in logged
    assert "Смирнова" not in logged
