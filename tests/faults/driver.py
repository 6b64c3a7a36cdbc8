"""The portals, people and staff of a run: they send, repeat what got no answer, and write down what they saw."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx

from domain.procedures import Procedure
from tests.faults.client_log import ClientLog, Outcome, Sent
from tests.faults.decisions import answer, requests, unasked
from tests.model.appeals import APPEALS

PORTAL = "faults-portal"
CLIENTS = 16
OPENED_AT_ONCE = 6
"""So many appeals may be sent and not be on record yet: people come one by one, not as a flood."""
PATIENT_SHARE = 0.3
"""So many people let the first clock of their case run out before anybody decides; they are among the first half."""
PATIENCE_SECONDS = 75.0
TRIES_AT_ONCE = 3
DECISIONS_AT_MOST = 4
THINK_SECONDS = (0.5, 2.0)
"""Nobody decides at once: without it the machine is full without a fault, and lateness tells of that alone."""
LOOK_AGAIN_SECONDS = 0.25
LOOK_AGAIN_AT_MOST_SECONDS = 10.0
"""Who waits long looks ever less often: a hundred waiting people must not be the load that is measured."""
SETTLED_WITHIN_SECONDS = 90.0
ASKED_TO_REPEAT = ("429 too_often", "409 still_running")
"""Refusals that say nothing of the request itself, only that it came too soon."""
KnownAs = Callable[[str, str, str], str]
"""The id of the command that a role's person sends under a key."""


class Driver:
    """Walks many cases at once; the same seed sends the same."""

    def __init__(
        self,
        api_urls: Sequence[str],
        sandbox_url: str,
        log: ClientLog,
        seed: int,
        known_as: KnownAs,
        think_seconds: tuple[float, float] = THINK_SECONDS,
    ) -> None:
        self._api_urls, self._sandbox_url, self._think_seconds = list(api_urls), sandbox_url, think_seconds
        self._known_as = known_as
        self._seed = seed
        self._tokens: dict[str, str] = {}
        self._http = httpx.AsyncClient(timeout=15, limits=httpx.Limits(max_connections=3 * CLIENTS))
        self._opening = asyncio.Semaphore(OPENED_AT_ONCE)
        self.log = log

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def slow_down(self, times: float) -> None:
        """Let everybody think so many times as long before they decide."""
        shortest, longest = self._think_seconds
        self._think_seconds = (shortest * times, longest * times)

    async def run(self, cases: int, patient_share: float = PATIENT_SHARE, first: int = 0) -> list[str]:
        """Open so many appeals and walk their cases, some at once, and the patient ones beside them. The numbers."""
        gate = asyncio.Semaphore(CLIENTS)
        sent = requests(self._seed, first + cases)
        early = range(first, first + cases // 2)
        walks = [
            self._walk(place, sent[place], gate, 2 * patient_share if place in early else 0)
            for place in range(first, first + cases)
        ]
        numbers = await asyncio.gather(*walks)
        return [number for number in numbers if number]

    async def open_questions(self, count: int) -> list[str]:
        """Open so many cases that nobody walks: each waits for its answer."""
        sent = [APPEALS[Procedure.CONSULTATION] | {"service": f"Вопрос {place}"} for place in range(count)]
        chance = random.Random(f"{self._seed}:questions")  # noqa: S311 - the same keys in every run
        numbers = [await self._open(chance, body) for body in sent]
        for number in numbers:
            await self._look(number, lambda case: bool(case["expects"]))
        return numbers

    async def settle(self) -> None:
        """Repeat what got no answer, under its key, until everything has one."""
        async with asyncio.timeout(SETTLED_WITHIN_SECONDS):
            while unsettled := [sent for sent in self.log.sent.values() if not sent.is_definite]:
                await asyncio.gather(*(self._send(sent, 1) for sent in unsettled[:CLIENTS]))
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def read(self, path: str, role: str = "supervisor") -> httpx.Response | None:
        """What the API answers; None when it gives no clear answer."""
        try:
            headers = {"Authorization": f"Bearer {await self._token(role)}"}
            answered = await self._http.get(self._api_urls[0] + path, headers=headers)
        except httpx.TransportError:
            return None
        return None if answered.is_server_error else answered

    async def _walk(self, place: int, sent: dict[str, Any], gate: asyncio.Semaphore, patient_share: float) -> str:
        chance = random.Random(f"{self._seed}:{place}")  # noqa: S311 - the same walk in every run
        is_patient = chance.random() < patient_share
        async with gate:
            number = await self._open(chance, sent)
            if number and not is_patient:
                await self._decide_all(chance, number)
        if number and is_patient:
            await self._look(number, _waits_in_vain)
            await self._decide_all(chance, number)
        return number

    async def _decide_all(self, chance: random.Random, number: str) -> None:
        for _ in range(chance.randint(1, DECISIONS_AT_MOST)):
            case = await self._look(number, lambda case: bool(case["expects"]))
            await asyncio.sleep(chance.uniform(*self._think_seconds))
            if not case or not case["expects"] or not await self._decide(chance, case):
                break

    async def _open(self, chance: random.Random, body: dict[str, Any]) -> str:
        if body.get("relation"):
            about = {name: value for name, value in body.items() if name not in ("relation", "escalation_reason")}
            related = await self._open(chance, about | {"category": "payments", "channel": "web_form"})
            if not related or await self._look(related, lambda case: True) is None:
                return ""
            body = body | {"related_number": related}
        sent = Sent(key=_key(chance), role="portal", path="/v1/appeals", body=body)
        async with self._opening:
            await self._insist(chance, sent)
            if sent.number:
                await self._look(sent.number, lambda case: bool(case["expects"]), seconds=5)
        return sent.number

    async def _decide(self, chance: random.Random, case: dict[str, Any]) -> bool:
        """Send one decision and wait until the case shows it; whether to go on with this case."""
        make = unasked if chance.random() < 0.2 else answer
        role, body = make(chance, case)
        number = case["number"]
        key = _key(chance)
        sent = Sent(
            key, role, f"/v1/appeals/{number}/commands", body, number, self._known_as(role, _subject(role), key)
        )
        await self._insist(chance, sent)
        if sent.outcome is Outcome.ACKNOWLEDGED and make is answer:
            await self._look(number, lambda now: now["expects"] != case["expects"], seconds=10)
        return sent.is_definite

    async def _insist(self, chance: random.Random, sent: Sent) -> None:
        for _ in range(TRIES_AT_ONCE):
            await self._send(sent, chance.choices((1, 2, 3), (8, 1, 1))[0])
            if sent.is_definite:
                return
            await asyncio.sleep(chance.uniform(0.5, 2))

    async def _send(self, sent: Sent, copies: int) -> None:
        self.log.invoked(sent, copies)
        answers = await asyncio.gather(*(self._post(sent, copy) for copy in range(copies)))
        good = [each for each in answers if each is not None and each.is_success]
        bad = [each for each in answers if each is not None and each.is_client_error]
        known = "number" if sent.opens else "command_id"
        self.log.answered(sent, [each.json()[known] for each in good], [_code_of(each) for each in bad])
        if sent.opens and sent.answers:
            sent.number = sent.answers[0]

    async def _post(self, sent: Sent, copy: int) -> httpx.Response | None:
        url = self._api_urls[(sent.times + copy) % len(self._api_urls)]
        try:
            headers = {"Authorization": f"Bearer {await self._token(sent.role)}", "Idempotency-Key": sent.key}
            answered = await self._http.post(url + sent.path, json=sent.body, headers=headers)
        except httpx.TransportError:
            return None
        return None if answered.is_server_error or _code_of(answered) in ASKED_TO_REPEAT else answered

    async def _look(self, number: str, condition: Any, seconds: float = PATIENCE_SECONDS) -> dict[str, Any] | None:
        """The case as soon as it is so, or as it is when patience ends."""
        case: dict[str, Any] | None = None
        pause = LOOK_AGAIN_SECONDS
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            answered = await self.read(f"/v1/appeals/{number}")
            if answered is not None and answered.is_success:
                case = answered.json()
                if condition(case) or case["result_ready"]:
                    break
            await asyncio.sleep(pause)
            pause = min(1.3 * pause, LOOK_AGAIN_AT_MOST_SECONDS)
        return case

    async def _token(self, role: str) -> str:
        if role not in self._tokens:
            asked = {"subject": _subject(role), "role": role, "ttl_s": 86_400}
            answered = await self._http.post(f"{self._sandbox_url}/issuer/token", json=asked)
            self._tokens[role] = answered.raise_for_status().json()["access_token"]
        return self._tokens[role]


def _waits_in_vain(case: dict[str, Any]) -> bool:
    """Whether a clock has run out, or none will before everybody's patience does."""
    soon = datetime.now(UTC) + timedelta(seconds=PATIENCE_SECONDS)
    dues = [datetime.fromisoformat(clock["due_at"]) for clock in case["clocks"] if clock["due_at"]]
    return any(clock["is_breached"] for clock in case["clocks"]) or (bool(dues) and min(dues) > soon)


def _subject(role: str) -> str:
    return PORTAL if role == "portal" else f"faults-{role}"


def _key(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def _code_of(answered: httpx.Response) -> str:
    return "" if answered.is_success else f"{answered.status_code} {answered.json().get('code')}"
