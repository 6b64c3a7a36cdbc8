"""The processes of one run: engine, sandbox, register, two workers and two APIs, each of which can be killed."""

import asyncio
import glob
import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy
from domain.digest import canonical
from infra.engine import ensure_namespace, is_serving, is_worked_on
from infra.keyring import keyring_of
from infra.settings import Settings
from infra.stack import address_of, engine_command, sandbox_command
from store.database import open_database
from store.keys import KeyStore, open_keys, prepare_keys
from store.migrate import migrate
from tests.faults.patience import until
from tests.postgres import PostgresProcess
from tests.sandbox_process import REPOSITORY, free_ports

HEALTHY_WITHIN_SECONDS = 60.0
STOP_SECONDS = 60.0
WORKERS = ("worker-1", "worker-2")
APIS = ("api-1", "api-2")
CLOCK_OFF_SECONDS = {"worker-2": 3600, "api-2": 600}
"""Whose clock is wrong, and by how much."""
POLICY = Policy(
    calendar_version=CURRENT_VERSION,
    reaction_minutes=1,
    answer_minutes=1,
    confirmation_minutes=1,
    details_minutes=1,
    code_minutes=1,
    compromise_minutes=1,
    display_minutes=1,
    services_minutes=1,
    package_minutes=1,
    provision_minutes=1,
    failure_fix_minutes=1,
    details_reminders_minutes=[],
    registry_patience_seconds=30,
    repeat_window_days=0,
)
"""Short clocks, so that many of them run out in a run."""
_FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def clocks_can_be_off() -> bool:
    """Whether libfaketime is here (deploy/apt-packages.sh); without it every clock is right."""
    return bool(glob.glob(_FAKETIME))


class Parts:
    """Starts every part on ports of its own, and leaves nothing behind."""

    def __init__(self, data_dir: Path, worker_command: Sequence[str] = ("-m", "cli", "worker")) -> None:
        self.data_dir = data_dir
        self.register = PostgresProcess()
        engine, ui, sandbox, smtp, *apis = free_ports(4 + len(APIS))
        self.settings = Settings(
            data_dir=data_dir,
            engine_address=f"127.0.0.1:{engine}",
            engine_ui_port=ui,
            sandbox_url=f"http://127.0.0.1:{sandbox}",
            smtp_port=smtp,
            api_port=apis[0],
            database_url=self.register.url("postgres"),
            policy=POLICY,
        )
        self._keys = open_keys(self.settings.keys_database)
        self.keyring = keyring_of(self.settings, KeyStore(self._keys))
        self.api_urls = [f"http://127.0.0.1:{port}" for port in apis]
        hotline = [sys.executable, "-m", "cli"]
        self._commands: dict[str, list[str]] = {
            "engine": engine_command(self.settings),
            "sandbox": sandbox_command(self.settings),
            **{worker: [sys.executable, *worker_command] for worker in WORKERS},
            **{api: [*hotline, "api"] for api in APIS},
        }
        self._more = {api: {"HOTLINE_API_PORT": str(port)} for api, port in zip(APIS, apis, strict=True)}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._migrate()
            await prepare_keys(self._keys)
            for part in ("engine", "sandbox"):
                self.start(part)
            await self.engine_serves()
            for part in (*WORKERS, *APIS):
                self.start(part)
            await self.healthy()
        except BaseException:
            self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        await self._keys.dispose()

    def command_id(self, role: str, subject: str, idempotency_key: str) -> str:
        """The id that engine and journals have for the command of this caller's key, reckoned without our code."""
        named = canonical(["command", role, subject, idempotency_key])
        return hmac.new(self.settings.number_secret, named, hashlib.sha256).hexdigest()

    def start(self, part: str) -> None:
        """Start a part anew."""
        logs = self.data_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"{part}.log").open("ab") as log:
            self._processes[part] = subprocess.Popen(  # noqa: S603 - our own command
                self._commands[part],
                cwd=REPOSITORY,
                env=self.environment(part),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, part: str) -> None:
        """End a part as a power cut would."""
        process = self._processes[part]
        process.kill()
        process.wait()

    async def stop(self, part: str) -> float:
        """Ask a part to end, as an orchestrator does (SIGTERM); how many seconds it took."""
        process, loop = self._processes[part], asyncio.get_running_loop()
        began = loop.time()
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, STOP_SECONDS)
        return loop.time() - began

    async def works(self, worker: str) -> None:
        """Return when this worker, just started, has found the engine: what the engine knows of it may be older."""
        process, port = psutil.Process(self._processes[worker].pid), address_of(self.settings.engine_address)[1]

        async def is_connected() -> bool:
            return any(each.raddr and each.raddr.port == port for each in process.net_connections("tcp"))

        await until(is_connected, HEALTHY_WITHIN_SECONDS)

    async def engine_serves(self) -> None:
        """Return when the engine answers, with its namespace as it has to be."""

        async def serves() -> bool:
            if self._processes["engine"].poll() is not None:
                self.start("engine")  # its port may not have been free yet
            return await is_serving(self.settings) and await ensure_namespace(self.settings)

        await until(serves, HEALTHY_WITHIN_SECONDS)

    async def healthy(self) -> None:
        """Return when the APIs answer and somebody works on every queue."""

        async def are_healthy() -> bool:
            return all([await _answers(http, f"{url}/readyz") for url in self.api_urls]) and await is_worked_on(
                self.settings, self.settings.case_queue, self.settings.delivery_queue
            )

        async with httpx.AsyncClient() as http:
            await until(are_healthy, HEALTHY_WITHIN_SECONDS)

    async def _migrate(self) -> None:
        database = open_database(self.settings.database)
        await migrate(database)
        await database.dispose()

    def environment(self, part: str) -> Mapping[str, str]:
        """What a part is started with."""
        settings = self.settings
        shared = {
            "PYTHONPATH": str(REPOSITORY),
            "HOTLINE_DATA_DIR": str(settings.data_dir),
            "HOTLINE_ENGINE_ADDRESS": settings.engine_address,
            "HOTLINE_SANDBOX_URL": settings.sandbox_url,
            "HOTLINE_SMTP_PORT": str(settings.smtp_port),
            "HOTLINE_DATABASE_URL": settings.database_url,
            "HOTLINE_POLICY": POLICY.model_dump_json(),
            "HOTLINE_PUBLIC_URL": self.api_urls[0],
            # One portal sends here what many would.
            "HOTLINE_CLIENT_REQUESTS_PER_SECOND": "1000",
            "HOTLINE_CLIENT_REQUESTS_BURST": "10000",
        }
        off = CLOCK_OFF_SECONDS.get(part) if clocks_can_be_off() else None
        faked = {
            "LD_PRELOAD": glob.glob(_FAKETIME)[0],
            "FAKETIME": f"+{off}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            # Its remedy for an old C library lets threads that wait for each other spin, at ten times the CPU.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
        return os.environ | shared | self._more.get(part, {}) | (faked if off else {})

    def _end(self) -> None:
        for process in reversed(self._processes.values()):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.register.stop()


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url, timeout=3)).is_success
    except httpx.TransportError:
        return False
