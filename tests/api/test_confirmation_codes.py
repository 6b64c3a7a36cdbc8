"""Confirmation codes over HTTP: the digits get as far as the API and no further (VER-3)."""

import logging
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from domain.contracts import events
from tests.api_server import Doors
from tests.codes import another, code
from tests.examples import verification
from tests.house import House
from tests.postgres import contents


async def enter(doors: Doors, number: str, digits: str, key: str | None = None) -> httpx.Response:
    body = {"type": "ConfirmCode", "code": digits}
    return await doors.post(f"/v1/appeals/{number}/commands", body, key or uuid4().hex)


@pytest.mark.requirement("VER-3")
async def test_no_code_right_or_wrong_is_kept_in_clear_anywhere(
    doors: Doors, home: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = (await doors.post("/v1/appeals", verification(), uuid4().hex)).json()["number"]
    first = await code(home, number)
    answers = [await enter(doors, number, another(first))]
    await home.journalled(number, events.CodeMismatched)
    again = {"type": "RequestAnotherCode"}
    answers.append(await doors.post(f"/v1/appeals/{number}/commands", again, uuid4().hex))
    await home.journalled(number, events.CodeSent, times=2)
    second = await code(home, number)
    answers.append(await enter(doors, number, second))
    view = await home.closed(number)
    await home.delivered(number)
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    for role in ("portal", "specialist"):
        answers += [await doors.get(f"/v1/appeals/{number}{what}", role) for what in ("", "/journal", "/result")]

    histories = await home.histories(number)
    places = {
        # As bytes: in its JSON form a history shows its payloads in base64, where no search finds anything.
        "history": b"".join(event.SerializeToString() for history in histories for event in history.events),
        "journal": "".join(entry.model_dump_json() for entry in await home.register.journal(number)).encode(),
        "ledger": "".join(entry.model_dump_json() for entry in await home.ledger.of_case(number)).encode(),
        "view": view.model_dump_json().encode(),
        "answers": b"".join(answer.content for answer in answers),
        "logs": caplog.text.encode(),
    }
    places |= _contents(tmp_path)
    places["register"] = places.get("register.db-wal") or await contents(home.settings.database)
    latest = view.facts.verification.latest_code
    assert latest is not None
    assert latest.code_id is not None
    for name in ("history", "journal", "view", "answers", "register"):
        assert latest.code_id.encode() in places[name], f"{name}: what is searched is what was meant"
    assert number.encode() in places["ledger"]
    assert number.encode() in places["logs"]
    for name, content in places.items():
        for secret in (first, another(first), second):
            # Six digits of a longer number or digest are no code.
            found = re.search(rb"(?<![0-9A-Za-z])" + secret.encode() + rb"(?![0-9A-Za-z])", content)
            assert found is None, name


@pytest.mark.requirement("VER-3")
async def test_a_code_sent_again_under_its_key_is_one_attempt(doors: Doors, home: House) -> None:
    number = (await doors.post("/v1/appeals", verification(), uuid4().hex)).json()["number"]
    digits, key = await code(home, number), uuid4().hex
    receipts = [await enter(doors, number, another(digits), key) for _ in range(3)]
    assert {receipt.status_code for receipt in receipts} == {202}
    assert len({receipt.text for receipt in receipts}) == 1
    await home.journalled(number, events.CodeMismatched, attempts_left=2)
    assert (await enter(doors, number, digits, key)).json()["code"] == "id_reused"


@pytest.mark.requirement("VER-3")
@pytest.mark.parametrize("digits", ["", "12345", "1234567", "12345a", "１２３４５６", 123456])
async def test_what_is_no_code_is_refused_without_being_repeated(doors: Doors, home: House, digits: object) -> None:
    number = await home.open(verification(), portal="test-portal")
    await home.expecting(number, "ConfirmCode")
    body = {"type": "ConfirmCode", "code": digits}
    answer = await doors.post(f"/v1/appeals/{number}/commands", body, uuid4().hex)
    assert answer.status_code == 422
    assert not digits or str(digits) not in answer.text
    assert "CodeMismatched" not in await home.events(number)


@pytest.mark.requirement("VER-3")
async def test_a_code_nobody_waits_for_is_refused(doors: Doors, home: House) -> None:
    number = await home.open(verification(passport=None), portal="test-portal")
    await home.expecting(number, "SupplyDetails")
    answer = await enter(doors, number, "123456")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_expected")


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
