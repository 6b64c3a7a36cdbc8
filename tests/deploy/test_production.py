"""Production without containers: its environment, secrets and commands, on real parts of this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from infra.settings import _SANDBOX_PATHS
from tests import files
from tests.clamd import ClamdProcess
from tests.deploy.parts import eventually, object_store, running
from tests.examples import about_application
from tests.postgres import new_database
from tests.sandbox_process import REPOSITORY, SandboxProcess, free_ports

HOTLINE = [sys.executable, "-m", "cli"]


@pytest.fixture
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    (port,) = free_ports(1)
    with ClamdProcess(tmp_path_factory.mktemp("clamd"), port) as started:
        yield started.address


@pytest.fixture
def files_address(services: dict[str, Any], secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with object_store(services["files"], secrets, tmp_path_factory.mktemp("files")) as address:
        yield address


@pytest.fixture
async def given(
    services: dict[str, Any],
    secrets: Path,
    scanner: str,
    files_address: str,
    postgres: str,
    environment: WorkflowEnvironment,
    world: SandboxProcess,
    tmp_path: Path,
) -> dict[str, str]:
    """The environment of the service `api`, its secrets and its addresses of this machine; outside is the sandbox."""
    (port,) = free_ports(1)
    moved = {
        "HOTLINE_DATA_DIR": tmp_path,
        "HOTLINE_DATABASE_URL": await new_database(postgres),
        "HOTLINE_KEYS_DATABASE_URL": await new_database(postgres),
        "HOTLINE_WRAPPING_KEY_FILE": secrets / "wrapping" / "keys.json",
        "HOTLINE_SIGNING_KEY_FILE": secrets / "signing_key",
        "HOTLINE_ENGINE_ADDRESS": environment.client.service_client.config.target_host,
        "HOTLINE_ENGINE_NAMESPACE": environment.client.namespace,
        "HOTLINE_FILES_ENDPOINT": files_address,
        "HOTLINE_CLAMD_ADDRESS": scanner,
        "HOTLINE_API_PORT": port,
        "HOTLINE_SMTP_HOST": "127.0.0.1",
        "HOTLINE_SMTP_PORT": world.smtp_port,
        "HOTLINE_SMTP_TLS": "none",
        "HOTLINE_SMTP_USERNAME": "",
        # Other houses of this engine have their own workers.
        **{f"HOTLINE_{queue}_QUEUE": f"{queue}-{uuid4().hex}" for queue in ("CASE", "DELIVERY", "WEBHOOK", "AUDIT")},
        **{f"HOTLINE_{name.upper()}": world.http_url + path for name, path in _SANDBOX_PATHS.items()},
    }
    environ = services["api"]["environment"] | by_file(secrets) | {name: str(value) for name, value in moved.items()}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **environ}


def by_file(secrets: Path) -> dict[str, str]:
    """The settings that a container finds in `/run/secrets`."""
    return {file.name: file.read_text() for file in secrets.iterdir() if file.name.startswith("HOTLINE_")}


def ended_well(command: list[str], given: dict[str, str]) -> bool:
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=given, cwd=REPOSITORY, capture_output=True, timeout=60, check=False
    )
    return done.returncode == 0


@pytest.mark.requirement("ATT-1", "INT-5")
def test_an_appeal_and_a_file_are_taken_as_in_production(
    services: dict[str, Any], given: dict[str, str], world: SandboxProcess, tmp_path: Path
) -> None:
    api_log, worker_log = tmp_path / "api.log", tmp_path / "worker.log"
    assert ended_well([*HOTLINE, *services["migrate"]["command"]], given)
    api, worker = ([*HOTLINE, *services[name]["command"]] for name in ("api", "worker"))
    port = given["HOTLINE_API_PORT"]
    with running(api, api_log, **given), running(worker, worker_log, **given):
        _, *asked = [word.replace("8000", port) for word in services["api"]["healthcheck"]["test"]]
        eventually(lambda: ended_well([sys.executable, *asked[1:]], given), api_log)
        _, *asked = services["worker"]["healthcheck"]["test"]
        eventually(lambda: ended_well([sys.executable, *asked[1:]], given), worker_log)

        wanted = {"subject": "portal-1", "role": "portal", "scope": None}
        token = httpx.post(f"{world.http_url}/issuer/token", json=wanted).json()["access_token"]
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
        ) as portal:
            opened = portal.post("/appeals", json=about_application(), headers={"Idempotency-Key": uuid4().hex})
            assert opened.status_code == 201, opened.text
            appeal = f"/appeals/{opened.json()['number']}"
            eventually(lambda: bool(portal.get(appeal).json()["expects"]), worker_log)
            sent = portal.post(
                f"{appeal}/attachments",
                data={"kind": "screenshot"},
                files={"file": ("screen.png", files.picture(), "image/png")},
                headers={"Idempotency-Key": uuid4().hex},
            )
            assert (sent.status_code, sent.json()["state"]) == (201, "clean"), sent.text
            back = portal.get(f"{appeal}/attachments/{sent.json()['id']}")
            assert back.content == files.picture()
