"""The log over HTTP, checked by a reader that has nothing but the answers."""

import hashlib

import httpx
import pytest

from domain.actors import Role
from domain.checkpoint import Checkpoint, LogKey
from domain.merkle import includes, is_consistent, leaf_hash
from infra.signing import verified
from tests.api_server import Doors
from tests.examples import ANSWER, about_application
from tests.house import House
from worker import notary

pytestmark = pytest.mark.requirement("AUD-1", "AUD-2")

CITIZEN = "citizen-1"


async def signed(home: House) -> None:
    async with notary(home.settings) as signing:
        await signing.sign()


async def test_a_journal_is_proved_to_who_reads_it(doors: Doors, home: House) -> None:
    number = await home.open(about_application() | {"citizen": CITIZEN})
    path = f"/v1/appeals/{number}/proof"
    await home.expecting(number, "AnswerQuestion")
    for early in (await doors.get(path, "citizen", CITIZEN), await doors.get("/v1/log/checkpoint", "auditor")):
        assert (early.status_code, early.json()["code"]) == (409, "not_yet_logged")
        assert early.headers["retry-after"] == "5"

    await signed(home)
    first = Checkpoint.of_note((await doors.get("/v1/log/checkpoint", "auditor")).text)
    await home.decide(number, Role.OPERATOR, ANSWER)
    await home.expecting(number, "ConfirmSolution")
    assert (await doors.get(path, "portal")).json()["code"] == "not_yet_logged", "the newest entries are not logged"
    await home.at_rest(number)
    await signed(home)

    proof = (await doors.get(path, "citizen", CITIZEN)).json()
    (known,) = (await doors.get("/v1/log/key", "citizen", CITIZEN)).json()["keys"]
    checkpoint = Checkpoint.parse(verified(proof["checkpoint"], LogKey.parse(known["key"])))
    assert proof["next_after"] is None
    journal = (await doors.get(f"/v1/appeals/{number}/journal", "portal")).json()["entries"]
    assert [entry["hash"] for entry in proof["entries"]] == [entry["hash"] for entry in journal]
    for entry in proof["entries"]:
        leaf, inclusion = leaf_hash(bytes.fromhex(entry["hash"])), [bytes.fromhex(each) for each in entry["path"]]
        assert includes(checkpoint.root, checkpoint.size, entry["index"], leaf, inclusion)

    sizes = {"first": first.size, "second": checkpoint.size}
    answer = (await doors.get(f"/v1/log/consistency?{httpx.QueryParams(sizes)}", "supervisor")).json()
    hashes = [bytes.fromhex(each) for each in answer["path"]]
    assert is_consistent(first.size, first.root, checkpoint.size, checkpoint.root, hashes)


async def test_each_reads_what_is_theirs(doors: Doors, home: House) -> None:
    number = await home.open(about_application() | {"citizen": CITIZEN})
    await home.expecting(number, "AnswerQuestion")
    await home.at_rest(number)
    await signed(home)
    path = f"/v1/appeals/{number}/proof"
    for role, subject in (("portal", None), ("citizen", CITIZEN), ("auditor", None), ("supervisor", None)):
        assert (await doors.get(path, role, subject)).status_code == 200
    assert (await doors.get(path, "operator")).json()["code"] == "role_not_allowed"
    for role, subject in (("portal", "another-portal"), ("citizen", "citizen-2")):
        assert (await doors.get(path, role, subject)).status_code == 404
    for role in ("portal", "citizen", "operator", "registry"):
        for route in ("checkpoint", "consistency?first=1&second=1"):
            assert (await doors.get(f"/v1/log/{route}", role)).json()["code"] == "role_not_allowed"


async def test_what_can_t_be_proved_is_said(doors: Doors, home: House) -> None:
    assert (await doors.get("/v1/log/key", "citizen")).json()["code"] == "not_yet_logged"
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    await signed(home)
    for query, status, code in (
        ("first=2&second=1", 422, "wrong_order"),
        ("first=0&second=1", 422, "invalid_request"),
        ("first=1", 422, "invalid_request"),
        ("first=1&second=1000000", 422, "beyond_log"),
    ):
        refused = await doors.get(f"/v1/log/consistency?{query}", "auditor")
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    unknown = await doors.get(f"/v1/appeals/{hashlib.sha256(b'').hexdigest()[:3]}/proof", "auditor")
    assert unknown.status_code == 422
