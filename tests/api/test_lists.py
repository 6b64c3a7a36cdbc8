"""Lists: each reader sees in them exactly the cases that they could open one by one."""

from typing import Any
from uuid import uuid4

import pytest

from domain.actors import Role
from tests.api_server import Doors, served
from tests.examples import about_application, appeal, escalation
from tests.house import PORTAL, House

READERS = [
    *((role, f"{role}-1") for role in Role if role not in (Role.SYSTEM, Role.REGISTRY, Role.PORTAL, Role.CITIZEN)),
    (Role.PORTAL, PORTAL),
    (Role.PORTAL, "another-portal"),
]


@pytest.mark.requirement("CLS-2", "INT-5", "AUD-3")
async def test_a_list_shows_what_its_reader_could_open(home_on_each: House) -> None:
    home = home_on_each
    citizen = f"listed-{uuid4()}"
    phone = "+7900" + str(uuid4().int)[:7]
    mine = await home.open(appeal() | {"citizen": citizen})
    question = about_application(citizen=citizen)
    asked = await home.open(question | {"details": question["details"] | {"phone": phone}})
    await home.expecting(asked, "AnswerQuestion")
    higher = await home.open(escalation(asked) | {"citizen": citizen})
    await home.expecting(higher, "DecideEscalation")
    foreign = await home.open(appeal(), portal="another-portal")
    for number in (mine, foreign):
        await home.until(number, lambda view: bool(view.expectations))
    opened = {mine, asked, higher, foreign}
    async with served(home.settings) as api:
        doors = Doors(api, home.http)

        async def listed(role: Role, subject: str, **asking: Any) -> list[str]:
            numbers: list[str] = []
            after: dict[str, Any] = {}
            while True:
                page = await doors.get("/v1/appeals", role, subject, params={"limit": 3, **asking, **after})
                assert page.status_code == 200, page.text
                numbers += [each["number"] for each in page.json()["appeals"]]
                if not (cursor := page.json()["next_after"]):
                    return numbers
                after = {"after": cursor}

        for role, subject in [*READERS, (Role.CITIZEN, citizen), (Role.CITIZEN, "nobody")]:
            readable = {
                number
                for number in opened
                if (await doors.get(f"/v1/appeals/{number}", role, subject)).status_code == 200
            }
            numbers = await listed(role, subject)
            assert opened & set(numbers) == readable, role
            assert len(numbers) == len(set(numbers)), "no row comes twice"
        assert set(await listed(Role.CITIZEN, citizen)) == {mine, asked, higher}
        # Taken.
        commands, taking = f"/v1/appeals/{asked}/commands", {"type": "TakeCase"}
        took = await doors.post(commands, taking, uuid4().hex, Role.OPERATOR, "op-anna")
        assert took.status_code == 202, took.text
        await home.until(asked, lambda view: view.assignee is not None)
        assert asked in await listed(Role.OPERATOR, "op-anna", assignee="me")
        assert asked in await listed(Role.SUPERVISOR, "chief", assignee="op-anna")
        assert asked not in await listed(Role.OPERATOR, "op-boris", assignee="me")
        for assignee, is_there in (("me", True), ("op-boris", False)):
            mine_now = await doors.get("/v1/tasks", Role.OPERATOR, "op-anna", params={"assignee": assignee})
            assert (asked in {each["number"] for each in mine_now.json()["tasks"]}) == is_there
        told = (await doors.get("/v1/appeals", Role.CITIZEN, citizen)).json()["appeals"]
        assert {each["assignee"] for each in told} == {None}, "who of the staff has it is the staff's affair"
        forbidden = await doors.get("/v1/appeals", Role.CITIZEN, citizen, params={"assignee": "op-anna"})
        assert (forbidden.status_code, forbidden.json()["code"]) == (403, "role_not_allowed")
        # In order, filtered, found.
        supervisor = (Role.SUPERVISOR, "chief")
        assert [n for n in await listed(*supervisor) if n in opened][:3] == [foreign, higher, asked]
        assert await listed(*supervisor, citizen=citizen, category="applications") == [asked]
        assert await listed(*supervisor, citizen=citizen, status="rejected") == []
        assert await listed(*supervisor, text=f"8{phone[2:]}") == [asked]
        assert await listed(*supervisor, text=higher) == [higher]
        soon, never = "2126-12-01T00:00:00Z", "2020-12-01T00:00:00Z"
        assert higher in await listed(*supervisor, due_before=soon, citizen=citizen)
        assert await listed(*supervisor, due_before=never, citizen=citizen) == []
        urgent = await listed(*supervisor, sort="urgent", citizen=citizen)
        assert set(urgent) <= {mine, asked, higher}
        assert urgent

        owed = await doors.get("/v1/tasks", Role.QUALITY_CONTROL, "qc-1", params={"limit": 100})
        assert owed.status_code == 200, owed.text
        tasks = owed.json()["tasks"]
        assert (higher, "DecideEscalation") in {(task["number"], task["command"]) for task in tasks}
        assert {task["role"] for task in tasks} == {"quality_control"}
        assert asked not in {task["number"] for task in tasks}
        everybody = (await doors.get("/v1/tasks", *supervisor, params={"limit": 100})).json()["tasks"]
        assert {"operator", "quality_control"} <= {task["role"] for task in everybody}
        terms = [task["due_at"] for task in everybody if task["due_at"]]
        assert terms == sorted(terms), "the most urgent first"

        wrongs: list[tuple[dict[str, Any], str]] = [
            ({"after": "AAAA"}, "unknown_place"),
            ({"after": "not base64 ❌"}, "unknown_place"),
            ({"text": "Где ответ?"}, "unsearchable"),
            ({"limit": 101}, "invalid_request"),
            ({"due_before": "0.5"}, "invalid_request"),
            ({"status": "nonsense"}, "invalid_request"),
        ]
        for wrong, code in wrongs:
            refused = await doors.get("/v1/appeals", *supervisor, params=wrong)
            assert (refused.status_code, refused.json()["code"]) == (422, code)
        ledger = await doors.get(f"/v1/appeals/{asked}/messages", *supervisor)
        assert ledger.status_code == 200, ledger.text
        assert "appeal_registered" in {message["template"] for message in ledger.json()["messages"]}
