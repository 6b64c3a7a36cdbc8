"""The build names the code that a replay depends on, and no other (AUD-2)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.build import OURS, build_of

pytestmark = pytest.mark.requirement("AUD-2")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("domain", "workflows", "activities", "store"):
        shutil.copytree(OURS / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_same_code_elsewhere_is_the_same_build(copy: Path) -> None:
    (copy / "store" / "register.py").write_text("# another")
    (copy / "activities" / "notifications.py").unlink()
    assert build_of(copy) == build_of()
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "infra.build", str(copy)], cwd=OURS, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{build_of()}\n"


@pytest.mark.parametrize(
    "name", ["domain/clocks.py", "domain/contracts/journal.py", "workflows/case.py", "activities/interfaces.py"]
)
def test_another_rule_or_process_is_another_build(copy: Path, name: str) -> None:
    with (copy / name).open("a") as file:
        file.write("# more\n")
    changed = build_of(copy)
    (copy / name).rename(copy / name.replace(".py", "_else.py"))
    assert len({build_of(), changed, build_of(copy)}) == 3
