"""What a case costs: history events, billable actions and bytes of history, for every procedure.

`python -m bench.history` prints them. Actions are the server's own count (`action` in its metrics), which leaves
out the starts of standalone activities; each of these is added, as the managed service would bill it.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from domain.actors import Role
from domain.appeal import DocumentKind
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import SupplyDetails
from domain.contracts.events import MessageQueued
from tests.examples import MATCHED, MISMATCHED, RECORDED, appeal, data_appeal, secured
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess, free_ports

# The server publishes its counters with some delay.
METRICS_LAG_SECONDS = 3.0
# Between two steps of people, so that systems have answered, as they would have in life.
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Cost:
    """The three figures; `deliveries` of the actions are standalone activities."""

    procedure: str
    events: int
    actions: int
    deliveries: int
    history_bytes: int


async def happy_path(home: House) -> str:
    """The reference case: one registry check, four decisions, four moments by e-mail and SMS."""
    number = await _recorded(home, await home.open(appeal()))
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured(two_factor=False))
    await asyncio.sleep(PAUSE_SECONDS)
    await home.decide(number, Role.REGISTRY, secured())
    return number


async def mismatch(home: House) -> str:
    """The specialist finds another SNILS; the citizen corrects it."""
    number = await _recorded(home, await home.open(appeal(snils="087-654-303 00")))
    await home.decide(number, Role.SPECIALIST, MISMATCHED)
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(snils="11223344595")))
    await home.expecting(number, "CheckDocuments")
    return await _matched_and_secured(home, number)


async def missing_scan(home: House) -> str:
    """The scan is missing and is sent later; the rest is the happy path with one report."""
    number = await home.open(appeal(scans=None))
    await home.expecting(number, "SupplyDetails")
    scan = DocumentScan(kind=DocumentKind.SNILS, reference="portal:scan:2")
    await home.decide(number, Role.PORTAL, SupplyDetails(details=Details(scans=[scan])))
    return await _matched_and_secured(home, await _recorded(home, number))


async def data_by_email(home: House) -> str:
    """The registry confirms the requester, and the data leave at once."""
    return await home.open(data_appeal())


async def _recorded(home: House, number: str) -> str:
    await home.expecting(number, "RecordRequest")
    await asyncio.sleep(PAUSE_SECONDS)
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    return number


async def _matched_and_secured(home: House, number: str) -> str:
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured())
    return number


WALKS: dict[str, Callable[[House], Awaitable[str]]] = {
    "access recovery": happy_path,
    "access recovery, mismatch": mismatch,
    "access recovery, missing scan": missing_scan,
    "provision of data": data_by_email,
}


async def measure(walks: dict[str, Callable[[House], Awaitable[str]]]) -> list[Cost]:
    """Walk each once on an engine of its own and count."""
    with tempfile.TemporaryDirectory() as folder:
        data, (metrics_port,) = Path(folder), free_ports(1)
        with SandboxProcess(data / "sandbox") as sandbox:
            async with (
                engine(data / "engine.db", "--metrics-port", str(metrics_port)) as environment,
                house(environment, sandbox, data) as home,
            ):
                return [await _cost(name, walk, home, metrics_port) for name, walk in walks.items()]


async def _cost(name: str, walk: Callable[[House], Awaitable[str]], home: House, metrics_port: int) -> Cost:
    before = await _actions(metrics_port)
    number = await walk(home)
    await home.closed(number)
    await home.delivered(number)
    history = await home.history(number)
    deliveries = len(await home.journalled(number, MessageQueued))
    return Cost(
        procedure=name,
        events=len(history.events),
        actions=await _actions(metrics_port) - before + deliveries,
        deliveries=deliveries,
        history_bytes=sum(event.ByteSize() for event in history.events),
    )


async def _actions(metrics_port: int) -> int:
    await asyncio.sleep(METRICS_LAG_SECONDS)
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
    counted = re.findall(r'^action\{[^}]*namespace="default"[^}]*\} (\d+)', metrics, re.MULTILINE)
    return sum(int(count) for count in counted)


def main() -> None:
    costs = asyncio.run(measure(WALKS))
    rows = [f"{'procedure':32} {'events':>7} {'actions':>8} {'of these deliveries':>20} {'bytes':>7}"]
    rows += [
        f"{cost.procedure:32} {cost.events:>7} {cost.actions:>8} {cost.deliveries:>20} {cost.history_bytes:>7}"
        for cost in costs
    ]
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
