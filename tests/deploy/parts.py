"""Parts of production as processes of this machine, started as Compose starts them."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.object_store import WEED
from tests.sandbox_process import free_ports

UP_WITHIN_SECONDS = 60.0
YOURS = ("tls_certificate", "tls_key", "HOTLINE_SMTP_PASSWORD", "HOTLINE_PAGES_CLIENT_SECRET")
"""What no script can write."""


@contextmanager
def running(command: list[str], log_file: Path, **environment: str) -> Iterator[None]:
    """A server for as long as the block; what it says goes to the file."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=log, stderr=log, env={"PATH": os.environ["PATH"], **environment}
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def eventually(done: Callable[[], bool], log_file: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if done():
                return
        time.sleep(0.1)
    raise TimeoutError(log_file.read_text()[-4000:])


@contextmanager
def object_store(described: dict[str, Any], secrets: Path, folder: Path) -> Iterator[str]:
    """Its address: what Compose starts as `files`, with its data in `folder` and on ports of this machine."""
    names = [f"-{part}.port{grpc}" for part in ("master", "volume", "filer", "s3") for grpc in ("", ".grpc")]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    moved = {"-dir": str(folder), "-ip": "127.0.0.1", "-ip.bind": "127.0.0.1"}
    moved["-s3.config"] = str(secrets / "s3_identities")
    command = [str(WEED)]
    for word in described["command"]:
        name = word.partition("=")[0]
        command.append(f"{name}={moved[name]}" if name in moved else word)
    command += [f"{name}={port}" for name, port in ports.items()] + ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    address = f"http://127.0.0.1:{ports['-s3.port']}"
    with running(command, log := folder / "weed.log", HOME=str(folder)):
        asked = described["healthcheck"]["test"][-1].partition(":8333")[2]
        eventually(lambda: httpx.get(f"{address}{asked}").is_success, log)
        yield address
