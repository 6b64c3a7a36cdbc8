"""The faults of a run: what breaks, how often, and for how long."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass

import httpx

from infra.engine import connect, histories
from tests.faults.driver import THINK_SECONDS, Driver
from tests.faults.evidence import CaseFile
from tests.faults.outage import Outage, measure_outage
from tests.faults.parts import WORKERS, Parts

PROBES = 10
UNDER_LOAD_SECONDS = 1.5
CLIENTS_WAIT_SECONDS = 11
"""Our clients of registries and gateways give up after ten."""
SLOWED_BY_LOST_REPLY = {"mode": "timeout_after_work", "delay_s": CLIENTS_WAIT_SECONDS, "times": 1}
TROUBLES: tuple[tuple[str, dict[str, object]], ...] = (
    ("smtp", {"mode": "unavailable", "times": 2}),  # 421
    ("smtp", {"mode": "garbage", "times": 2}),  # 451
    ("smtp", {"mode": "timeout_after_work", "times": 2}),  # the connection drops after DATA
    *((system, SLOWED_BY_LOST_REPLY) for system in ("accounts", "passports", "snils", "sms", "push", "codes")),
    *((f"services.{service}", SLOWED_BY_LOST_REPLY) for service in ("pension", "taxes", "general")),
    *((system, {"mode": "unavailable", "times": 2}) for system in ("accounts", "signatures", "sms")),
)


@dataclass(frozen=True)
class Form:
    """How long and how hard a run is."""

    cases: int
    worker_kills: int
    worker_kill_every_seconds: float
    engine_kills: int
    engine_kill_every_seconds: float
    outage_seconds: float
    full_disk_seconds: float
    think_seconds: tuple[float, float] = THINK_SECONDS
    """So that half of the machine is free where nothing is broken: what is killed takes it to come back."""
    stopped_cases: int = 24
    """So many are under way while both workers are asked to end."""
    busy_share: float | None = None
    """So much of the machine people may take where nothing is broken: on a slower one they think longer."""


SHORT = Form(200, 4, 3.0, 2, 7.0, outage_seconds=6.0, full_disk_seconds=4.0)
FULL = Form(
    1000, 18, 5.0, 8, 15.0, outage_seconds=45.0, full_disk_seconds=10.0, think_seconds=(1.5, 5.0), busy_share=0.25
)


class Storm:
    """Lets a run meet its faults in an order that the seed gives."""

    def __init__(self, parts: Parts, driver: Driver, form: Form, seed: int) -> None:
        self._parts, self._driver, self._form = parts, driver, form
        self._chance = random.Random(f"storm {seed}")  # noqa: S311 - the same faults in every run
        self._calm = asyncio.Lock()
        self._met: dict[str, float] = {"worker kills": 0, "engine kills": 0, "troubles outside": 0}
        self._outage = Outage()
        self._again: list[str] = []

    async def rage(self) -> None:
        """First both workers are asked to end under load; then come all faults, many at once."""
        await self._stop_workers()
        probes = await self._driver.open_questions(PROBES)
        troubles = asyncio.create_task(self._troubles_outside())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kill_workers())
            group.create_task(self._kill_engine())
            group.create_task(self._register_away(probes))
        troubles.cancel()
        with suppress(asyncio.CancelledError):
            await troubles
        await self._cure()

    def figures(self) -> dict[str, float]:
        return self._met | self._outage.figures()

    def done_again(self) -> list[str]:
        """The cases in which SIGTERM made an activity run twice."""
        return self._again

    def slow(self) -> list[str]:
        """What took too long while the register was away."""
        return self._outage.findings()

    async def _stop_workers(self) -> None:
        """SIGTERM for one worker after the other; no activity may be begun a second time."""
        walks = asyncio.create_task(
            self._driver.run(self._form.stopped_cases, patient_share=0, first=self._form.cases)
        )
        for worker in WORKERS:
            await self._parts.works(worker)
            await asyncio.sleep(UNDER_LOAD_SECONDS)
            self._met[f"seconds until {worker} had ended"] = round(await self._parts.stop(worker), 1)
            self._parts.start(worker)
            await self._parts.works(worker)
        client = await connect(self._parts.settings, "checker", self._parts.keyring)
        for number in await walks:
            case = CaseFile(number, {}, [], await histories(client, number))
            if again := case.repeated():
                self._again.append(f"{number}: {again}")

    async def _kill_workers(self) -> None:
        for turn in range(self._form.worker_kills):
            await asyncio.sleep(self._form.worker_kill_every_seconds * self._chance.uniform(0.8, 1.2))
            async with self._calm:
                self._parts.kill(WORKERS[turn % len(WORKERS)])
                self._parts.start(WORKERS[turn % len(WORKERS)])
            self._met["worker kills"] += 1

    async def _kill_engine(self) -> None:
        for _ in range(self._form.engine_kills):
            await asyncio.sleep(self._form.engine_kill_every_seconds * self._chance.uniform(0.8, 1.2))
            async with self._calm:
                self._parts.kill("engine")
                self._parts.start("engine")
                await self._parts.engine_serves()
            self._met["engine kills"] += 1

    async def _register_away(self, probes: list[str]) -> None:
        async with self._calm:  # what is measured here is the register's absence alone
            self._outage = await measure_outage(self._parts, self._driver.log, probes, self._form.outage_seconds)
        await asyncio.sleep(self._form.engine_kill_every_seconds)
        # The disk is full while workers are killed.
        await asyncio.to_thread(self._parts.register.fill_disk)
        await asyncio.sleep(self._form.full_disk_seconds)
        await asyncio.to_thread(self._parts.register.empty_disk)

    async def _troubles_outside(self) -> None:
        async with httpx.AsyncClient(base_url=self._parts.settings.sandbox_url, timeout=30) as sandbox:
            while True:
                await asyncio.sleep(self._chance.uniform(0.2, 0.8))
                system, trouble = self._chance.choice(TROUBLES)
                with suppress(httpx.TransportError):
                    (await sandbox.put(f"/faults/{system}", json=trouble)).raise_for_status()
                    self._met["troubles outside"] += 1

    async def _cure(self) -> None:
        async with httpx.AsyncClient(base_url=self._parts.settings.sandbox_url, timeout=30) as sandbox:
            (await sandbox.delete("/faults")).raise_for_status()
