"""Kill -9 of the worker between the moment a service takes data and its reply: they are taken once (MSV-3)."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.portal import Portal
from tests.examples import KIM, several_services
from tests.stack_process import StackProcess

PATIENCE_SECONDS = 60.0
SLOW = {"mode": "slow", "delay_s": 2, "times": 1}
REPLY_LOST = {"mode": "timeout_after_work", "delay_s": 12, "times": 1}


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.requirement("MSV-3", "AUD-1")
@pytest.mark.timeout(240)
def test_a_killed_worker_sends_under_the_same_order(tmp_path: Path) -> None:
    with (
        StackProcess(tmp_path) as stack,
        Portal(stack.api_url, stack.sandbox_url) as portal,
        httpx.Client(base_url=stack.sandbox_url) as clinic,
    ):

        def taken() -> list[dict[str, Any]]:
            accepted: list[dict[str, Any]] = clinic.get("/services/clinic/submissions").json()
            return accepted

        clinic.put("/faults/services.clinic", json=SLOW).raise_for_status()
        number = portal.open_appeal(several_services("pension", "clinic", person=KIM))
        wait_until(lambda: "services.clinic" not in clinic.get("/faults").json())
        # The lookup takes its time, so that the submission after it is the request whose reply is lost.
        clinic.put("/faults/services.clinic", json=REPLY_LOST).raise_for_status()
        wait_until(taken)
        stack.kill("worker")
        portal.wait_for(number, "ConcludeProtocol")

        assert [(each["idempotency_key"], each["seen"]) for each in taken()] == [(f"{number}-clinic-1", 2)]
        events = [entry["type"] for entry in portal.journal(number)]
        assert (events.count("DataResent"), events.count("ServiceAnswered")) == (1, 3)
        replayed = stack.run("replay", number)
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
