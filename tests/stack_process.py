"""The embedded stack as its user starts it: `hotline up`, in a process of its own, on free ports."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from tests.sandbox_process import REPOSITORY, free_ports

HOTLINE = str(Path(sys.executable).parent / "hotline")
UP_WITHIN_SECONDS = 90.0
DOWN_WITHIN_SECONDS = 10.0


class StackProcess:
    """`hotline up` with its state in `data_dir`; the ports stay the same over a restart."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        engine, ui, api, sandbox, smtp = self.ports = free_ports(5)
        self.api_url = f"http://127.0.0.1:{api}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox}"
        self.environment = os.environ | {
            "HOTLINE_DATA_DIR": str(data_dir),
            "HOTLINE_ENGINE_ADDRESS": f"127.0.0.1:{engine}",
            "HOTLINE_ENGINE_UI_PORT": str(ui),
            "HOTLINE_API_PORT": str(api),
            "HOTLINE_SANDBOX_URL": self.sandbox_url,
            "HOTLINE_SMTP_PORT": str(smtp),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one `hotline` command to its end, against this stack."""
        return subprocess.run(  # noqa: S603 - our own command
            [HOTLINE, *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self) -> None:
        """Start and wait until the API is ready."""
        process = self.begin()
        deadline = time.monotonic() + UP_WITHIN_SECONDS
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.data_dir / "up.log").read_text()[-4000:])
            time.sleep(0.1)

    def begin(self) -> subprocess.Popen[bytes]:
        """Start without waiting for anything."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "up.log").open("ab") as log:
            command = [HOTLINE, "up"]
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log
            )
        return self._process

    def stop(self) -> float:
        """Press Ctrl-C; how many seconds it took until everything had ended."""
        if self._process is None:
            return 0.0
        family = psutil.Process(self._process.pid).children(recursive=True)
        started_at = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(2 * DOWN_WITHIN_SECONDS)
        _, alive = psutil.wait_procs(family, timeout=DOWN_WITHIN_SECONDS)
        for orphan in alive:
            orphan.kill()
        self._process = None
        return time.monotonic() - started_at if not alive else float("inf")

    def kill(self, part: str) -> None:
        """Kill one part, `worker` or `engine`, without warning; the stack starts it again.

        If it is just being started again, it is killed as soon as it runs.
        """
        mark = {"worker": "worker", "engine": "start-dev"}[part]
        assert self._process is not None
        deadline = time.monotonic() + UP_WITHIN_SECONDS
        while time.monotonic() < deadline:
            for child in psutil.Process(self._process.pid).children():
                if mark in _command_line(child):
                    child.kill()
                    return
            time.sleep(0.05)
        raise LookupError(f"no {part} runs")

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.api_url}/readyz", timeout=3).is_success
        except httpx.TransportError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _command_line(process: psutil.Process) -> list[str]:
    try:
        line: list[str] = process.cmdline()
    except psutil.NoSuchProcess:
        return []
    return line
