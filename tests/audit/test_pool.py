"""The work of many cases is shared by child processes, and its progress is shown (AUD-2)."""

import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from audit.pool import asked
from cli import proving

pytestmark = pytest.mark.requirement("AUD-2")

# Answers when two of its kind have been asked, and dies of the number 3.
CHILD = """
import json, os, pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    (folder / str(os.getpid())).touch()
    if json.loads(line) == 3:
        sys.exit(1)
    ends = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2 and time.monotonic() < ends:
        time.sleep(0.01)
    print(json.dumps(len(list(folder.iterdir())) >= 2), flush=True)
"""


async def questions(*numbers: int) -> AsyncIterator[int]:
    for number in numbers:
        yield number


async def test_children_work_side_by_side_and_one_that_dies_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    answers = {question: answer async for question, answer in asked(command, questions(1, 2, 3, 4), 2)}
    assert answers == {1: True, 2: True, 3: None, 4: True}


def test_the_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(proving, "complaints", Console(file=shown, force_terminal=True, color_system=None, width=80))
    with proving._bar(3, "verified") as advance:
        advance()
        advance()
    assert "2/3 verified" in shown.getvalue()
