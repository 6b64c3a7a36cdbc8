"""A real S3 server for tests: SeaweedFS, out of a wheel, on free ports."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr

from infra.settings import Settings
from tests.sandbox_process import free_ports

WEED = Path(sys.executable).parent / "weed"
UP_WITHIN_SECONDS = 60.0
PARTS = ("master.port", "volume.port", "filer.port", "s3.port")
SIGN_IN = ("hotline", "for tests only")


@dataclass(frozen=True)
class ObjectStoreProcess:
    """Where it listens; a bucket is made with the first thing that is put into it."""

    url: str

    def settings(self, secret: str = SIGN_IN[1]) -> Settings:
        """Settings of a deployment whose files lie there."""
        return Settings(
            files_url="s3://hotline",
            files_endpoint=self.url,
            files_access_id=SIGN_IN[0],
            files_secret=SecretStr(secret),
        )


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStoreProcess]:
    """The server, with its data in `folder`."""
    credentials = [{"accessKey": SIGN_IN[0], "secretKey": SIGN_IN[1]}]
    identities = [{"name": "hotline", "credentials": credentials, "actions": ["Admin"]}]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": identities}))
    names = [*PARTS, *(f"{part}.grpc" for part in PARTS)]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    command = [
        *(str(WEED), "server", "-s3", f"-dir={folder}", f"-s3.config={config}"),
        *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    log_file = folder / "weed.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own command
    try:
        url = f"http://127.0.0.1:{ports['s3.port']}"
        _wait_until_ready(url, process, log_file)
        yield ObjectStoreProcess(url)
    finally:
        # Its data are thrown away: an orderly end would only take ten seconds.
        process.kill()
        process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log_file: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while not _is_ready(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the object store did not start:\n{log_file.read_text()[-4000:]}")
        time.sleep(0.05)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).is_success
    except httpx.TransportError:
        return False
