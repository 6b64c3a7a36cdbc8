"""The whole house in one process, on a real engine and a real sandbox, with a driver for tests."""

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from temporalio.api.enums.v1 import PendingWorkflowTaskState
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowHandle,
    WorkflowHistory,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment

from activities.credentials import CredentialVault
from api.cases import Cases
from api.problems import ProblemError
from api.schemas import AppealIn
from domain.actors import Actor, Role
from domain.case import CaseView, fold
from domain.contracts.commands import Command, Decision, RateSatisfaction, Receipt
from domain.contracts.contract import Contract
from domain.contracts.journal import RecordedEntry, effective
from domain.number import format_number
from domain.sealing import Keyring
from infra.cases import CaseOpener
from infra.codec import SealingCodec, decoded, sealing_converter
from infra.engine import workflow_id
from infra.incidents import incident_histories
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.stack import ONE_PARTITION
from store.credentials import Credentials
from store.database import open_database
from store.keys import KeyStore, open_keys, prepare_keys
from store.messages import Ledger, LedgerEntry
from store.migrate import migrate
from store.parcels import Parcels
from store.register import Register
from tests.postgres import writers_locked_out
from tests.sandbox_process import SandboxProcess
from worker import bind_activities, case_worker, delivery_worker
from workflows.appeal import AppealWorkflow

TEMPORAL = Path(sys.executable).parent / "temporal"
PORTAL = "test-portal"
# Other tests share the machine: what comes at all comes within this.
WITHIN_SECONDS = 45.0


def sandbox_settings(sandbox: SandboxProcess, data_dir: Path, **changes: Any) -> Settings:
    """The settings of a house that lives in `data_dir` and reaches the outside world through this sandbox."""
    return Settings.model_validate(
        {
            "data_dir": data_dir,
            "engine_namespace": "default",
            "case_queue": f"cases-{uuid4().hex[:8]}",
            "delivery_queue": f"deliveries-{uuid4().hex[:8]}",
            "smtp_port": sandbox.smtp_port,
            "sandbox_url": sandbox.http_url,
            **changes,
        }
    )


@asynccontextmanager
async def engine(database: Path | None = None, *more: str) -> AsyncIterator[WorkflowEnvironment]:
    """A real development server in which each workflow's own clock can be moved forward."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=pydantic_data_converter,
        dev_server_existing_path=str(TEMPORAL),
        dev_server_database_filename=str(database) if database else None,
        dev_server_log_level="error",
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true", *ONE_PARTITION),
            *more,
        ],
    ) as environment:
        yield environment


@dataclass
class House:
    """A worker, its register and a driver. Roles act as invented persons of the same name."""

    settings: Settings
    client: Client
    skipper: TimeSkipper
    register: Register
    ledger: Ledger
    cases: Cases
    sandbox: SandboxProcess
    http: httpx.AsyncClient
    keyring: Keyring
    numbers: list[str] = field(default_factory=list)

    async def open(
        self,
        sent: dict[str, Any],
        key: str | None = None,
        portal: str = PORTAL,
        authority: str | None = None,
    ) -> str:
        """Open an appeal; unless `sent` names its citizen, they have no other."""
        key = key or uuid4().hex
        opener = Actor(subject=portal, role=Role.PORTAL, authority=authority)
        sent = {"citizen": f"citizen-{key}"} | sent
        opened = await self.cases.open(opener, key, AppealIn.model_validate(sent))
        self.numbers.append(opened.number)
        return opened.number

    async def open_at(self, sent: dict[str, Any], at: datetime) -> str:
        """Open an appeal whose own clock stands at this later instant when its process begins."""
        delay = at - datetime.now(UTC)
        config = self.client.config()
        config["interceptors"] = [*config["interceptors"], _Delayed(delay)]
        opener = replace(self.cases.opener, client=Client(**config))
        later = replace(self, cases=Cases(opener, self.register))
        number = await later.open(sent)
        await self.forward(number, delay)
        return number

    async def decide(
        self, number: str, role: Role, decision: Decision, key: str | None = None, subject: str | None = None
    ) -> Receipt:
        actor = Actor(subject=subject or await self.subject(number, role), role=role)
        return await self.cases.decide(number, Command(id=key or uuid4().hex, actor=actor, decision=decision))

    async def subject(self, number: str, role: Role) -> str:
        """Whom this role means by itself: for the citizen's side, those whose case it is."""
        view = await self.register.view(number)
        if view and role is Role.CITIZEN:
            return view.citizen or "nobody"
        return view.portal if view and role is Role.PORTAL else role.value

    async def refused(self, number: str, role: Role, decision: Decision, key: str | None = None) -> str:
        """Send a decision that must be refused; the problem's code."""
        try:
            await self.decide(number, role, decision, key)
        except ProblemError as refusal:
            return refusal.problem.code
        raise AssertionError(f"{decision.type} was taken")

    async def decide_in_one_step(self, number: str, *sent: tuple[Role, Decision]) -> None:
        """Send decisions that the case gets all at once, in this order, before it can act on the first."""
        await self.at_rest(number)
        subjects = {role: await self.subject(number, role) for role, _ in sent}
        async with self.register_locked():
            await self.handle(number).signal("decide", "noise, to be journalled")
            while not await self._is_at_work(number):  # noqa: ASYNC110 - the engine has a state, not an event
                await asyncio.sleep(0.01)
            for role, decision in sent:
                actor = Actor(subject=subjects[role], role=role)
                command = Command(id=uuid4().hex, actor=actor, decision=decision)
                await self.handle(number).signal("decide", command)

    async def _is_at_work(self, number: str) -> bool:
        task = (await self.handle(number).describe()).raw_description.pending_workflow_task
        return task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED

    def handle(self, number: str) -> WorkflowHandle[AppealWorkflow, str]:
        return self.client.get_workflow_handle_for(AppealWorkflow.run, workflow_id(number))

    async def forward(self, number: str, time: timedelta) -> None:
        """Move this case's own clock forward."""
        await self.skipper.fast_forward(self.handle(number), time)

    async def until(
        self, number: str, condition: Callable[[CaseView], bool], seconds: float = WITHIN_SECONDS
    ) -> CaseView:
        """The case as soon as the register shows what is waited for."""
        deadline = asyncio.get_running_loop().time() + seconds
        view = None
        while asyncio.get_running_loop().time() < deadline:
            view = await self.register.view(number)
            if view and condition(view):
                return view
            await asyncio.sleep(0.03)
        raise TimeoutError(f"waited in vain; the case is {view and view.model_dump_json(indent=1)}")

    async def expecting(self, number: str, command: str) -> CaseView:
        return await self.until(number, lambda view: any(e.command == command for e in view.expectations))

    async def closed(self, number: str) -> CaseView:
        """The closed case; it still takes a rating."""
        return await self.expecting(number, "RateSatisfaction")

    async def ended(self, number: str) -> CaseView:
        """The case after its last moment: rated, and its process is over."""
        await self.closed(number)
        await self.decide(number, Role.CITIZEN, RateSatisfaction(score=5))
        async with asyncio.timeout(WITHIN_SECONDS):
            await self.handle(number).result()
        return await self.until(number, lambda view: not view.expectations)

    async def delivered(self, number: str, seconds: float = WITHIN_SECONDS) -> list[LedgerEntry]:
        """The case's messages as soon as none of them is on its way any more."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            entries = await self.ledger.of_case(number)
            if entries and all(entry.state.is_final for entry in entries):
                return entries
            await asyncio.sleep(0.05)
        raise TimeoutError(f"messages still on their way: {await self.ledger.of_case(number)}")

    async def events(self, number: str) -> list[str]:
        return [entry.event.type for entry in await self.register.journal(number)]

    async def refolded(self, number: str) -> CaseView:
        """The case as its journal alone tells it; each entry's hash and its link to the one before are checked."""
        view: CaseView | None = None
        entries = await self.register.journal(number)
        for before, entry in zip([None, *entries], entries, strict=False):
            assert entry.is_intact(), f"entry {entry.position} was changed"
            assert entry == RecordedEntry.after(before, entry), f"entry {entry.position} does not follow"
        for entry in effective(entries):
            view = fold(view, entry)
        assert view is not None, "no journal"
        return view

    @asynccontextmanager
    async def register_locked(self) -> AsyncIterator[None]:
        """While this lasts, nobody can write the register."""
        if self.register.engine.dialect.name == "postgresql":
            async with writers_locked_out(self.settings.database):
                yield
            return
        file = self.settings.data_dir / "register.db"
        # No patience of its own: whoever writes now lives in this very event loop and has to be let go on.
        with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as connection:
            while not connection.in_transaction:
                with suppress(sqlite3.OperationalError):
                    connection.execute("BEGIN EXCLUSIVE")
                await asyncio.sleep(0.01)
            yield

    async def journalled(
        self, number: str, event: type[Contract], times: int = 1, **values: Any
    ) -> list[RecordedEntry]:
        """The journal's entries of one event with these values, as soon as there are so many."""

        def fits(entry: RecordedEntry) -> bool:
            return isinstance(entry.event, event) and all(getattr(entry.event, k) == v for k, v in values.items())

        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                found = [entry for entry in await self.register.journal(number) if fits(entry)]
                if len(found) >= times:
                    return found
                await asyncio.sleep(0.03)

    def vault(self) -> CredentialVault:
        """The keeper of one-time passwords, as the worker has it."""
        return CredentialVault(Credentials(self.register.engine), self.register.keyring)

    def parcels(self) -> Parcels:
        """The encrypted files on their way."""
        return Parcels(self.register.engine, self.register.keyring)

    async def now(self, number: str) -> datetime:
        """The time by this case's own clock."""
        return await self.skipper.get_current_time(self.handle(number))

    async def history(self, number: str) -> WorkflowHistory:
        """The history of the case's present run, with its payloads open."""
        return await decoded(await self.sealed_history(number), SealingCodec(self.keyring))

    async def sealed_history(self, number: str) -> WorkflowHistory:
        """The history of the case's present run, as the engine keeps it."""
        return await self.handle(number).fetch_history()

    async def histories(self, number: str) -> list[WorkflowHistory]:
        """The histories of all runs of a case, oldest first, with their payloads open."""
        codec = SealingCodec(self.keyring)
        return [await decoded(history, codec) for history in await self._sealed_histories(number)]

    async def _sealed_histories(self, number: str) -> list[WorkflowHistory]:
        view = await self.register.view(number)
        if view and view.facts.incident:
            return await incident_histories(self.client, view.facts.incident)
        latest = await self.sealed_history(number)
        run_id = latest.events[0].workflow_execution_started_event_attributes.first_execution_run_id
        found = []
        while run_id:
            history = await self.client.get_workflow_handle(workflow_id(number), run_id=run_id).fetch_history()
            found.append(history)
            run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found

    async def run_id(self, number: str) -> str | None:
        return (await self.handle(number).describe()).run_id

    async def continue_as_new(self, number: str) -> None:
        """Send noise until the case goes on in another run: its policy has to limit the `history_events`."""
        run = await self.run_id(number)
        while await self.run_id(number) == run:
            await self.handle(number).signal("decide", {"not": "a command"})
            await self.at_rest(number)

    async def at_rest(self, number: str) -> None:
        """Return when the case does nothing but wait."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                case = (await self.handle(number).describe()).raw_description
                if not case.pending_activities and not case.HasField("pending_workflow_task"):
                    return
                await asyncio.sleep(0.03)

    async def mail(self, number: str) -> list[dict[str, Any]]:
        """The e-mails about this case that have arrived, oldest first."""
        arrived = (await self.http.get("/inbox/messages")).raise_for_status().json()
        return [mail for mail in arrived if format_number(number) in mail["subject"]]

    async def arrived_twice(self, number: str) -> list[str]:
        """The messages that somebody has got more than once; there should be none."""
        keys = [mail["message_id"] for mail in await self.mail(number)]
        keys += [sms["idempotency_key"] for sms in await self.sms(number)]
        return [key for key, times in Counter(keys).items() if times > 1]

    async def sms(self, number: str) -> list[dict[str, Any]]:
        """The SMS about this case that have arrived, oldest first."""
        arrived = (await self.http.get("/sms/messages")).raise_for_status().json()
        return [sms for sms in arrived if format_number(number) in sms["text"]]

    async def fault(self, system: str, mode: str, **how: Any) -> None:
        (await self.http.put(f"/faults/{system}", json={"mode": mode, **how})).raise_for_status()

    async def fault_met(self) -> None:
        """Return when the ordered faults have been met as often as they were ordered for."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while True:
                if not (await self.http.get("/faults")).json():
                    return
                await asyncio.sleep(0.03)

    async def mended(self) -> None:
        (await self.http.delete("/faults")).raise_for_status()


class _Delayed(Interceptor):
    """Starts each workflow after a delay, which its own clock can then be moved over."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__()
        self.delay = delay

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _DelayedStart(next, self.delay)


class _DelayedStart(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, delay: timedelta) -> None:
        super().__init__(next)
        self.delay = delay

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        input.start_delay = self.delay
        return await super().start_workflow(input)


@asynccontextmanager
async def house(
    environment: WorkflowEnvironment, sandbox: SandboxProcess, data_dir: Path, working: bool = True, **changes: Any
) -> AsyncIterator[House]:
    """A house with a fresh register, its worker running unless it is not to be `working` yet."""
    address = environment.client.service_client.config.target_host
    settings = sandbox_settings(sandbox, data_dir, **({"engine_address": address} | changes))
    database = open_database(settings.database)
    await migrate(database)
    keys = open_keys(settings.keys_database)
    await prepare_keys(keys)
    keyring = keyring_of(settings, KeyStore(keys))
    sealing = environment.client.config() | {"data_converter": sealing_converter(keyring)}
    skipper = TimeSkipper(Client(**sealing), config=TimeSkippingConfig(enabled=False))
    client = skipper.client
    register = Register(database, settings.index_secret, keyring)
    async with (
        httpx.AsyncClient(base_url=sandbox.http_url) as http,
        bind_activities(settings, client, keyring) as activities,
        AsyncExitStack() as workers,
    ):
        if working:
            await workers.enter_async_context(case_worker(settings, client, activities))
            await workers.enter_async_context(delivery_worker(settings, client, activities))
        opener = CaseOpener(
            client, settings.case_queue, settings.number_secret, settings.policy, register.view, register.keyring
        )
        cases = Cases(opener, register)
        ledger = Ledger(database, keyring)
        yield House(settings, client, skipper, register, ledger, cases, sandbox, http, keyring)
    await database.dispose()
    await keys.dispose()


__all__ = ["PORTAL", "House", "engine", "house", "sandbox_settings"]
