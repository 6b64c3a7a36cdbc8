"""All that a stack emits and keeps, but for what the sandbox got, which is the outside world; and who is in it."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from temporalio.client import Client

from examples.walk import load_examples
from tests.examples import ANNA, appeal
from tests.personal import files_below
from tests.sandbox_process import REPOSITORY
from tests.stack_process import StackProcess

OUTSIDE = ("sandbox/", "logs/sandbox.log")
JSON = {"Content-Type": "application/json"}
PERSONAL = ("full_name", "login", "passport", "snils", "inn", "phone", "email", "description")


def told_in_examples() -> set[str]:
    """Every personal value of the example appeals, as it was sent and as it is kept, and what the staff said."""
    found: set[str] = set()
    for example in load_examples(REPOSITORY / "examples"):
        found |= personal_values(example["appeal"]["details"])
        for decision in example["decisions"]:
            found |= {decision["send"].get("reason", ""), *personal_values(decision["send"].get("details") or {})}
    return found - {""}


def personal_values(details: dict[str, Any]) -> set[str]:
    """The personal values among some details, and their names and numbers alone."""
    said = {details[name] for name in PERSONAL if details.get(name)}
    numbers = {re.sub(r"[\s-]", "", value) for value in said if re.fullmatch(r"[+\d\s-]+", value)}
    surnames = {details["full_name"].split()[0]} if details.get("full_name") else set()
    return said | numbers | surnames


def kept_by(data_dir: Path) -> dict[str, bytes]:
    """The files of a stack: databases with their write-ahead logs, archive, logs, standard output."""
    return {name: content for name, content in files_below(data_dir).items() if not name.startswith(OUTSIDE)}


async def shown_by_engine(stack: StackProcess) -> dict[str, bytes]:
    """What the engine shows to anybody: ids, memos, search attributes, sealed histories, and its metrics."""
    client = await Client.connect(stack.environment["HOTLINE_ENGINE_ADDRESS"], namespace="hotline")
    shown = b""
    async for each in client.list_workflows():
        handle = client.get_workflow_handle(each.id, run_id=each.run_id)
        described, history = await handle.describe(), await handle.fetch_history()
        shown += each.raw_info.SerializeToString() + described.raw_description.SerializeToString()
        shown += b"".join(event.SerializeToString() for event in history.events)
    log = (stack.data_dir / "logs" / "engine.log").read_text()
    (address,) = re.findall(r"Temporal Metrics:\s+(\S+)", log)
    async with httpx.AsyncClient(timeout=15) as http:
        metrics = (await http.get(address)).raise_for_status().content
    return {"visibility and histories": shown, "metrics": metrics}


def send_persons_where_none_belong(stack: StackProcess, token: str) -> None:
    """Requests that carry a person in each place in which one might be logged, taken and refused."""
    key, name, snils = f"{ANNA['login']}:{ANNA['email']}", quote(ANNA["full_name"]), quote(ANNA["snils"])
    allowed = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "User-Agent": ANNA["login"]}
    with httpx.Client(base_url=stack.api_url, timeout=30) as http:
        taken = http.post("/v1/appeals", json=appeal(), headers=allowed)
        strange = http.post("/v1/appeals", json=appeal() | {ANNA["full_name"]: ANNA["snils"]}, headers=allowed)
        broken = http.post("/v1/appeals", content=json.dumps(appeal())[:-9], headers=allowed | JSON)
        nowhere = http.get(f"/v1/appeals/{name}?snils={snils}", headers=allowed | {"X-Request-Id": key})
        stranger = http.get(f"/v1/appeals?name={name}", headers={"Authorization": f"Bearer {ANNA['email']}"})
    assert taken.status_code == 201, taken.text
    refused = (strange, broken, nowhere, stranger)
    assert all(each.is_client_error for each in refused), [each.status_code for each in refused]
