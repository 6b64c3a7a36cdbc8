"""No person, no log, no history, no journal and no file ever sees a one-time password or a code (REC-4, DAT-2)."""

import logging
from pathlib import Path

import pypdfium2
import pytest

from domain.actors import Role
from domain.contracts.events import DataPrepared, PasswordIssued
from tests.citizen import Citizen, text_of
from tests.examples import data_appeal, secured
from tests.house import House
from tests.walks import with_data_in_cabinet, with_password


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
    assert await _places_that_hold(home, number, tmp_path, caplog, password, code) == []


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
    made = await home.vault().open(number, issue_id)  # still there, since the letter can't leave
    await home.mended()
    citizen = Citizen(home, number)
    assert await citizen.one_time_password() == made.password
    assert await citizen.opening_code() == made.opening_code
    with pytest.raises(LookupError):
        await home.vault().open(number, issue_id)


@pytest.mark.requirement("DAT-2")
@pytest.mark.parametrize("delivery", ["email", "cabinet"])
async def test_the_code_that_opens_provided_data_leaves_no_trace_nor_do_the_data(
    home: House, tmp_path: Path, caplog: pytest.LogCaptureFixture, delivery: str
) -> None:
    caplog.set_level(logging.DEBUG)
    address = "198.51.100.11"  # from where Anna has signed in: in the data, and nowhere else
    if delivery == "cabinet":
        number = await with_data_in_cabinet(home, data_set="sign_ins", data_format="csv")
    else:
        number = await home.open(data_appeal("sign_ins", "csv"))
        await home.closed(number)
    await home.journalled(number, DataPrepared)
    await home.delivered(number)
    code = await Citizen(home, number).opening_code()
    assert code not in str(await home.mail(number)), "code and data travel apart"
    assert await _places_that_hold(home, number, tmp_path, caplog, code, address) == []


async def _places_that_hold(
    home: House, number: str, folder: Path, caplog: pytest.LogCaptureFixture, *secrets: str
) -> list[str]:
    """Where any of the secrets is found, of all the places that the case has left traces in."""
    view = await home.register.view(number)
    assert view is not None
    history = await home.history(number)
    places = {
        # As the engine keeps it: its JSON has the payloads in base64, where nothing would ever be found.
        "history": b"".join(event.SerializeToString() for event in history.events).decode(errors="replace"),
        "journal": "".join(entry.model_dump_json() for entry in await home.register.journal(number)),
        "ledger": "".join(entry.model_dump_json() for entry in await home.ledger.of_case(number)),
        "view": view.model_dump_json(),
        "logs": caplog.text,
    }
    assert number in places["history"], "what is searched is what was meant"
    assert number in places["logs"]
    files = _contents(folder)
    assert {"register.db", "register.db-wal"} <= files.keys()
    found = [name for name, content in places.items() for secret in secrets if secret in content]
    return found + [name for name, content in files.items() for secret in secrets if secret.encode() in content]


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
