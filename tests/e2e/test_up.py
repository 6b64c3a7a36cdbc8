"""The embedded stack as its user meets it."""

import asyncio
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.e2e.portal import DECISIONS, Portal
from tests.e2e.traces import (
    kept_by,
    personal_values,
    send_persons_where_none_belong,
    shown_by_engine,
    told_in_examples,
)
from tests.examples import ANNA
from tests.personal import found_in
from tests.stack_process import DOWN_WITHIN_SECONDS, StackProcess


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.timeout(240)
@pytest.mark.requirement("AUD-1")
def test_the_demo_reaches_every_result_and_leaves_nothing_running_and_nobody_in_clear(tmp_path: Path) -> None:
    stack = StackProcess(tmp_path / "data")
    finished = stack.run("up", "--demo", "--exit", timeout=200)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "3 of 3 examples reached their result" in finished.stdout
    for shown in ("«Завершено»", "обработка обращения", "RequestRecorded", "✉", "/result"):
        assert shown in finished.stdout
    assert all(is_free(port) for port in stack.ports)
    kept = kept_by(stack.data_dir)
    logs = {f"logs/{part}.log" for part in ("worker", "api", "engine")}
    assert {"register.db", "keys.db", "engine.db", *logs} <= kept.keys()
    assert found_in(kept, told_in_examples()) == []
    with closing(sqlite3.connect(stack.data_dir / "register.db")) as register:
        of_log = "(SELECT count(*) FROM log_leaf), (SELECT max(size) FROM checkpoint)"
        logged, signed, queued = register.execute(f"SELECT {of_log}, count(*) FROM log_queue").fetchone()  # noqa: S608
    assert logged == signed > 0, "the worker's notary has signed the log while the cases went on"
    assert queued == 0, "and once more when the worker went"


@pytest.mark.timeout(240)
def test_yesterdays_appeals_go_on_after_a_restart(tmp_path: Path) -> None:
    stack = StackProcess(tmp_path / "data")
    with stack, Portal(stack.api_url, stack.sandbox_url) as portal:
        number = portal.open_appeal()
        portal.decide(number, "RecordRequest")
        assert stack.stop() < DOWN_WITHIN_SECONDS
    assert all(is_free(port) for port in stack.ports)
    with stack, Portal(stack.api_url, stack.sandbox_url) as portal:
        portal.decide(number, "CheckDocuments")
        portal.secure_account(number)
        portal.wait_until_closed(number)
        assert stack.run("replay", number).returncode == 0
        shown = stack.run("show", number)
        assert "«Завершено»" in shown.stdout
        assert "ResultPublished" in shown.stdout
        token = stack.run("token", "--role", "operator").stdout.strip()
        answer = httpx.get(f"{stack.api_url}/v1/appeals/{number}", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["status"] == "completed"
        second = stack.run("up")
        assert second.returncode == 1
        assert "is taken" in second.stderr


@pytest.mark.timeout(240)
@pytest.mark.requirement("AUD-1", "AUD-2")
def test_what_has_ended_is_archived_and_everything_is_proved_and_nobody_is_shown(tmp_path: Path) -> None:
    stack = StackProcess(tmp_path / "data")
    stack.environment["HOTLINE_ARCHIVE_EVERY_SECONDS"] = "1"
    with stack, Portal(stack.api_url, stack.sandbox_url) as portal:
        number, open_one = portal.open_appeal(), portal.open_appeal()
        send_persons_where_none_belong(stack, stack.run("token", "--role", "portal").stdout.strip())
        portal.decide(number, "RecordRequest")
        portal.decide(number, "CheckDocuments")
        portal.secure_account(number)
        portal.decide(number, "RateSatisfaction")
        folder = tmp_path / "data" / "files" / "histories" / f"appeal-{number}"
        deadline = time.monotonic() + 60
        while not (folder.exists() and list(folder.iterdir())):
            assert time.monotonic() < deadline, "not archived"
            time.sleep(0.2)
        told = personal_values(ANNA) | {DECISIONS["CheckDocuments"]["reason"]}
        left = kept_by(stack.data_dir) | asyncio.run(shown_by_engine(stack))
        for place in ("engine.db", "register.db-wal", "visibility and histories"):
            assert number.encode() in left[place], f"{place}: what is searched is what was meant"
        assert left["metrics"].startswith(b"# HELP")
        assert found_in(left, told) == []
        verified = stack.run("verify", "--all", "--processes", "2")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert "3 cases" in verified.stdout
        assert "3 holds" in verified.stdout
        replayed = stack.run("replay", "--all", "--against", "HEAD")
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert "3 histories replay with the code of HEAD" in replayed.stdout
        with closing(sqlite3.connect(tmp_path / "data" / "register.db", isolation_level=None)) as register:
            register.execute("UPDATE appeal SET status = 'rejected' WHERE number = ?", [open_one])
        forged = stack.run("verify", "--all")
        assert forged.returncode == 1
        assert f"{open_one}: table appeal: another status" in forged.stderr
        assert stack.run("verify", number).returncode == 0
        assert stack.run("verify").returncode == 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("after_seconds", [0.5, 1.5, 3.0, 5.0])
def test_ctrl_c_during_the_start_leaves_nothing_running(tmp_path: Path, after_seconds: float) -> None:
    stack = StackProcess(tmp_path / "data")
    stack.begin()
    time.sleep(after_seconds)  # at different points of the start
    assert stack.stop() < DOWN_WITHIN_SECONDS
    assert all(is_free(port) for port in stack.ports)
