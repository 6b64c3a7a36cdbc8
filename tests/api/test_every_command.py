"""Every command of the API, sent wrong in every way: a problem that says what is right, and nothing on record."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import httpx
import pytest
from pydantic import TypeAdapter

from api.schemas import DecisionIn
from domain.actors import Role
from domain.contracts.commands import RequestAnotherCode, Withdraw
from domain.contracts.events import CodeSent
from domain.standing import standing_decisions
from tests.accounts import KIM_ALARMED, KUZNETSOV, ZAITSEV, compromise_report, lock, lock_report
from tests.api_server import Doors, served
from tests.examples import (
    about_application,
    appeal,
    data_appeal,
    display_error,
    escalation,
    package,
    scan,
    several_services,
    verification,
)
from tests.failures import TO_DEVELOPMENT, failure
from tests.house import House
from tests.model.decisions import DECISIONS
from tests.walks import answered, with_password, with_question, with_specialist

COMMANDS = {get_args(each.model_fields["type"].annotation)[0] for each in get_args(get_args(DecisionIn)[0])}
SCHEMA = TypeAdapter(DecisionIn).json_schema()
UNSEEN: Any = None
BY_HAND: dict[str, dict[str, Any]] = {
    "ConfirmCode": {"type": "ConfirmCode", "code": "123456"},
    "ReportAccountSecurity": {"type": "ReportAccountSecurity"},
    "RecordCheck": {"type": "RecordCheck", "item": "browser", "passed": True, "finding": "Замечаний нет."},
}
ANY_TIME = (
    "AddDetails",
    "AskStatus",
    "Withdraw",
    "RejectAppeal",
    "Classify",
    "HandOver",
    "TakeCase",
    "ReleaseCase",
    "TellCitizen",
    "AdoptCalendar",
)
HomeWith = Callable[..., Awaitable[House]]
Walk = Callable[[House], Awaitable[str]]


def sample(command: str) -> dict[str, Any]:
    """The command as it is right, in its own time and place."""
    return BY_HAND.get(command) or DECISIONS[command][0](None, UNSEEN).model_dump(mode="json")


def opened(sent: dict[str, Any], authority: str | None = None) -> Walk:
    return lambda home: home.open(sent, authority=authority)


async def of_the_locked(home: House) -> str:
    await lock(home, KUZNETSOV["login"])
    return await home.open(lock_report(KUZNETSOV))


async def being_fixed(home: House) -> str:
    number = await home.open(failure(home, error_code="504"))
    await home.expecting(number, "AssessFailure")
    await home.decide(number, Role.OPERATOR, TO_DEVELOPMENT)
    return number


async def repeated(home: House) -> str:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    return await home.open(about_application("И снова не отправляется.", related_number=first))


async def escalated(home: House) -> str:
    first = await home.open(about_application())
    await home.expecting(first, "AnswerQuestion")
    return await home.open(escalation(first))


async def undecided(home: House) -> str:
    number = await home.open(verification())
    for sent in (1, 2):
        await home.journalled(number, CodeSent, times=sent)
        await home.expecting(number, "ConfirmCode")
        await home.decide(number, Role.CITIZEN, RequestAnotherCode())
    return number


async def withdrawn(home: House) -> str:
    number = await with_question(home)
    await home.decide(number, Role.CITIZEN, Withdraw())
    return number


WALKS: dict[tuple[str, ...], Walk] = {
    ("AnswerQuestion", *ANY_TIME): with_question,
    ("ConfirmSolution",): answered,
    ("SupplyDetails",): opened(appeal(login=None)),
    ("RecordRequest",): opened(appeal()),
    ("CheckDocuments",): with_specialist,
    ("ReportAccountSecurity",): with_password,
    ("RecordCheck",): opened(display_error()),
    ("ConfirmCode", "RequestAnotherCode"): opened(verification()),
    ("DecideIdentity",): undecided,
    ("IdentifySubscriber",): of_the_locked,
    ("ReviewLock",): opened(lock_report(ZAITSEV)),
    ("DecideSecuring",): opened(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99")),
    ("ReviewThreat",): opened(compromise_report(KIM_ALARMED)),
    ("ConcludeProtocol", "RepeatRequest"): opened(several_services("pension", "taxes")),
    ("DecidePackage",): opened(
        package("general", scan("passport", reference="portal:unreadable"), scan("consent"), scan("application_copy"))
    ),
    ("ConfirmAuthority",): opened(data_appeal(), "Доверенность № 1"),
    ("AssessFailure",): lambda home: home.open(failure(home)),
    ("ReportFix",): being_fixed,
    ("AssessRepeat",): repeated,
    ("DecideEscalation",): escalated,
    ("RateSatisfaction",): withdrawn,
    ("RetryRegistry",): opened(verification()),
}
"""The commands, and the way to a case that takes them."""
WALKS_AT_ONCE = 6


@dataclass(frozen=True)
class Desk:
    """An API, and for every command a case that takes it."""

    home: House
    doors: Doors
    cases: dict[str, str]

    async def post(self, number: str, body: object, role: str = "portal", key: str = "") -> httpx.Response:
        return await self.doors.post(f"/v1/appeals/{number}/commands", body, key or uuid4().hex, role)

    async def positions(self) -> dict[str, int]:
        views = [await self.home.register.view(number) for number in self.cases.values()]
        return {view.number: view.last_sequence for view in views if view}

    async def is_foreign(self, command: str, role: Role) -> bool:
        """Whether the command's case is one that this role's unit has nothing to do with."""
        view = await self.home.register.view(self.cases[command])
        assert view
        return role not in (Role.AUDITOR, Role.REGISTRY, *view.facts.handling.roles)

    async def roles(self, command: str) -> set[Role]:
        """Who may send it to its case."""
        view = await self.home.register.view(self.cases[command])
        assert view
        awaited = {role for open_ in view.expectations if open_.command == command for role in open_.roles}
        return awaited | standing_decisions(view).get(command, frozenset())


async def prepared(home: House, doors: Doors) -> Desk:
    *before, (retry, last) = WALKS.items()
    gate = asyncio.Semaphore(WALKS_AT_ONCE)

    async def walked(walk: Walk) -> str:
        async with gate:
            return await walk(home)

    numbers = await asyncio.gather(*(walked(walk) for _, walk in before))
    cases = {command: number for (commands, _), number in zip(before, numbers, strict=True) for command in commands}
    await asyncio.gather(*(home.expecting(cases[commands[0]], commands[0]) for commands, _ in before))
    await home.fault("passports", "unavailable")
    cases |= dict.fromkeys(retry, await last(home))
    await home.expecting(cases["RetryRegistry"], "RetryRegistry")
    await asyncio.gather(*map(home.at_rest, set(cases.values())))
    return Desk(home, doors, cases)


def test_every_command_has_a_row() -> None:
    assert {command for commands in WALKS for command in commands} == COMMANDS
    assert COMMANDS <= DECISIONS.keys()


@pytest.mark.requirement("VAL-1", "AUD-1", "REC-5")
async def test_every_command_sent_wrong_is_refused_and_leaves_no_trace(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=6, repeat_window_days=0)
    async with served(home.settings) as api:
        desk = await prepared(home, Doors(api, home.http))
        key = uuid4().hex
        assert (await desk.post(desk.cases["AskStatus"], {"type": "AskStatus"}, key=key)).status_code == 202
        await home.at_rest(desk.cases["AskStatus"])
        before = await desk.positions()
        for command in sorted(COMMANDS):
            await refused_by_role(desk, command)
            await refused_by_state(desk, command)
            await refused_for_its_fields(desk, command)
            other = sample(command) | ({"question": "Другой вопрос?"} if command == "AskStatus" else {})
            again = await desk.post(desk.cases["AskStatus"], other, key=key)
            assert (again.status_code, again.json()["code"]) == (422, "id_reused"), command
        await refused_for_its_dates(desk)
        await asyncio.gather(*map(home.at_rest, before))
        assert await desk.positions() == before, "nothing is on record"


async def refused_by_role(desk: Desk, command: str) -> None:
    admitted = await desk.roles(command)
    assert admitted, f"{command} is not taken where it should be"
    strangers = [role for role in (Role.AUDITOR, Role.LEGAL, Role.REGISTRY, Role.DEVELOPER) if role not in admitted]
    for role in strangers[:2]:
        answer = await desk.post(desk.cases[command], sample(command), role)
        if await desk.is_foreign(command, role):
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_appeal"), (command, role)
            continue
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed"), (command, role)
        assert "с другой ролью" in answer.json()["detail"]


async def refused_by_state(desk: Desk, command: str) -> None:
    """Neither a closed case takes it, but for a rating, nor an open one that awaits something else."""
    places = {"RateSatisfaction": "closed", "AnswerQuestion": "not_expected"}
    for place, code in places.items():
        if desk.cases[command] == desk.cases[place] or (command in ANY_TIME and code == "not_expected"):
            continue
        answer = await desk.post(desk.cases[place], sample(command), "operator")
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, code), command
        assert [each["command"] for each in problem["expects"]] == [place], command


async def refused_for_its_fields(desk: Desk, command: str) -> None:
    for path, value, hint in faults(command):
        body = deepcopy(sample(command))
        put(body, path, value)
        answer = await desk.post(desk.cases[command], body)
        assert answer.status_code == 422, (command, path, value)
        errors = {error["field"]: error["message"] for error in answer.json().get("errors", [])}
        field = ".".join([command, *map(str, path)])
        assert field in errors, (command, path, errors)
        assert hint in errors[field], (command, path, errors[field])
        assert any("а" <= letter <= "я" for letter in errors[field].lower()), (command, path)


async def refused_for_its_dates(desk: Desk) -> None:
    now = datetime.now(UTC)
    number = desk.cases["ReportAccountSecurity"]
    for step in ("signed_in_at", "password_changed_at", "two_factor_enabled_at"):
        for at, hint in ((now + timedelta(hours=1), "не наступило"), (now - timedelta(hours=1), "после выдачи")):
            body = {"type": "ReportAccountSecurity", step: at.isoformat()}
            answer = await desk.post(number, body, "registry")
            assert (answer.status_code, answer.json()["code"]) == (422, "contradiction"), step
            assert hint in answer.json()["detail"]


Path = tuple[str | int, ...]


def faults(command: str) -> Iterator[tuple[Path, object, str]]:
    """Each field of a command with a value that it can't have, and a word of the hint."""
    yield ("misspelt",), "x", "проверьте имя"
    name = SCHEMA["discriminator"]["mapping"][command]
    for path, leaf in leaves({"$ref": name}, ()):
        yield from faults_of(path, leaf)


def faults_of(path: Path, leaf: dict[str, Any]) -> Iterator[tuple[Path, object, str]]:
    match leaf:
        case {"const": _}:
            return
        case {"enum": _}:
            yield path, "exe", "Допустимы"
        case {"type": "string", "format": "date-time"}:
            yield path, "2026-11-22T12:00:00", "часовым поясом"
        case {"type": "string", "maxLength": longest}:
            yield path, "   ", "не меньше 1"
            yield path, "я" * (longest + 1), f"не больше {longest}"
        case {"type": "string"}:
            yield path, "", ""
            yield path, "я" * 5001, ""
        case {"type": "boolean"}:
            yield path, "может быть", "true"
        case {"type": "integer" | "number"}:
            yield path, leaf["maximum"] + 1, "ольше"
            yield path, leaf["minimum"] - 1, "Не меньше"


def leaves(schema: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The fields of a schema that hold no others."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            if each.get("type") != "null":
                yield from leaves(each, path)
    elif "properties" in schema:
        for name, each in schema["properties"].items():
            yield from leaves(each, (*path, name))
    elif schema.get("type") == "array":
        yield from leaves(schema["items"], (*path, 0))
    else:
        yield path, schema


def put(body: dict[str, Any], path: Path, value: object) -> None:
    """Set the field; what it is in is made anew where there is none."""
    here: Any = body
    for step, following in zip(path, path[1:], strict=False):
        empty: Any = [{}] if isinstance(following, int) else {}
        if isinstance(here, list):
            here = here[int(step)]
            continue
        if not here.get(step):
            here[step] = empty
        here = here[step]
    here[path[-1]] = value
