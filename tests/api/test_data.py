"""Provided data over HTTP: for the citizen's side of one case, encrypted, while they are kept."""

from datetime import timedelta

import pytest
from stream_unzip import stream_unzip

from domain.actors import Role
from domain.contracts.commands import Withdraw
from domain.contracts.events import DataFetched
from tests.api_server import Doors
from tests.citizen import Citizen
from tests.examples import data_appeal
from tests.house import PORTAL, House
from tests.walks import with_data_in_cabinet

pytestmark = [
    pytest.mark.requirement("DAT-2"),
    # The reader of archives leaves what the format prescribes to its library, which would have it spelt out.
    pytest.mark.filterwarnings("ignore:PBKDF2 without:DeprecationWarning"),
]


async def test_the_citizens_side_downloads_a_file_that_the_code_out_of_the_sms_opens(
    doors: Doors, home: House
) -> None:
    number = await with_data_in_cabinet(home)
    answer = await doors.get(f"/v1/appeals/{number}/data", subject=PORTAL)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="data.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Смирнова".encode() not in answer.content

    await home.delivered(number)
    code = await Citizen(home, number).opening_code()
    opened = {name: b"".join(pieces) for name, _, pieces in stream_unzip([answer.content], password=code.encode())}
    assert "<fullName>Смирнова Анна Петровна</fullName>" in opened[b"data.xml"].decode()
    (fetched,) = await home.journalled(number, DataFetched)
    assert fetched.actor.subject == PORTAL


@pytest.mark.parametrize(
    ("role", "subject", "code"),
    [
        ("operator", "operator", "role_not_allowed"),
        ("supervisor", "supervisor", "role_not_allowed"),
        ("portal", "another-portal", "unknown_appeal"),
        ("citizen", "somebody-else", "unknown_appeal"),
    ],
)
async def test_nobody_else_gets_them(doors: Doors, home: House, role: str, subject: str, code: str) -> None:
    number = await with_data_in_cabinet(home)
    answer = await doors.get(f"/v1/appeals/{number}/data", role, subject)
    assert answer.json()["code"] == code
    assert "DataFetched" not in await home.events(number)


async def test_the_citizen_gets_their_own(doors: Doors, home: House) -> None:
    number = await home.open(data_appeal(data_format="pdf", delivery="cabinet") | {"citizen": "anna"})
    await home.expecting(number, "FetchData")
    answer = await doors.get(f"/v1/appeals/{number}/data", "citizen", "anna")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="data.pdf"'
    assert answer.content.startswith(b"%PDF")
    assert (await doors.get(f"/v1/appeals/{number}/data", "citizen", "boris")).status_code == 404


async def test_before_they_are_ready_and_after_they_are_destroyed_there_are_none(doors: Doors, home: House) -> None:
    waiting = await home.open(data_appeal(delivery="cabinet"), authority="доверенность")
    await home.expecting(waiting, "ConfirmAuthority")
    assert (await doors.get(f"/v1/appeals/{waiting}/data", subject=PORTAL)).json()["code"] == "no_data"

    sent = await home.open(data_appeal())
    await home.closed(sent)
    assert (await doors.get(f"/v1/appeals/{sent}/data", subject=PORTAL)).json()["code"] == "no_data"

    withdrawn = await with_data_in_cabinet(home)
    await home.decide(withdrawn, Role.CITIZEN, Withdraw())
    await home.closed(withdrawn)
    assert (await doors.get(f"/v1/appeals/{withdrawn}/data", subject=PORTAL)).json()["code"] == "no_data"

    expired = await with_data_in_cabinet(home)
    await home.forward(expired, timedelta(days=7))
    await home.closed(expired)
    assert (await doors.get(f"/v1/appeals/{expired}/data", subject=PORTAL)).json()["code"] == "no_data"


async def test_that_they_were_taken_is_not_for_callers_to_say(doors: Doors, home: House) -> None:
    number = await with_data_in_cabinet(home)
    answer = await doors.post(
        f"/v1/appeals/{number}/commands", {"type": "FetchData"}, "a-key-of-mine", "portal", PORTAL
    )
    assert answer.status_code == 422
    assert "DataFetched" not in await home.events(number)
