"""What Compose makes of the production file, and the secrets that the script writes for it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import ROOT, configuration
from tests.deploy.parts import YOURS


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = configuration("docker-compose.yml")["services"]
    return found


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script writes, and `owners` beside it: a line for each file that it gives to somebody."""
    folder = tmp_path_factory.mktemp("deploy")
    shutil.copy(ROOT / "deploy" / "secrets.sh", folder)
    chown = folder / "bin" / "chown"
    chown.parent.mkdir()
    chown.write_text(f'#!/bin/sh\necho "$2 $1" >> {folder}/owners\n')
    chown.chmod(0o700)
    (folder / "secrets").mkdir()
    for name in YOURS[1:]:
        (folder / "secrets" / name).touch()
    done = subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(folder / "secrets.sh")],
        env={"PATH": f"{chown.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "still missing: deploy/secrets/tls_certificate\n"
    return folder / "secrets"
