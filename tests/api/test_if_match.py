"""Who decides on what they saw is not overtaken by what they did not see."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from domain.actors import Actor, Role
from domain.contracts.commands import AddDetails, Command, RejectAppeal
from domain.contracts.events import DecisionRefused
from tests.api_server import Doors
from tests.examples import ANSWER, KIM
from tests.house import House
from tests.walks import with_question

pytestmark = pytest.mark.sql

REJECT = {"type": "RejectAppeal", "reason": "Обращение не по адресу."}
ANSWERED = ANSWER.model_dump(mode="json")


@pytest.mark.requirement("AUD-1", "AUD-3")
async def test_a_decision_on_what_has_changed_is_told_what_and_by_whom(doors: Doors, home: House) -> None:
    number = await with_question(home)
    await home.at_rest(number)
    path = f"/v1/appeals/{number}"
    seen = (await doors.get(path, "operator")).headers["ETag"]
    await home.decide(number, Role.CITIZEN, AddDetails(text="Ошибка изменилась."))

    key = uuid4().hex
    late = await doors.post(f"{path}/commands", ANSWERED, key, "operator", if_match=seen)
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    (change,) = late.json()["changes"]
    assert (change["event"], change["by"]) == ("DetailsAdded", {"role": "citizen"})
    assert change["at"]
    assert "Ошибка изменилась" not in late.text
    for other, status in (('"of-another-service"', 412), ("12", 422), ("*", 202)):
        answer = await doors.post(f"{path}/commands", {"type": "AskStatus"}, uuid4().hex, "operator", if_match=other)
        assert answer.status_code == status, other
    await home.at_rest(number)
    now = (await doors.get(path, "operator")).headers["ETag"]
    taken = await doors.post(f"{path}/commands", ANSWERED, key, "operator", if_match=f"W/{now}")
    assert taken.status_code == 202
    await home.expecting(number, "ConfirmSolution")
    again = await doors.post(f"{path}/commands", ANSWERED, key, "operator", if_match=f"W/{now}")
    assert (again.text, again.headers["Idempotency-Replayed"]) == (taken.text, "true"), "it was taken in its time"


@pytest.mark.requirement("AUD-1")
async def test_of_two_who_saw_the_same_one_decides(doors: Doors, home: House) -> None:
    """They differ in what they decide, and the case would take each."""
    for person in ({}, KIM):
        number = await with_question(home, **person)
        await home.at_rest(number)
        path = f"/v1/appeals/{number}"
        seen = (await doors.get(path, "operator")).headers["ETag"]

        async def sent(body: object, role: str, path: str = path, seen: str = seen) -> httpx.Response:
            return await doors.post(f"{path}/commands", body, uuid4().hex, role, "chief", if_match=seen)

        if person:
            async with home.register_locked():  # neither can be on record before the other has been judged
                first, second = await asyncio.gather(sent(ANSWERED, "operator"), sent(REJECT, "supervisor"))
        else:
            first, second = await sent(REJECT, "supervisor"), await sent(ANSWERED, "operator")
        assert sorted((first.status_code, second.status_code)) == [202, 412]
        await home.at_rest(number)
        events = await home.events(number)
        assert events.count("DecisionTaken") + events.count("AppealRefused") == 1


@pytest.mark.requirement("AUD-1")
async def test_a_signal_that_saw_another_case_is_journalled_as_refused(home: House) -> None:
    number = await with_question(home)
    view = await home.expecting(number, "AnswerQuestion")
    chief = Actor(subject="chief", role=Role.SUPERVISOR)
    late = Command(id="late", actor=chief, decision=RejectAppeal(reason="Спам."), seen=view.last_sequence - 1)
    await home.handle(number).signal("decide", late)
    (refused,) = await home.journalled(number, DecisionRefused)
    assert isinstance(refused.event, DecisionRefused)
    assert "изменилось" in refused.event.reason
