"""The short form of the fault suite, and whether its checker can be trusted.

Its faults come thick and fast, so it judges what came out, and not how soon: that is for `make faults`.
"""

import sys
from pathlib import Path

import pytest

from tests.faults.planted import BUGS
from tests.faults.run import run_faults, run_quietly
from tests.faults.storm import SHORT

pytestmark = pytest.mark.storm

QUIET_CASES = 12
# Each bug, and what the checker has to call it.
FOUND_AS = {
    "dropped_command": "commands lost",
    "doubled_message": "messages got twice",
    "moved_deadline": "deadlines moved",
}


@pytest.mark.requirement("INT-6", "AUD-1", "AUD-2", "ESC-4", "RES-2")
@pytest.mark.timeout(900)
async def test_nothing_is_lost_and_nothing_done_twice_whatever_breaks(tmp_path: Path) -> None:
    verdict = await run_faults(tmp_path, SHORT)
    print(verdict.figures, file=sys.stderr)  # noqa: T201 - shown when it fails
    assert verdict.findings == {}


@pytest.mark.timeout(240)
async def test_the_checker_passes_a_run_without_faults(tmp_path: Path) -> None:
    assert (await run_quietly(tmp_path, QUIET_CASES)).findings == {}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("bug", BUGS)
async def test_the_checker_finds_a_planted_bug(tmp_path: Path, bug: str) -> None:
    verdict = await run_quietly(tmp_path, QUIET_CASES, ("-m", "tests.faults.planted", bug))
    assert FOUND_AS[bug] in verdict.findings, verdict.figures
