"""`hotline evidence`, run as its user runs it."""

import asyncio
import os
import pwd
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from domain.actors import Role
from domain.number import candidate
from domain.rights import Operation
from store.access import of_case
from tests.examples import about_application
from tests.house import House
from tests.sandbox_process import REPOSITORY
from tests.stack_process import HOTLINE

pytestmark = pytest.mark.requirement("AUD-2", "AUD-3")


async def evidence(home: House, number: str, output: Path) -> subprocess.CompletedProcess[str]:
    known = {"data_dir": home.settings.data_dir, "engine_address": home.settings.engine_address}
    named = {f"HOTLINE_{name.upper()}": str(value) for name, value in known.items()}
    environment = {**os.environ, **named, "HOTLINE_ENGINE_NAMESPACE": home.settings.engine_namespace}
    # The house works on meanwhile: a transaction of its own must not stop halfway.
    return await asyncio.to_thread(
        subprocess.run,
        [HOTLINE, "evidence", number, "-o", str(output)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


async def test_an_auditor_gets_an_archive_that_verifies(home: House, tmp_path: Path) -> None:
    number = await home.open(about_application())
    await home.expecting(number, "AnswerQuestion")
    await home.at_rest(number)
    output = tmp_path / "case.zip"
    made = await evidence(home, number, output)
    assert made.returncode == 0, made.stderr
    (look,) = await of_case(home.register.engine, number)
    who = f"console:{pwd.getpwuid(os.getuid()).pw_name}"
    assert (look.subject, look.role, look.operation) == (who, Role.SYSTEM, Operation.TAKE_EVIDENCE), "AUD-3"
    assert output.stat().st_mode & 0o777 == 0o600
    zipfile.ZipFile(output).extractall(tmp_path / "case")
    verified = verify(tmp_path / "case")
    assert verified.returncode == 0, verified.stdout
    again = await evidence(home, number, output)
    assert again.returncode == 1
    assert "File exists" in again.stderr
    unknown = await evidence(home, candidate(b"any key", "portal", "key"), tmp_path / "unknown.zip")
    assert unknown.returncode == 1
    assert "holds no appeal" in unknown.stderr
    assert not (tmp_path / "unknown.zip").exists()
