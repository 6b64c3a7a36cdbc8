"""The sandbox as a process of its own, for every test that needs the outside world."""

import os
import socket
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

REPOSITORY = Path(__file__).resolve().parents[1]
START_S = 20.0
STOP_S = 5.0
# Below those that the system lends to connections: one of these takes any port between its choice and its use.
# Processes of tests that run at once look in places of their own.
PLACES, PORTS_OF_A_PLACE = 200, 100
PLACE = 10_000 + os.getpid() % PLACES * PORTS_OF_A_PLACE
_ports = cycle(range(PLACE, PLACE + PORTS_OF_A_PLACE))


class SandboxProcess:
    """`python -m sandbox` on free ports, which it keeps over a restart, so that its addresses stay true."""

    def __init__(self, data_dir: Path, report_to: str = "") -> None:
        self.data_dir = data_dir
        self.report_to = report_to
        self.http_port, self.smtp_port = free_ports(2)
        self.http_url = f"http://127.0.0.1:{self.http_port}"
        self.log_file = data_dir / "sandbox.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until both servers listen."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(self._command(), cwd=REPOSITORY, stdout=log, stderr=log)  # noqa: S603
        self._wait_until_healthy(self._process)

    def kill(self) -> None:
        """End it as a power cut of the process would: SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Ask it to end, and kill it if it doesn't."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _command(self) -> list[str]:
        ports = ["--http-port", str(self.http_port), "--smtp-port", str(self.smtp_port)]
        state = ["--data", str(self.data_dir), "--report-to", self.report_to]
        return [sys.executable, "-m", "sandbox", *ports, *state]

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_S
        while not self._healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the sandbox did not start:\n{self.log_file.read_text()[-4000:]}")
            time.sleep(0.05)

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.http_url}/healthz", timeout=2).is_success
        except httpx.TransportError:
            return False


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment, none of which was given to this process lately."""
    free = (port for port in islice(_ports, PORTS_OF_A_PLACE) if _is_free(port))
    return list(islice(free, count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
