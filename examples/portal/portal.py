"""A portal in a hundred lines: opens an appeal, attaches a file, follows it, confirms the answer, reads the result.

    API=http://127.0.0.1:8000 TOKEN=… python examples/portal/portal.py my-request-1 appeal.json screen.png

`my-request-1` is the portal's own id of what its user wants. Every idempotency key is made of it: started again after
a crash the program goes on where it was, and opens nothing twice.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = float(os.environ.get("PATIENCE_SECONDS", "600"))
LOOK_AGAIN_SECONDS = float(os.environ.get("LOOK_AGAIN_SECONDS", "2"))


class Refused(Exception):
    """The API says no: `code` is for programs, `title` and `detail` for people."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['code']}: {problem['title']}. {problem['detail']}")
        self.problem = problem


class Portal:
    """The five calls, each sent again under its key until it is answered."""

    def __init__(self, api: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self._http = httpx.Client(base_url=api, headers=headers, timeout=30)

    def open(self, appeal: dict[str, Any], key: str) -> str:
        """Open an appeal; its number, the same for the same key."""
        return str(self._send("POST", "", key, json=appeal)["number"])

    def attach(self, number: str, kind: str, file: Path, key: str) -> str:
        """Attach a file; how far its check is."""
        form: dict[str, Any] = {"data": {"kind": kind}, "files": {"file": (file.name, file.read_bytes())}}
        return str(self._send("POST", f"/{number}/attachments", key, **form)["state"])

    def read(self, number: str) -> dict[str, Any]:
        """The appeal: status, deadlines, what it waits for."""
        return self._send("GET", f"/{number}")

    def decide(self, number: str, decision: dict[str, Any], key: str) -> dict[str, Any]:
        """Send a decision; its receipt."""
        return self._send("POST", f"/{number}/commands", key, json=decision)

    def result(self, number: str) -> dict[str, Any]:
        """The result, or the sentence that it is not there yet."""
        return self._send("GET", f"/{number}/result")

    def _send(self, method: str, path: str, key: str = "", **body: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            wait = LOOK_AGAIN_SECONDS
            try:
                answer = self._http.request(method, f"/v1/appeals{path}", headers={"Idempotency-Key": key}, **body)
                if answer.is_success:
                    content: dict[str, Any] = answer.json()
                    return content
                if answer.status_code not in (429, 503):
                    raise Refused(answer.json())
                wait = float(answer.headers["Retry-After"])
            except httpx.TransportError as trouble:
                say(f"no answer, so it is sent again: {trouble!r}")
            if time.monotonic() + wait > deadline:
                raise TimeoutError(f"{method} {path}")
            time.sleep(wait)


def walk(portal: Portal, request: str, appeal: dict[str, Any], file: Path) -> None:
    """Take one appeal to its result."""
    number = portal.open(appeal, f"{request}-open")
    say(f"opened {number}")
    say(f"file {portal.attach(number, 'screenshot', file, f'{request}-file')}")
    seen, deadline = "", time.monotonic() + PATIENCE_SECONDS
    while not (case := portal.read(number))["result_ready"] and time.monotonic() < deadline:
        awaited = {expected["command"]: expected["roles"] for expected in case["expects"]}
        if (news := f"status {case['status']}, waits for {awaited}") != seen:
            say(seen := news)
        if "ConfirmSolution" in awaited:
            portal.decide(number, {"type": "ConfirmSolution", "solved": True}, f"{request}-confirm")
        time.sleep(LOOK_AGAIN_SECONDS)
    say(f"result {portal.result(number)['message']}")


def say(line: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    request, appeal, file = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3])
    walk(Portal(os.environ["API"], os.environ["TOKEN"]), request, appeal, file)
