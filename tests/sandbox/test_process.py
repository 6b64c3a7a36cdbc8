"""The process: what was acknowledged outlives it, however it ends, and it ends in time."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sandbox.citizen import ONE_TIME, set_one_time_password, sign_in
from tests.sandbox.mail import letter, send
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "own") as process:
        yield process


@pytest.fixture
def client(own: SandboxProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=own.http_url, timeout=5) as client:
        yield client


def remembered(http: httpx.Client) -> list[object]:
    paths = ("/sms/messages", "/inbox/messages", "/accounts/acc-1004/security", "/accounts/acc-1004/audit-log")
    return [http.get(path).json() for path in (*paths, "/faults", "/issuer/.well-known/jwks.json")]


def test_what_was_acknowledged_outlives_a_kill(own: SandboxProcess, client: httpx.Client) -> None:
    set_one_time_password(client, "acc-1004", "before").raise_for_status()
    client.put("/faults/inn", json={"mode": "unavailable", "times": 3}).raise_for_status()
    send(own, letter("before@example.org"))
    sms = {"to": "+79000001004", "text": "до"}
    accepted = client.post("/sms/messages", json=sms, headers={"Idempotency-Key": "before"}).json()
    before = remembered(client)

    own.kill()
    own.start()

    assert remembered(client) == before
    assert client.post("/sms/messages", json=sms, headers={"Idempotency-Key": "before"}).json() == accepted
    assert client.post("/inn/lookup", json={"inn": "000000000000"}).status_code == 503
    assert sign_in(client, "acc-1004", ONE_TIME) == 200


def test_it_ends_in_time_even_while_somebody_waits(own: SandboxProcess, client: httpx.Client) -> None:
    client.put("/faults/accounts", json={"mode": "slow", "delay_s": 60}).raise_for_status()
    waiting = threading.Thread(target=_wait_in_vain, args=(own.http_url,))
    waiting.start()
    _until_taken(client)
    with socket.create_connection(("127.0.0.1", own.smtp_port)):
        started = time.monotonic()
        own.stop()
        assert time.monotonic() - started < 2
    waiting.join()


def _wait_in_vain(url: str) -> None:
    answer = httpx.post(f"{url}/accounts/lookup", json={"login": "x"}, timeout=60)
    assert answer.is_server_error


def _until_taken(client: httpx.Client) -> None:
    """Until the waiting request is under way."""
    time.sleep(0.3)
    client.get("/healthz").raise_for_status()
