"""What a hostile client gets: bounded, plain refusals, and nothing about anybody (API ways in, before any case)."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from api.app import create_app
from api.bodies import fault_of
from api.headers import SecurityHeaders
from api.rates import Allowance, Buckets
from api.schemas import AppealIn, DecisionIn
from infra.settings import Settings
from tests.api_server import Doors, served
from tests.examples import appeal
from tests.sandbox_process import SandboxProcess

MARK = "Зашифрованова"
RESET = b"reset while it was still being sent"
UNKNOWN = "4821093755612044"
ON_EVERY_ANSWER = {
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-resource-policy",
    "cache-control",
}


def behind(world: SandboxProcess, folder: Path, **changed: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """An API without an engine behind it: what is refused here never gets so far."""
    return served(Settings(data_dir=folder, sandbox_url=world.http_url, **changed))


@pytest.fixture(scope="module")
async def gate(world: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with behind(world, tmp_path_factory.mktemp("gate")) as client:
        yield client


@pytest.fixture(scope="module")
async def entry(gate: httpx.AsyncClient, world: SandboxProcess) -> AsyncIterator[Doors]:
    async with httpx.AsyncClient(base_url=world.http_url) as sandbox:
        yield Doors(gate, sandbox)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/healthz", {}, 200),
        ("GET", "/openapi.json", {}, 200),
        ("GET", "/docs", {}, 200),
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/v1/appeals", {}, 405),
        ("GET", f"/v1/appeals/{UNKNOWN}", {}, 401),
        ("POST", "/v1/appeals", {"content": "<a/>", "headers": {"Content-Type": "text/xml"}}, 415),
        ("POST", "/v1/appeals", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", "/v1/appeals", {"json": {"x": "y" * 300_000}}, 413),
        ("GET", "/v1/appeals", {"headers": {f"X-{n}": "y" for n in range(120)}}, 431),
    ],
)
async def test_every_answer_ties_the_browser_down(
    gate: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = await gate.request(method, path, **sent)
    assert answer.status_code == status
    assert answer.headers.keys() >= ON_EVERY_ANSWER
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


async def test_a_defect_tells_nothing_of_itself() -> None:
    app = create_app(Settings())

    @app.get("/defect")
    async def fail() -> None:
        raise KeyError(MARK)

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/defect")
    assert (answer.status_code, answer.json()["code"]) == (500, "defect")
    assert answer.headers.keys() >= ON_EVERY_ANSWER
    assert not {MARK, "KeyError", "Traceback"} & set(re.findall(r"\w+", answer.text))


async def test_only_over_tls_the_browser_is_bound_to_it() -> None:
    bare = create_app(Settings())
    for over_tls in (True, False):
        transport = httpx.ASGITransport(SecurityHeaders(bare, over_tls))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get("/nowhere")
        assert ("strict-transport-security" in answer.headers) is over_tls


async def test_the_manual_loads_nothing_from_elsewhere(gate: httpx.AsyncClient) -> None:
    page = await gate.get("/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    for address in loaded:
        assert address.startswith("/docs/") or address == "data:,"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "//" not in policy
    assert "<script>" not in page.text
    for address in ("/docs/page.js", "/docs/page.css", "/docs/start.js"):
        assert address in loaded or address == "/docs/start.js"
        assert (await gate.get(address)).status_code == 200


FAULTY_BODIES = {
    "a name twice": b'{"channel": "web", "channel": "phone"}',
    "a name twice, spelt in two ways": b'{"channel": "web", "ch\\u0061nnel": "phone"}',
    "deep lists": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "beyond any number": b'{"a": 1e400}',
    "a very long number": b'{"a": ' + b"9" * 5000 + b"}",
    "no number": b'{"a": NaN}',
    "endless": b'{"a": -Infinity}',
    "half a character": b'{"a": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": "я"}'.encode("utf-16"),
    "a mark before it": b'\xef\xbb\xbf{"a": 1}',
    "two values": b"{}{}",
}


@pytest.mark.requirement("VAL-1")
@pytest.mark.parametrize("fault", FAULTY_BODIES)
async def test_a_body_that_can_be_read_in_two_ways_is_refused(gate: httpx.AsyncClient, fault: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await gate.post("/v1/appeals", content=FAULTY_BODIES[fault], headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


def test_plain_json_is_taken_as_it_is() -> None:
    plain = {"a": [{"b": [1, -2.5, 10**19, True, None, "строка 😀"]}], "": "x" * 10_000}
    assert fault_of(json.dumps(plain).encode()) == ""
    assert fault_of(json.dumps(plain, ensure_ascii=False).encode()) == ""
    assert fault_of(b"[" * 32 + b"]" * 32) == ""


async def test_a_packed_body_is_not_unpacked(gate: httpx.AsyncClient) -> None:
    for packed in ("gzip", "deflate", "br", "zstd", "gzip, gzip"):
        headers = {"Content-Type": "application/json", "Content-Encoding": packed}
        assert (await gate.post("/v1/appeals", content=b"{}", headers=headers)).status_code == 415


@pytest.mark.parametrize("path", ["/v1/appeals", "/my", "/sign-in/back"])
async def test_a_cookie_costs_no_more_than_its_length(gate: httpx.AsyncClient, path: str) -> None:
    begun = time.process_time()
    for piece in ("\\", "\\1", '\\"'):
        answer = await gate.get(path, headers={"Cookie": f'a=b; session="{piece * (30_000 // len(piece))}"'})
        assert answer.status_code in (303, 400, 401)
    assert time.process_time() - begun < 3, "six and more without a bound"


async def test_no_answer_leads_to_the_host_that_a_request_names(gate: httpx.AsyncClient) -> None:
    for path in ("/v1/appeals/", "/v1/tasks/", "/my/", "/desk/", "/audit/"):
        answer = await gate.get(path, headers={"Host": "evil.example"})
        assert answer.is_redirect or answer.status_code == 404, path
        assert "evil" not in answer.headers.get("Location", ""), path


async def test_an_error_quotes_nothing_of_what_was_sent(entry: Doors) -> None:
    sent = appeal()
    hostile = [sent | {name: MARK} for name in AppealIn.model_fields if name != "service"]
    hostile += [sent | {"details": sent["details"] | {name: [MARK]}} for name in sent["details"]]
    hostile += [sent | {"details": sent["details"] | {name: MARK * 3}} for name in ("inn", "snils", "phone", "email")]
    hostile += [sent | {MARK: 1}, sent | {f"{MARK}\n": {}}, sent | {"category": "weather", "citizen": MARK * 40}]
    assert len(hostile) > 20
    for body in hostile:
        answer = await entry.post("/v1/appeals", body, uuid4().hex)
        if answer.status_code != 503:
            assert answer.status_code == 422
            assert MARK not in json.dumps(answer.json(), ensure_ascii=False)
    unknown = await entry.post(f"/v1/appeals/{UNKNOWN}/commands", {"type": MARK}, uuid4().hex, "operator")
    assert MARK not in json.dumps(unknown.json(), ensure_ascii=False)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f"])
@pytest.mark.requirement("VAL-1")
def test_no_text_takes_control_characters(sign: str) -> None:
    for given in ({"type": "Withdraw", "reason": f"a{sign}b"}, {"type": "AskStatus", "question": f"a{sign}b"}):
        with pytest.raises(ValidationError):
            TypeAdapter(DecisionIn).validate_python(given)


async def test_a_client_that_asks_too_often_waits_and_nobody_else(world: SandboxProcess, tmp_path: Path) -> None:
    slow = {"client_requests_per_second": 0.1, "client_requests_burst": 3}
    strangers = {"stranger_requests_per_second": 0.1, "stranger_requests_burst": 2}
    async with (
        behind(world, tmp_path, **slow, **strangers) as api,
        httpx.AsyncClient(base_url=world.http_url) as sandbox,
    ):
        doors = Doors(api, sandbox)
        first = [await doors.get("/v1/appeals/1", "portal", "busy") for _ in range(5)]
        assert [answer.status_code for answer in first] == [422, 422, 422, 429, 429]
        assert first[0].headers["ratelimit-policy"] == '"client";q=3;w=30'
        assert first[0].headers["ratelimit"].startswith('"client";r=2;t=')
        refused = first[-1]
        assert 1 <= int(refused.headers["retry-after"]) <= 10
        assert (refused.json()["code"], refused.headers["ratelimit"].split(";")[1]) == ("too_often", "r=0")
        assert (await doors.get("/v1/appeals/1", "portal", "another")).status_code == 422
        # Neither another token nor another sender that they name makes another client of a stranger.
        bearers = [
            {
                "Authorization": f"Bearer {uuid4().hex}",
                "X-Forwarded-For": f"203.0.113.{n}",
                "X-Real-IP": f"203.0.113.{n}",
            }
            for n in range(3)
        ]
        forged = [(await api.get(f"/v1/appeals/{UNKNOWN}", headers=bearer)).status_code for bearer in bearers]
        assert forged == [401, 401, 429]
        assert (await doors.get("/v1/appeals/1", "portal", "a third")).status_code == 422
        assert {(await api.get("/healthz")).status_code for _ in range(5)} == {200}


def test_a_bucket_fills_again_and_their_number_is_bounded() -> None:
    now = 0.0
    buckets = Buckets(Allowance(per_second=2, burst=2), clients_max=100, clock=lambda: now)
    assert [buckets.take("a").wait for _ in range(3)] == [0, 0, 1]
    now = 0.5
    assert [buckets.take("a").wait for _ in range(2)] == [0, 1]
    now = 3600.0
    assert [buckets.take("a").left for _ in range(2)] == [1, 0]
    for client in range(10_000):
        buckets.take(str(client))
    assert len(buckets) == 100


async def test_a_head_or_body_that_does_not_come_is_not_waited_for(world: SandboxProcess, tmp_path: Path) -> None:
    async with behind(world, tmp_path, head_seconds_max=0.3, body_seconds_max=0.3) as api:
        assert await raw(api, b"") == b"HTTP/1.1 408 Request Timeout"
        assert await raw(api, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ") == b"HTTP/1.1 408 Request Timeout"
        head = b"POST /v1/appeals HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"
        assert await raw(api, head + b'{"a"') == b"HTTP/1.1 408 Request Timeout"
        assert await raw(api, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == b"HTTP/1.1 200 OK"


async def test_a_head_without_end_is_cut_off(gate: httpx.AsyncClient) -> None:
    for endless in (b"X-A: " + b"a" * 100_000, b"X-A: a\r\n" * 10_000):
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + endless
        assert await raw(gate, head) in (b"HTTP/1.1 431 Request Header Fields Too Large", RESET)
    assert (await gate.get("/healthz?" + "a" * 40_000)).status_code == 431


async def raw(api: httpx.AsyncClient, sent: bytes) -> bytes:
    """The status line that these bytes get."""
    reader, writer = await asyncio.open_connection(api.base_url.host, api.base_url.port)
    writer.write(sent)
    try:
        async with asyncio.timeout(10):
            return (await reader.readline()).strip()
    except ConnectionError:
        return RESET
    finally:
        writer.close()
