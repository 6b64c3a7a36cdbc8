"""What is left of a run, seen from outside: API, engine, sandbox, and the register's tables, read only."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from domain.notifications import MessageState
from infra.engine import connect, histories, workflow_id
from store.database import open_database
from store.tables import appeal, message
from tests.faults.driver import Driver
from tests.faults.parts import Parts
from tests.faults.patience import until

AT_ONCE = 10
REST_WITHIN_SECONDS = 150.0
SERVICES = ("pension", "taxes", "property", "clinic")


@dataclass(frozen=True)
class CaseFile:
    """One case: how the API shows it, its journal as it stands, and the engine's histories."""

    number: str
    view: dict[str, Any]
    journal: list[dict[str, Any]]
    histories: list[WorkflowHistory]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The facts of one kind, without those of abandoned attempts."""
        return [entry for entry in standing(self.journal) if entry["type"] == kind]

    def steps(self) -> list[tuple[datetime, datetime]]:
        """When the process did something, each time from the step's begin to its end: only then can it be now."""
        found = []
        for run in self.histories:
            begun = {event.event_id: _at(event) for event in run.events}
            for event in run.events:
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                    begin = event.workflow_task_completed_event_attributes.started_event_id
                    found.append((begun[begin], _at(event)))
        return found

    def updates(self) -> list[str]:
        """The ids of the commands that the engine took for the case: an update's id without what it decides."""
        accepted = self._every(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
        return [
            event.workflow_execution_update_accepted_event_attributes.accepted_request.meta.update_id.rpartition(":")[
                0
            ]
            for event in accepted
        ]

    def repeated(self) -> list[str]:
        """The activities that were begun more than once, and what had ended the attempt before the last."""
        scheduled = {
            event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
            for event in self._every(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
        }
        begun = [
            event.activity_task_started_event_attributes
            for event in self._every(EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED)
        ]
        return [
            f"{scheduled[each.scheduled_event_id]} ({each.attempt}: {each.last_failure.message})"
            for each in begun
            if each.attempt > 1
        ]

    def _every(self, kind: "EventType.ValueType") -> list[HistoryEvent]:
        return [event for run in self.histories for event in run.events if event.event_type == kind]


@dataclass(frozen=True)
class Letter:
    """One row of the ledger of messages."""

    key: str
    number: str
    channel: str
    state: str
    attempts: int


@dataclass
class Evidence:
    """Everything the checker judges by."""

    cases: dict[str, CaseFile]
    registered: dict[str, str]
    """Portal by number, of every appeal in the register."""
    ledger: list[Letter]
    mails: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    account_events: list[str]
    """What the account registry did by our orders."""
    submissions: list[dict[str, Any]]
    known_later: set[str] = field(default_factory=set)
    """The keys in the ledger after the inbox was read: a clock may have rung meanwhile."""
    seen_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the first case was read: what was due later may not have been seen."""


def standing(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries without those of steps that the engine has abandoned and done again."""
    kept: list[dict[str, Any]] = []
    for entry in entries:
        if entry["type"] == "AttemptAbandoned":
            kept = [each for each in kept if each["sequence"] < entry["event"]["first_sequence"]]
        else:
            kept.append(entry)
    return kept


async def gather_evidence(parts: Parts, driver: Driver) -> Evidence:
    """Wait until nothing moves any more but the clocks, and look at everything."""
    client = await connect(parts.settings, "checker", parts.keyring)
    registered, _ = await _rows(parts)
    await _at_rest(client, parts, list(registered))
    registered, ledger = await _rows(parts)
    gate = asyncio.Semaphore(AT_ONCE)

    async def file(number: str) -> CaseFile:
        async with gate:
            return await _case_file(client, driver, number)

    seen_at = datetime.now(UTC)
    files = await asyncio.gather(*(file(number) for number in registered))
    async with httpx.AsyncClient(base_url=parts.settings.sandbox_url, timeout=60) as sandbox:
        evidence = Evidence(
            cases={each.number: each for each in files},
            registered=registered,
            ledger=ledger,
            mails=await _listed(sandbox, "/inbox/messages"),
            texts=await _listed(sandbox, "/sms/messages"),
            account_events=await _account_events(sandbox),
            submissions=[
                each for service in SERVICES for each in await _listed(sandbox, f"/services/{service}/submissions")
            ],
            seen_at=seen_at,
        )
    evidence.known_later = {each.key for each in (await _rows(parts))[1]}
    return evidence


async def _case_file(client: Client, driver: Driver, number: str) -> CaseFile:
    view = await driver.read(f"/v1/appeals/{number}")
    assert view is not None
    entries: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = await driver.read(f"/v1/appeals/{number}/journal?after={after}")
        assert page is not None
        entries += page.raise_for_status().json()["entries"]
        after = page.json()["next_after"]
    return CaseFile(number, view.raise_for_status().json(), entries, await histories(client, number))


async def _at_rest(client: Client, parts: Parts, numbers: Sequence[str]) -> None:
    """Return when no case works, and every message has found its end."""
    gate = asyncio.Semaphore(AT_ONCE)
    busy: dict[str, str] = dict.fromkeys(numbers, "not looked at")

    async def look(number: str) -> None:
        async with gate:
            described = await client.get_workflow_handle(workflow_id(number)).describe()
        case = described.raw_description
        busy[number] = " ".join([each.activity_type.name for each in case.pending_activities])
        busy[number] += " step" if case.HasField("pending_workflow_task") else ""
        if described.status is not WorkflowExecutionStatus.RUNNING:
            busy[number] = ""  # the engine lists for ever what a case had called off before it ended

    async def at_rest() -> bool:
        await asyncio.gather(*(look(number) for number, doing in busy.items() if doing and ":" not in number))
        under_way = {
            each.key: each.state for each in (await _rows(parts))[1] if not MessageState(each.state).is_final
        }
        busy.update(under_way)
        for settled in [key for key in busy if ":" in key and key not in under_way]:
            del busy[settled]
        return not any(busy.values())

    try:
        await until(at_rest, REST_WITHIN_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"never at rest: { ({what: doing for what, doing in busy.items() if doing}) }") from None


async def _rows(parts: Parts) -> tuple[dict[str, str], list[Letter]]:
    database = open_database(parts.settings.database)
    letters = (message.c.key, message.c.number, message.c.channel, message.c.state, message.c.attempts)
    async with database.connect() as connection:
        registered = {
            row.number: row.portal for row in await connection.execute(select(appeal.c.number, appeal.c.portal))
        }
        ledger = [Letter(*row) for row in await connection.execute(select(*letters))]
    await database.dispose()
    return registered, ledger


async def _listed(sandbox: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await sandbox.get(path)).raise_for_status().json()
    return found


async def _account_events(sandbox: httpx.AsyncClient) -> list[str]:
    events = []
    for person in await _listed(sandbox, "/people"):
        log = (await sandbox.get(f"/accounts/{person['account_id']}/audit-log")).raise_for_status().json()
        events += [entry["event"] for entry in log["entries"]]
    return events


def _at(event: HistoryEvent) -> datetime:
    """To the microsecond, as the process sees it."""
    since = event.event_time
    return datetime.fromtimestamp(since.seconds, UTC) + timedelta(microseconds=since.nanos // 1000)
