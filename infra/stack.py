"""The embedded stack: engine, sandbox, worker and API as child processes of one command."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from infra.settings import Settings

HEALTHY_WITHIN_SECONDS = 60.0
STOPPED_WITHIN_SECONDS = 8.0
RESTART_AFTER_SECONDS = 1.0
RESTART_AFTER_SECONDS_MAX = 10.0
LIVED_WELL_SECONDS = 20.0
# The engine keeps the order of urgency within each partition of a queue; one is enough for one machine.
ONE_PARTITION = (
    *("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
    *("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
)

log = structlog.get_logger()


class PortTaken(Exception):
    """Another program listens where a part of the stack wants to."""


class NotHealthy(Exception):
    """A part of the stack did not become healthy in time; its log says why."""


@dataclass(frozen=True)
class Part:
    """One process of the stack: how it is started and how one sees that it is well."""

    name: str
    command: list[str]
    is_healthy: Callable[[], Awaitable[bool]]
    ports: tuple[int, ...] = ()


class Stack:
    """Starts the parts in order, restarts what dies, and leaves nothing behind when it stops."""

    def __init__(self, parts: list[Part], log_dir: Path) -> None:
        self._parts = parts
        self._log_dir = log_dir
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._watches: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Stack":
        self._log_dir.mkdir(parents=True, exist_ok=True)
        try:
            for part in self._parts:
                _refuse_taken_ports(part)
            for part in self._parts:
                await self._start(part)
                await self._healthy(part)
                self._watches.append(asyncio.create_task(self._watch(part)))
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop every part, the last started first, the obstinate ones by force."""
        for watch in self._watches:
            watch.cancel()
        deadline = asyncio.get_running_loop().time() + STOPPED_WITHIN_SECONDS
        for part in reversed(self._parts):
            if process := self._processes.pop(part.name, None):
                _signal(process, signal.SIGTERM)
                left = deadline - asyncio.get_running_loop().time()
                await asyncio.wait({asyncio.create_task(process.wait())}, timeout=max(left, 0.5))
                # The whole group: a part that has ended may have left children of its own.
                _signal(process, signal.SIGKILL)
                await process.wait()

    async def _start(self, part: Part) -> None:
        with (self._log_dir / f"{part.name}.log").open("ab") as output:
            self._processes[part.name] = await asyncio.create_subprocess_exec(
                *part.command, stdout=output, stderr=output, start_new_session=True
            )

    async def _healthy(self, part: Part) -> None:
        process = self._processes[part.name]
        try:
            async with asyncio.timeout(HEALTHY_WITHIN_SECONDS):
                while not await part.is_healthy():
                    if process.returncode is not None:
                        raise NotHealthy(f"{part.name} ended; see {self._log_dir / part.name}.log")
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise NotHealthy(f"{part.name} is not healthy; see {self._log_dir / part.name}.log") from None

    async def _watch(self, part: Part) -> None:
        pause = RESTART_AFTER_SECONDS
        while True:
            started_at = asyncio.get_running_loop().time()
            code = await self._processes[part.name].wait()
            lived_well = asyncio.get_running_loop().time() - started_at > LIVED_WELL_SECONDS
            pause = RESTART_AFTER_SECONDS if lived_well else pause
            log.warning("part of the stack ended, starting it again", part=part.name, exit_code=code)
            await asyncio.sleep(pause)
            pause = min(2 * pause, RESTART_AFTER_SECONDS_MAX)
            await self._start(part)


def engine_command(settings: Settings) -> list[str]:
    """The embedded Temporal server with its web UI, on a file that survives restarts and power cuts."""
    host, port = address_of(settings.engine_address)
    return [
        str(Path(sys.executable).parent / "temporal"),
        *("server", "start-dev", "--ip", host, "--port", str(port), "--ui-port", str(settings.engine_ui_port)),
        *("--namespace", settings.engine_namespace, "--db-filename", str(settings.data_dir / "engine.db")),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"),
        *ONE_PARTITION,
        *("--log-level", "error"),
    ]


def sandbox_command(settings: Settings) -> list[str]:
    """The sandbox, reporting to this stack's API."""
    return [
        *(sys.executable, "-m", "sandbox", "--http-port", str(sandbox_ports(settings)[0])),
        *("--smtp-port", str(settings.smtp_port), "--data", str(settings.data_dir / "sandbox")),
        *("--report-to", settings.public_url),
    ]


def sandbox_ports(settings: Settings) -> tuple[int, ...]:
    """The ports the sandbox listens on."""
    return (urlsplit(settings.sandbox_url).port or 80, settings.smtp_port)


def address_of(address: str) -> tuple[str, int]:
    """Host and port of `host:port`."""
    host, _, port = address.rpartition(":")
    return host, int(port)


def _refuse_taken_ports(part: Part) -> None:
    for port in part.ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise PortTaken(
                    f"Port {port}, where {part.name} is to listen, is taken. Stop the program that listens there, "
                    "or choose another port (docs/settings.md)."
                ) from None


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
