"""`python -m tests.record_histories`: records anew the histories that every change of the process must replay.

Record anew only when a change is meant for new cases alone and no case of the old code is open any more; else
the change needs `workflow.patched`, and the old histories stay beside the new ones.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from domain.actors import Role
from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Details, Policy
from domain.contracts.commands import ConfirmAuthority, FetchData, RetryRegistry, SupplyDetails
from domain.contracts.events import DataFetched, MessageQueued
from domain.notifications import Template
from tests.examples import MATCHED, RECORDED, appeal, data_appeal, secured
from tests.house import House, engine, house
from tests.sandbox_process import SandboxProcess
from tests.walks import asked_again, with_data_in_cabinet, with_password, with_specialist

HISTORIES = Path(__file__).parent / "histories"
MUST_FAIL = HISTORIES / "must_fail"
SUPPLIED = SupplyDetails(details=Details(phone="+79000001001", login="smirnova.ap"))


async def happy_path(home: House) -> str:
    return await _completed(home, await with_password(home))


async def mismatch(home: House) -> str:
    number = await asked_again(home, phone="+7 900 999-99-99")
    await home.decide(number, Role.CITIZEN, SUPPLIED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def missing_data(home: House) -> str:
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=1))
    await home.journalled(number, MessageQueued, template=Template.DETAILS_REMINDER)
    await home.decide(number, Role.CITIZEN, SUPPLIED)
    await home.expecting(number, "RecordRequest")
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def nobody_answers(home: House) -> str:
    number = await home.open(appeal(login=None))
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=14))
    await home.closed(number)
    return number


async def overdue(home: House) -> str:
    number = await home.open(appeal())
    await home.expecting(number, "RecordRequest")
    await home.forward(number, timedelta(hours=2))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.forward(number, timedelta(hours=6))
    await home.journalled(number, MessageQueued, template=Template.SECURING_REMINDER)
    return await _completed(home, number)


async def registry_outage(home: House) -> str:
    await home.fault("accounts", "unavailable")
    number = await home.open(appeal())
    await home.expecting(number, "RetryRegistry")
    await home.mended()
    await home.decide(number, Role.SPECIALIST, RetryRegistry(reason="Реестр снова отвечает."))
    await home.decide(number, Role.OPERATOR, RECORDED)
    await home.expecting(number, "CheckDocuments")
    await home.decide(number, Role.SPECIALIST, MATCHED)
    return await _completed(home, number)


async def continue_as_new(home: House) -> str:
    number = await with_specialist(home)
    await home.continue_as_new(number)
    await home.decide(number, Role.SPECIALIST, MATCHED)
    await home.expecting(number, "ReportAccountSecurity")
    await home.continue_as_new(number)
    return await _completed(home, number)


async def data_by_email(home: House) -> str:
    number = await home.open(data_appeal())
    await home.closed(number)
    return number


async def data_in_cabinet(home: House) -> str:
    number = await with_data_in_cabinet(home)
    await home.decide(number, Role.CITIZEN, FetchData())
    await home.journalled(number, DataFetched)
    await home.forward(number, timedelta(days=7))
    await home.closed(number)
    return number


async def data_not_in_time(home: House) -> str:
    number = await home.open(data_appeal(), authority="доверенность 77-1")
    await home.expecting(number, "ConfirmAuthority")
    await home.fault("accounts", "unavailable")
    await home.decide(number, Role.SPECIALIST, ConfirmAuthority(confirmed=True, reason="Доверенность действует."))
    await home.until(number, lambda view: "provision" in view.clocks)
    await home.forward(number, timedelta(minutes=3))
    await home.closed(number)
    await home.mended()
    return number


async def _completed(home: House, number: str) -> str:
    await home.expecting(number, "ReportAccountSecurity")
    await home.decide(number, Role.REGISTRY, secured())
    await home.closed(number)
    return number


SCENARIOS: dict[Callable[[House], Awaitable[str]], dict[str, Any]] = {
    happy_path: {},
    mismatch: {},
    missing_data: {},
    nobody_answers: {},
    overdue: {},
    registry_outage: {"registry_patience_seconds": 3},
    continue_as_new: {"history_events": 50},
    data_by_email: {},
    data_in_cabinet: {},
    data_not_in_time: {"provision_minutes": 3},
}
"""Each scenario with the terms in which its policy differs."""


async def record() -> None:
    for old in HISTORIES.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch, SandboxProcess(Path(scratch) / "world") as world:
        async with engine() as environment:
            for scenario, terms in SCENARIOS.items():
                name = scenario.__name__
                data_dir = Path(scratch) / name
                data_dir.mkdir()
                policy = Policy(calendar_version=CURRENT_VERSION, **terms)
                async with house(environment, world, data_dir, policy=policy) as home:
                    runs = await home.histories(await scenario(home))
                for nth, history in enumerate(runs, start=1):
                    _write(HISTORIES / (f"{name}.json" if len(runs) == 1 else f"{name}.{nth}.json"), history)
    _write_one_that_must_fail()


_OF_MACHINES = {"identity", "stackTrace"}


def _write(path: Path, history: WorkflowHistory) -> None:
    content = _without_machines(history.to_json_dict())
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _without_machines(content: Any) -> Any:
    """The history without the names of the machines it was recorded on, and without their paths."""
    if isinstance(content, dict):
        return {name: _without_machines(value) for name, value in content.items() if name not in _OF_MACHINES}
    return [_without_machines(value) for value in content] if isinstance(content, list) else content


def _write_one_that_must_fail() -> None:
    """The happy path of a process that asked the registries in another way."""
    content = (HISTORIES / "happy_path.json").read_text()
    altered = content.replace('"check_registries"', '"check_registers"')
    (MUST_FAIL / "another_activity.json").write_text(altered)


if __name__ == "__main__":
    asyncio.run(record())
