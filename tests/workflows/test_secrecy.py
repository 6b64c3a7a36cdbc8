"""No person, no log, no history, no journal and no file ever sees a one-time password (REC-4)."""

import logging
from pathlib import Path

import pypdfium2
import pytest

from domain.actors import Role
from domain.contracts.events import PasswordIssued
from tests.citizen import Citizen, text_of
from tests.examples import secured
from tests.house import House
from tests.walks import with_password


@pytest.mark.requirement("REC-4")
async def test_a_password_leaves_no_trace(home: House, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    number = await with_password(home)
    citizen = Citizen(home, number)
    password, code = await citizen.one_time_password(), await citizen.opening_code()
    await citizen.secure_account()
    await home.decide(number, Role.REGISTRY, secured())
    await home.closed(number)
    await home.delivered(number)

    places = {
        "history": (await home.history(number)).to_json(),
        "journal": "".join(entry.model_dump_json() for entry in await home.register.journal(number)),
        "ledger": "".join(entry.model_dump_json() for entry in await home.ledger.of_case(number)),
        "view": (await home.until(number, lambda view: view.is_closed)).model_dump_json(),
        "logs": caplog.text,
    }
    assert number in places["history"], "what is searched is what was meant"
    assert number in places["logs"]
    for name, content in places.items():
        assert password not in content, name
        assert code not in content, name
    files = _contents(tmp_path)
    assert {"register.db", "register.db-wal"} <= files.keys()
    for name, bytes_ in files.items():
        assert password.encode() not in bytes_, name
        assert code.encode() not in bytes_, name


@pytest.mark.requirement("REC-4")
async def test_the_password_and_the_code_that_opens_its_letter_travel_apart(home: House) -> None:
    number = await with_password(home)
    citizen = Citizen(home, number)
    password, code = await citizen.one_time_password(), await citizen.opening_code()
    mails, texts = str(await home.mail(number)), str(await home.sms(number))
    assert password not in mails + texts, "in clear it is nowhere"
    assert code not in mails
    with pytest.raises(pypdfium2.PdfiumError):
        text_of(await citizen.letter(), "another code")


@pytest.mark.requirement("REC-4")
async def test_the_credential_is_destroyed_once_its_letter_is_accepted(home: House) -> None:
    await home.fault("smtp", "unavailable")
    number = await with_password(home)
    (issued,) = await home.journalled(number, PasswordIssued)
    issue_id = issued.public_event()["issue_id"]
    made = await home.vault().open(issue_id)  # still there, since the letter can't leave
    await home.mended()
    citizen = Citizen(home, number)
    assert await citizen.one_time_password() == made.password
    assert await citizen.opening_code() == made.opening_code
    with pytest.raises(LookupError):
        await home.vault().open(issue_id)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
