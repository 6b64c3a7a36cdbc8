"""The chain of an appeal over HTTP: each caller sees of it what they may see of each appeal."""

import pytest

from domain.actors import Role
from store.access import of_case
from tests.api_server import Doors
from tests.examples import GRANTED, about_application, escalation
from tests.house import PORTAL, House

pytestmark = pytest.mark.sql

CITIZEN = "citizen-1"


async def opened_chain(home: House) -> list[str]:
    """A question, its repeat over another portal, and the escalation of the question."""
    first = await home.open(about_application(citizen=CITIZEN))
    await home.expecting(first, "AnswerQuestion")
    repeat = await home.open(about_application(related_number=first), portal="another-portal")
    await home.expecting(repeat, "AssessRepeat")
    higher = await home.open(escalation(first) | {"citizen": CITIZEN})
    await home.expecting(higher, "DecideEscalation")
    return [first, repeat, higher]


@pytest.mark.requirement("REP-1", "REP-5")
async def test_staff_see_the_whole_chain_from_each_of_its_appeals(doors: Doors, home: House) -> None:
    first, repeat, higher = await opened_chain(home)
    for number in (first, repeat, higher):
        chain = (await doors.get(f"/v1/appeals/{number}/chain", "auditor")).json()["appeals"]
        assert [(link["number"], link["relation"], link["previous"]) for link in chain] == [
            (first, None, None),
            (repeat, "repeat", first),
            (higher, "escalation", first),
        ]
        assert {link["status_text"] for link in chain} == {"В обработке"}


@pytest.mark.requirement("REP-5", "AUD-1")
async def test_one_journal_tells_the_chain_in_the_order_of_time(
    doors: Doors, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = await opened_chain(home)
    whole = (await doors.get(f"/v1/appeals/{numbers[1]}/chain/journal", "supervisor")).json()
    assert whole["next_after"] is None
    assert {entry["number"] for entry in whole["entries"]} == set(numbers)
    instants = [entry["at"] for entry in whole["entries"]]
    assert instants == sorted(instants)
    assert len(instants) == sum([len(await home.events(number)) for number in numbers])
    assert "Смирнова" not in str(whole)

    monkeypatch.setattr("api.chains.JOURNAL_PAGE", 7)
    path = f"/v1/appeals/{numbers[0]}/chain/journal"
    page = (await doors.get(path, "auditor")).json()
    paged = page["entries"]
    while page["next_after"]:
        page = (await doors.get(f"{path}?after={page['next_after']}", "auditor")).json()
        paged += page["entries"]
    assert paged == whole["entries"]


@pytest.mark.requirement("REP-5", "AUD-3")
async def test_a_look_at_a_chain_is_one_at_each_of_its_appeals(doors: Doors, home: House) -> None:
    numbers = await opened_chain(home)
    looked = await doors.get(f"/v1/appeals/{numbers[1]}/chain/journal", "auditor", "aud-7")
    for number in numbers:
        looks = [look for look in await of_case(home.register.engine, number) if look.subject == "aud-7"]
        assert [(look.operation, look.request_id) for look in looks] == [
            ("read_chain_journal", looked.headers["X-Request-Id"])
        ], number


@pytest.mark.requirement("REP-5")
async def test_a_portal_and_a_citizen_see_their_own_part(doors: Doors, home: House) -> None:
    first, repeat, higher = await opened_chain(home)
    path = f"/v1/appeals/{first}/chain"
    for role, subject in (("portal", PORTAL), ("citizen", CITIZEN)):
        chain = (await doors.get(path, role, subject)).json()["appeals"]
        assert [link["number"] for link in chain] == [first, higher]
        journal = (await doors.get(f"{path}/journal", role, subject)).json()["entries"]
        assert {entry["number"] for entry in journal} == {first, higher}
    theirs = (await doors.get(f"/v1/appeals/{repeat}/chain", "portal", "another-portal")).json()["appeals"]
    assert [(link["number"], link["relation"], link["previous"]) for link in theirs] == [(repeat, None, None)]
    assert (await doors.get(path, "citizen", "citizen-2")).status_code == 404
    assert (await doors.get(f"{path}/journal", "portal", "another-portal")).status_code == 404
    peeped = await doors.get(f"{path}/journal?after={repeat}-1", "portal", PORTAL)
    assert peeped.json()["entries"] == []
    assert (await doors.get(f"{path}/journal?after=nonsense", "auditor")).status_code == 422


@pytest.mark.requirement("REP-1", "REP-3")
async def test_whoever_says_the_name_of_another_is_not_told_their_appeals(doors: Doors, home: House) -> None:
    first, repeat, higher = await opened_chain(home)
    for path in (f"/v1/appeals/{repeat}/journal", f"/v1/appeals/{repeat}/chain/journal"):
        theirs = await doors.get(path, "portal", "another-portal")
        assert "PreviousFound" in theirs.text
        assert first not in theirs.text.replace(f'"related_number":"{first}"', ""), "but for what they have sent"
        for told in ("found_by", "Посмотреть связанные"):
            assert told not in theirs.text
        staff = (await doors.get(path, "auditor")).text
        assert f'"numbers":["{first}"]' in staff
        assert "Посмотреть связанные" in staff
    own = (await doors.get(f"/v1/appeals/{higher}/journal", "portal", PORTAL)).json()["entries"]
    (found,) = [entry["event"] for entry in own if entry["type"] == "PreviousFound"]
    assert found["number"] == first, "a portal is told of its own"
    (plan,) = [entry["event"] for entry in own if entry["type"] == "PlanDrafted"]
    assert (plan["steps"], plan["related_numbers"]) == ([], [first])


@pytest.mark.requirement("ESC-3", "ESC-5", "RES-1")
async def test_the_official_decision_is_in_the_result_and_quality_control_sees_the_package(
    doors: Doors, home: House
) -> None:
    first, _, higher = await opened_chain(home)
    shown = (await doors.get(f"/v1/appeals/{higher}", "quality_control")).json()
    assert shown["details"]["full_name"] == "Смирнова Анна Петровна"
    assert (await doors.get(f"/v1/appeals/{first}", "quality_control")).status_code == 404
    await home.decide(higher, Role.QUALITY_CONTROL, GRANTED)
    await home.closed(higher)
    result = (await doors.get(f"/v1/appeals/{higher}/result", "citizen", CITIZEN)).json()
    assert result["ready"] is True
    assert result["official_decision"]["decision"] == GRANTED.decision
