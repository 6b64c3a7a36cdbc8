"""A portal, its staff and its citizen, who never give up: every request is repeated under its key."""

import asyncio
import time
from typing import Any, Self
from uuid import uuid4

import httpx

from examples.citizen import Citizen
from tests.examples import ANNA, appeal

PATIENCE_SECONDS = 60.0
ROLES = {"RecordRequest": "operator", "CheckDocuments": "specialist", "RateSatisfaction": "portal"}
DECISIONS: dict[str, dict[str, Any]] = {
    "RecordRequest": {"type": "RecordRequest", "processing_hours": 4},
    "CheckDocuments": {"type": "CheckDocuments", "match": True, "reason": "Данные совпали."},
    "RateSatisfaction": {"type": "RateSatisfaction", "score": 5},
}


class Portal:
    """Drives one reference case over the public doors alone."""

    def __init__(self, api_url: str, sandbox_url: str) -> None:
        self._api_url = api_url
        self._sandbox_url = sandbox_url
        self._http = httpx.Client(timeout=15)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def open_appeal(self, sent: dict[str, Any] | None = None) -> str:
        answer = self._request("POST", "/v1/appeals", "portal", sent or appeal())
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def decide(self, number: str, command: str) -> None:
        """Send a decision as soon as the case expects it."""
        self.wait_for(number, command)
        answer = self._request("POST", f"/v1/appeals/{number}/commands", ROLES[command], DECISIONS[command])
        assert answer.status_code == 202, answer.text

    def secure_account(self, number: str) -> None:
        """Let the citizen do what the letter says, when letter and code are there."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not asyncio.run(self._secure(number)):
            assert time.monotonic() < deadline, "the letter or its code did not arrive"
            time.sleep(0.2)

    async def _secure(self, number: str) -> bool:
        async with httpx.AsyncClient(base_url=self._sandbox_url, timeout=15) as sandbox:
            citizen = Citizen(sandbox, ANNA, number)
            await citizen.secure_account()
            return citizen.is_done

    def wait_for(self, number: str, command: str) -> dict[str, Any]:
        return self._wait(number, lambda case: any(e["command"] == command for e in case["expects"]))

    def wait_until_closed(self, number: str) -> dict[str, Any]:
        return self._wait(number, lambda case: bool(case["result_ready"]))

    def wait_until_ready(self) -> None:
        """Return when engine and register answer the API."""
        self._request("GET", "/readyz", "auditor")

    def journal(self, number: str) -> list[dict[str, Any]]:
        page = self._request("GET", f"/v1/appeals/{number}/journal", "auditor").json()
        entries: list[dict[str, Any]] = page["entries"]
        return entries

    def mails(self, number: str) -> list[str]:
        """The subjects of the e-mails about this appeal, as the sandbox's mailbox holds them."""
        found = self._http.get(f"{self._sandbox_url}/inbox/messages").json()
        return [mail["subject"] for mail in found if number in mail["subject"].replace(" ", "").replace("\u00a0", "")]

    def texts(self, number: str) -> list[str]:
        """The SMS about this appeal."""
        found = self._http.get(f"{self._sandbox_url}/sms/messages").json()
        return [sms["text"] for sms in found if number in sms["text"].replace(" ", "").replace("\u00a0", "")]

    def _token(self, role: str) -> str:
        answer = self._http.post(f"{self._sandbox_url}/issuer/token", json={"subject": f"e2e-{role}", "role": role})
        return str(answer.json()["access_token"])

    def _wait(self, number: str, condition: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            case: dict[str, Any] = self._request("GET", f"/v1/appeals/{number}", "supervisor").json()
            if condition(case):
                return case
            time.sleep(0.1)
        raise TimeoutError(f"{number} waits for {case['expects']}, status {case['status']}")

    def _request(self, method: str, path: str, role: str, body: Any = None) -> httpx.Response:
        key, deadline = uuid4().hex, time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                headers = {"Authorization": f"Bearer {self._token(role)}", "Idempotency-Key": key}
                answer = self._http.request(method, self._api_url + path, headers=headers, json=body)
                if answer.status_code != 503:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            assert time.monotonic() < deadline, f"{method} {path}: no answer"
            time.sleep(0.2)
