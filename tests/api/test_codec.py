"""The codec server, spoken to as the engine's web UI does: JSON payloads, a bearer token, an origin (AUD-3)."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads
from temporalio.converter import DataConverter

from domain.actors import Role
from infra.codec import SealingCodec
from store.access import of_case
from tests.api_server import Doors, served
from tests.examples import appeal
from tests.house import House

NAME = "Иванова Анна Сергеевна"


@pytest.fixture
async def api(home: House) -> AsyncIterator[httpx.AsyncClient]:
    async with served(home.settings) as client:
        yield client


@pytest.fixture
def doors(api: httpx.AsyncClient, home: House) -> Doors:
    return Doors(api, home.http)


async def _shown(home: House, number: str) -> dict[str, Any]:
    """The payloads of a case's start, as the engine's API gives them to its UI."""
    history = await home.sealed_history(number)
    shown: dict[str, Any] = history.to_json_dict()["events"][0]["workflowExecutionStartedEventAttributes"]["input"]
    return shown


def _content(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    (payload,) = answer.json()["payloads"]
    content: dict[str, Any] = json.loads(base64.b64decode(payload["data"]))
    return content


@pytest.mark.requirement("AUD-3")
async def test_an_auditor_reads_what_everybody_else_sees_sealed(doors: Doors, home: House) -> None:
    number = await home.open(appeal(full_name=NAME))
    shown = await _shown(home, number)
    assert NAME.encode() not in base64.b64decode(shown["payloads"][0]["data"])
    assert (
        _content(await doors.post("/codec/decode", shown, role="auditor"))["appeal"]["details"]["full_name"] == NAME
    )
    for role in set(Role) - {Role.AUDITOR, Role.SYSTEM}:
        refused = await doors.post("/codec/decode", shown, role=role.value)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    (look,) = await of_case(home.register.engine, number)
    assert (look.role, look.operation, look.ground) == (Role.AUDITOR, "decode_payloads", "audit")


@pytest.mark.requirement("AUD-3")
async def test_without_a_token_nothing_is_read_and_nobody_writes(
    doors: Doors, api: httpx.AsyncClient, home: House
) -> None:
    shown = await _shown(home, await home.open(appeal()))
    assert (await api.post("/codec/decode", json=shown)).status_code == 401
    written = await doors.post("/codec/encode", shown, role="auditor")
    assert (written.status_code, written.json()["code"]) == (403, "encoding_refused")


@pytest.mark.requirement("AUD-3")
async def test_what_nobody_can_read_is_a_problem_and_makes_no_key(doors: Doors, home: House) -> None:
    codec, plain = SealingCodec(home.keyring, "gone"), await DataConverter.default.encode(["content"])
    sealed = json_format.MessageToDict(Payloads(payloads=await codec.encode(plain)))
    broken = json.loads(json.dumps(sealed))
    broken["payloads"][0]["data"] = base64.b64encode(b"0" * 40).decode()
    unknown = json.loads(json.dumps(sealed))
    unknown["payloads"][0]["metadata"]["key-name"] = base64.b64encode(b"unknown").decode()
    await home.keyring.destroy("gone")
    for sent in (sealed, broken, unknown):
        answer = await doors.post("/codec/decode", sent, role="auditor")
        assert (answer.status_code, answer.json()["code"]) == (404, "unreadable")
    assert (await doors.post("/codec/decode", {"payloads": "?"}, role="auditor")).status_code == 422


@pytest.mark.requirement("AUD-3")
async def test_pages_of_the_engines_ui_and_of_no_other_origin_may_call(api: httpx.AsyncClient, home: House) -> None:
    async def allowed(origin: str, path: str) -> str | None:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,x-namespace",
        }
        answer = await api.options(path, headers={"Origin": origin} | asked)
        found: str | None = answer.headers.get("Access-Control-Allow-Origin")
        return found

    ours = home.settings.engine_ui_origin
    assert await allowed(ours, "/codec/decode") == ours
    assert await allowed("https://elsewhere.example", "/codec/decode") is None
    assert await allowed(ours, "/v1/appeals") is None
