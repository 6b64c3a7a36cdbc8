"""Kill -9 of the worker, or of the engine, around every step of the reference case."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.portal import Portal
from tests.examples import appeal
from tests.stack_process import StackProcess

MOMENTS = 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    with StackProcess(tmp_path_factory.mktemp("kill")) as started:
        yield started


@pytest.fixture
def portal(stack: StackProcess) -> Iterator[Portal]:
    with Portal(stack.api_url, stack.sandbox_url) as opened:
        yield opened


@contextmanager
def killed(stack: StackProcess, part: str, after_seconds: float) -> Iterator[None]:
    """Kill the part while the step inside is under way."""
    killer = threading.Timer(after_seconds, stack.kill, (part,))
    killer.start()
    yield
    killer.join()


@pytest.mark.requirement("AUD-1")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("part", ["worker", "engine"])
def test_a_case_goes_on_and_each_message_comes_once(stack: StackProcess, portal: Portal, part: str) -> None:
    chance = random.Random(f"kill {part}")  # noqa: S311 - the same moments in every run
    number = ""

    def open_appeal() -> None:
        nonlocal number
        number = portal.open_appeal(appeal() | {"service": f"Личный кабинет: {part}"})  # nobody's repeat
        portal.wait_for(number, "RecordRequest")

    steps: list[Callable[[], object]] = [
        open_appeal,
        lambda: portal.decide(number, "RecordRequest"),
        lambda: portal.decide(number, "CheckDocuments"),
        lambda: portal.secure_account(number),
    ]
    for step in steps:
        with killed(stack, part, chance.uniform(0.0, 0.3)):
            step()
        time.sleep(1.5)  # the stack starts a dead part again after a second
    portal.wait_until_closed(number)

    entries = portal.journal(number)
    assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1))
    for before, after in zip(entries, entries[1:], strict=False):
        assert after["previous_hash"] == before["hash"]
    assert [entry["type"] for entry in standing(entries)].count("RequestRecorded") == 1
    wait_for_last_message(portal, number)
    time.sleep(3)
    for messages in (portal.mails(number), portal.texts(number)):
        assert len(messages) == len(set(messages)) == MOMENTS, messages
    portal.wait_until_ready()
    replayed = stack.run("replay", number)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def standing(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries without those of steps that the engine has abandoned and done again."""
    kept: list[dict[str, Any]] = []
    for entry in entries:
        if entry["type"] == "AttemptAbandoned":
            kept = [each for each in kept if each["sequence"] < entry["event"]["first_sequence"]]
        else:
            kept.append(entry)
    return kept


def wait_for_last_message(portal: Portal, number: str) -> None:
    deadline = time.monotonic() + 60
    while min(len(portal.mails(number)), len(portal.texts(number))) < MOMENTS:
        assert time.monotonic() < deadline, (portal.mails(number), portal.texts(number))
        time.sleep(0.3)
