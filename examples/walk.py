"""A walk through the example appeals: a portal, the staff and the citizens, each over its own public door."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console

from examples.citizen import Citizen, is_about

PATIENCE_SECONDS = 90.0
PORTAL = "demo-portal"
# Who has been here before is taken for a repeat, and the walk goes its way all the same.
SOLVE_ANEW: dict[str, Any] = {
    "role": "operator",
    "send": {
        "type": "AssessRepeat",
        "way": "solve",
        "reason": "Заявитель обратился снова, вопрос решается заново.",
        "next_steps": ["Решим вопрос ещё раз", "Сообщим о результате"],
    },
}


@dataclass
class Walk:
    """One example on its way: what is sent, and what has been shown of it."""

    api: httpx.AsyncClient
    sandbox: httpx.AsyncClient
    console: Console
    example: dict[str, Any]
    number: str = ""
    shown_position: int = 0
    queued_moments: int = 0
    shown_messages: int = 0

    async def run(self) -> bool:
        """Send the appeal, let everybody decide, show each step; whether the expected result was reached."""
        self.console.rule(self.example["title"])
        await self._open()
        decisions = list(self.example["decisions"])
        citizen = Citizen(self.sandbox, self.example["appeal"]["details"], self.number)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            case = await self._show()
            if case["result_ready"]:
                return await self._show_result(case)
            awaited = {expectation["command"] for expectation in case["expects"]}
            if decisions and decisions[0]["send"]["type"] in awaited:
                await self._decide(decisions.pop(0))
            elif "AssessRepeat" in awaited:
                await self._decide(SOLVE_ANEW)
            elif "ReportAccountSecurity" in awaited and not citizen.is_done:
                await self._secure(citizen)
            await asyncio.sleep(0.1)
        self._say(f"  [red]no result within {PATIENCE_SECONDS:.0f} s[/]")
        return False

    def _say(self, line: str) -> None:
        self.console.print(line, highlight=False, soft_wrap=True)

    async def _open(self) -> None:
        answer = await self.api.post(
            "/v1/appeals", json=self.example["appeal"], headers=await self._headers("portal", uuid4().hex)
        )
        opened = answer.raise_for_status().json()
        self.number = opened["number"]
        self._say(f"  [bold]{opened['number_text']}[/] «{opened['status_text']}»")
        await self._registered()

    async def _registered(self) -> None:
        headers = await self._headers("supervisor")
        for _ in range(200):
            if (await self.api.get(f"/v1/appeals/{self.number}", headers=headers)).is_success:
                return
            await asyncio.sleep(0.05)

    async def _decide(self, decision: dict[str, Any]) -> None:
        answer = await self.api.post(
            f"/v1/appeals/{self.number}/commands",
            json=decision["send"],
            headers=await self._headers(decision["role"], uuid4().hex),
        )
        answer.raise_for_status()
        self._say(f"  → {decision['role']} sends [cyan]{decision['send']['type']}[/]")

    async def _secure(self, citizen: Citizen) -> None:
        for step in await citizen.secure_account():
            self._say(f"  → citizen: {step}")

    async def _show(self) -> dict[str, Any]:
        """Show what is new; the case, at least as new as what was shown."""
        journal = await self._get(f"/journal?after={self.shown_position}", role="supervisor")
        case = await self._get("", role="supervisor")
        for entry in journal["entries"]:
            self.shown_position = entry["position"]
            line = f"  {entry['at'][11:19]} {entry['position']:>3} {entry['type']} [dim]{entry['actor']['role']}[/]"
            self._say(line)
            self._show_change(entry, case)
        await self._show_messages()
        return case

    def _show_change(self, entry: dict[str, Any], case: dict[str, Any]) -> None:
        event = entry["event"]
        if entry["type"] == "MessageQueued" and event["recipient"] == "citizen":
            self.queued_moments += 1
        if entry["type"] == "StatusChanged":
            status = next(s["status_text"] for s in case["statuses"] if s["status"] == event["status"])
            self._say(f"      [green]«{status}»[/] {event['reason']}")
        if entry["type"] == "ClockChanged" and event["change"] == "started":
            clock = next(c for c in case["clocks"] if c["name"] == event["clock"]["name"])
            self._say(f"      [yellow]{clock['name_text']}[/]: {clock['explanation']}")

    async def _show_messages(self) -> None:
        details = self.example["appeal"]["details"]
        mails = (await self.sandbox.get("/inbox/messages", params={"to": details["email"]})).json()
        mails = [mail for mail in mails if is_about(mail["text"], self.number)]
        for mail in mails[self.shown_messages :]:
            self._say(f"      [magenta]✉ {mail['to']}[/] {mail['subject']}")
        self.shown_messages = len(mails)

    async def _show_result(self, case: dict[str, Any]) -> bool:
        result = await self._get("/result", role="portal")
        link = f"{self.api.base_url}/my/{self.number}/result"
        self._say(f"  [bold]{result['message']}[/] {link}")
        for _ in range(50):
            if self.shown_messages >= self.queued_moments:
                break
            await asyncio.sleep(0.1)
            await self._show_messages()
        return bool(case["status"] == self.example["result"])

    async def _get(self, path: str, role: str) -> dict[str, Any]:
        answer = await self.api.get(f"/v1/appeals/{self.number}{path}", headers=await self._headers(role))
        content: dict[str, Any] = answer.raise_for_status().json()
        return content

    async def _headers(self, role: str, key: str | None = None) -> dict[str, str]:
        subject = PORTAL if role == "portal" else f"demo-{role}"
        token = (await self.sandbox.post("/issuer/token", json={"subject": subject, "role": role})).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        return headers | ({"Idempotency-Key": key} if key else {})


def load_examples(folder: Path) -> list[dict[str, Any]]:
    """The examples of a folder, in the order of their names."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


async def walk_examples(examples: list[dict[str, Any]], api_url: str, sandbox_url: str, console: Console) -> bool:
    """Walk through the examples in order; whether each reached its result."""
    reached = []
    async with (
        httpx.AsyncClient(base_url=api_url, timeout=30) as api,
        httpx.AsyncClient(base_url=sandbox_url, timeout=30) as sandbox,
    ):
        for example in examples:
            walk = Walk(api, sandbox, console, example)
            try:
                reached.append(await walk.run())
            except httpx.HTTPError as failure:
                console.print(f"  [red]{type(failure).__name__}: {failure}[/]")
                reached.append(False)
    console.rule()
    console.print(f"{sum(reached)} of {len(reached)} examples reached their result.")
    return bool(reached) and all(reached)
