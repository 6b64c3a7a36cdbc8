"""One run: the parts start, people come, everything breaks, and then the checker looks at what is left.

`make faults` makes a full one, prints its figures, and adds them as a line to `faults.jsonl` in the data folder.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import psutil

from infra.settings import Settings
from tests.faults.checker import Verdict, judge
from tests.faults.client_log import ClientLog
from tests.faults.driver import THINK_SECONDS, Driver
from tests.faults.evidence import gather_evidence
from tests.faults.parts import Parts, clocks_can_be_off
from tests.faults.storm import FULL, Form, Storm
from tests.faults.verification import unverified

SEED = 20261122
PROBES = 10
WORKER = ("-m", "cli", "worker")
WARM_UP_CASES = 60


async def run_faults(data_dir: Path, form: Form, seed: int = SEED) -> Verdict:
    """A run in this form; what the checker says of it."""
    async with Parts(data_dir, WORKER) as parts, _driver(parts, seed, form.think_seconds) as driver:
        unhurried = await _unhurried(driver, form, form.busy_share) if form.busy_share else {}
        storm = Storm(parts, driver, form, seed)
        numbers, _ = await asyncio.gather(driver.run(form.cases), storm.rage())
        await parts.healthy()
        verdict = await _judged(parts, driver)
    verdict.figures |= storm.figures() | unhurried | {"clocks off": clocks_can_be_off(), "walks": len(numbers)}
    verdict.add("done again after SIGTERM", storm.done_again())
    verdict.slow += storm.slow()
    return verdict


async def run_quietly(
    data_dir: Path, cases: int, worker_command: Sequence[str] = WORKER, seed: int = SEED
) -> Verdict:
    """A run without any fault, perhaps of other workers than ours."""
    async with Parts(data_dir, worker_command) as parts, _driver(parts, seed) as driver:
        await driver.run(cases, patient_share=0)
        return await _judged(parts, driver)


def _driver(parts: Parts, seed: int, think_seconds: tuple[float, float] = THINK_SECONDS) -> Driver:
    log = ClientLog(parts.data_dir / "client.jsonl")
    return Driver(parts.api_urls, parts.settings.sandbox_url, log, seed, parts.command_id, think_seconds)


async def _unhurried(driver: Driver, form: Form, share: float) -> dict[str, float]:
    """Let people be so slow that they leave the machine to what is killed, which needs it to come back.

    Lateness would tell of the machine otherwise, and not of us. Returns what it took, as figures.
    """
    psutil.cpu_percent()
    await driver.run(WARM_UP_CASES, patient_share=0, first=form.cases + form.stopped_cases)
    busy = psutil.cpu_percent() / 100
    slower = max(1.0, busy / share)
    driver.slow_down(slower)
    return {"busy without a fault": round(busy, 2), "people slower by": round(slower, 2)}


async def _judged(parts: Parts, driver: Driver) -> Verdict:
    await driver.settle()
    evidence = await gather_evidence(parts, driver)
    verdict = judge(driver.log, evidence)
    verdict.add("histories that do not verify", await unverified(parts.environment("verify")))
    return verdict


def main() -> None:
    began = time.time()
    if not clocks_can_be_off():
        sys.exit("The clocks of two parts are to be wrong: run deploy/apt-packages.sh as root first.")
    with tempfile.TemporaryDirectory(prefix="hotline-faults-") as folder:
        verdict = asyncio.run(run_faults(Path(folder), FULL))
    figures = verdict.figures | {"form": asdict(FULL), "seconds": round(time.time() - began)}
    kept = Settings().data_dir / "faults.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a") as file:
        file.write(
            json.dumps(figures | {"findings": verdict.findings, "slow": verdict.slow}, ensure_ascii=False) + "\n"
        )
    for name, figure in figures.items():
        print(f"{name:40} {figure}")  # noqa: T201 - what the command is for
    for kind, found in verdict.findings.items():
        print(f"FOUND {kind}: {len(found)}, such as {found[0]}")  # noqa: T201
    for slow in verdict.slow:
        print(f"SLOW {slow}")  # noqa: T201
    sys.exit(1 if verdict.findings or verdict.slow else 0)


if __name__ == "__main__":
    main()
