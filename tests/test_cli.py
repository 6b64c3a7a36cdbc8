"""The commands that need no stack, run as their user runs them."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from domain.number import candidate
from tests.sandbox_process import REPOSITORY
from tests.stack_process import HOTLINE


def hotline(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [HOTLINE, *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.requirement("ESC-4")
def test_a_due_date_is_printed_alone() -> None:
    assert hotline("calendar", "due", "2025-12-29").stdout == "2026-01-22\n"
    assert hotline("calendar", "due", "2025-12-29", "--days", "1").stdout == "2025-12-30\n"


@pytest.mark.requirement("ESC-4")
def test_an_explained_due_date_names_each_day() -> None:
    lines = hotline("calendar", "due", "2025-12-29", "--explain").stdout.splitlines()
    assert lines[-1] == "2026-01-22"
    days = {line.split()[0]: line for line in lines[:-1]}
    assert len(days) == 24, "every day after the first up to the last"
    assert "перенесённый выходной" in days["2025-12-31"]
    assert "праздничный день" in days["2026-01-01"]
    assert days["2026-01-22"].split()[1] == "10"


def test_a_year_without_an_official_calendar_is_said_to_be_provisional() -> None:
    assert "предварительный" in hotline("calendar", "due", "2029-12-25", "--explain").stdout


def test_a_year_before_the_calendars_is_an_error() -> None:
    refused = hotline("calendar", "due", "2001-01-01")
    assert refused.returncode == 1
    assert "2015" in refused.stderr


@pytest.mark.requirement("INT-5")
def test_a_right_number_is_told_from_a_mistyped_one() -> None:
    number = candidate(b"any key", "portal", "key")
    right = hotline("number", "check", number)
    assert (right.returncode, right.stdout.replace(" ", "").strip()) == (0, number)
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    wrong = hotline("number", "check", mistyped)
    assert wrong.returncode == 1
    assert "опечатка" in wrong.stderr


@pytest.mark.parametrize("command", [["verify", "--all"], ["show", "4821093755612044"], ["replay", "--all"]])
def test_a_command_in_a_wrong_folder_says_so_and_makes_nothing_there(tmp_path: Path, command: list[str]) -> None:
    lost = subprocess.run(  # noqa: S603 - our own command
        [HOTLINE, *command], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert lost.returncode == 1
    assert lost.stderr.startswith(f"There is no register in {tmp_path}/.hotline. Set HOTLINE_DATA_DIR")
    assert not list(tmp_path.iterdir())


def test_a_wrong_setting_is_named_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "register.db").touch()
    environment = os.environ | {"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_API_PORT": "hunter2"}
    refused = subprocess.run(  # noqa: S603 - our own command
        [HOTLINE, "verify", "--all"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("HOTLINE_API_PORT: ")
    assert "hunter2" not in refused.stderr


@pytest.mark.requirement("TEC-5")
def test_failures_are_analysed_in_three_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    assert hotline("db", "upgrade").returncode == 0
    analysed = hotline("failures", "--since", "2026-11-01")
    assert analysed.returncode == 0
    assert [line.split("  ")[0].strip() for line in analysed.stdout.splitlines()] == [
        "by signature",
        "by kind",
        "by service",
    ]
    log = {"at": "2026-11-02T09:00:00Z", "kind": "access", "signature": "one", "level": "development"}
    failure = json.dumps({"log": log, "reacted_at": "2026-11-02T09:12:00Z"})
    with closing(sqlite3.connect(tmp_path / "register.db")) as register, register:
        register.execute(
            "INSERT INTO appeal (number, portal, channel, category, status, registered_at, last_position, failure)"
            " VALUES ('1', 'portal', 'phone', 'technical_failure', 'received', '2026-11-02 09:00:00.000000', 1, ?)",
            (failure,),
        )
    told = hotline("failures", "--since", "2026-11-01").stdout.splitlines()
    assert [line.split() for line in told if line.split()[0] == "one"] == [["one", "1", "0", "12"]]


def test_without_an_engine_a_replay_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_ENGINE_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    (tmp_path / "register.db").touch()
    refused = hotline("replay", candidate(b"any key", "portal", "key"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("The engine does not answer")
