"""A client that we did not write, made from the description alone, takes the reference cases to their results."""

import asyncio
import importlib
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from examples.walk import load_examples
from tests.api_server import Doors, served
from tests.files import picture
from tests.house import WITHIN_SECONDS, House
from tests.sandbox_process import REPOSITORY

GENERATOR = str(Path(sys.executable).parent / "openapi-python-client")
PACKAGE = "hotline_client"
# The generator knows bytes under this name alone.
BYTES = ("application/pdf", "application/zip", "image/jpeg", "image/png")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONFIG = "\n".join(
    ["post_hooks: []", "content_type_overrides:", *(f"  {each}: application/octet-stream" for each in (*BYTES, DOCX))]
)
EXAMPLES = load_examples(REPOSITORY / "examples")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("client")
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


async def generated(folder: Path, description: str) -> None:
    """Make the client; what the generator can't express it warns of, and there is none of that."""
    (folder / "openapi.json").write_text(description)
    (folder / "config.yaml").write_text(CONFIG)
    process = await asyncio.create_subprocess_exec(
        *(GENERATOR, "generate", "--meta", "none", "--fail-on-warning"),
        *("--path", "openapi.json", "--config", "config.yaml", "--output-path", PACKAGE),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert told.decode().split() == ["Generating", PACKAGE]


class Client:
    """The generated client, as each role by turns."""

    def __init__(self, url: str, doors: Doors, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._url = url
        self._doors = doors
        self.models: ModuleType = importlib.import_module(f"{PACKAGE}.models")
        self._clients: dict[str, Any] = {}

    async def call(self, name: str, role: str, **sent: Any) -> Any:
        """What the answer is parsed into."""
        tag = "attachments" if name in ("attach_file", "list_files", "read_file") else "appeals"
        if role not in self._clients:
            token = await self._doors.token(role)
            made = importlib.import_module(PACKAGE).AuthenticatedClient(base_url=self._url, token=token)
            self._clients[role] = await self._stack.enter_async_context(made)
        route = importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")
        return await route.asyncio(client=self._clients[role], **sent)

    async def decide(self, number: str, role: str, decision: dict[str, Any]) -> Any:
        body = getattr(self.models, f"{decision['type']}In").from_dict(decision)
        return await self.call("send_command", role, number=number, body=body, idempotency_key=uuid4().hex)


async def walked(client: Client, example: dict[str, Any]) -> Any:
    """Take an example to its result; the number and the result."""
    body = client.models.AppealIn.from_dict(example["appeal"])
    opened = await client.call("open_appeal", "portal", body=body, idempotency_key=uuid4().hex)
    now = datetime.now(UTC).isoformat
    left = [(each["role"], each["send"]) for each in example["decisions"]]
    async with asyncio.timeout(WITHIN_SECONDS):
        while True:
            case = await client.call("read_appeal", "supervisor", number=opened.number)
            awaited = {each.command for each in case.expects}
            if case.result_ready:
                return await client.call("read_result", "portal", number=opened.number)
            if left and left[0][1]["type"] in awaited:
                role, decision = left.pop(0)
                receipt = await client.decide(opened.number, role, decision)
                assert receipt.type_ == decision["type"]
            elif "ReportAccountSecurity" in awaited:
                steps = dict.fromkeys(("signed_in_at", "password_changed_at", "two_factor_enabled_at"), now())
                await client.decide(opened.number, "registry", {"type": "ReportAccountSecurity"} | steps)
            await asyncio.sleep(0.05)


async def test_a_generated_client_takes_the_reference_cases_to_their_results(
    home_with: Callable[..., Awaitable[House]], folder: Path
) -> None:
    home = await home_with(repeat_window_days=0)
    async with served(home.settings) as api, AsyncExitStack() as stack:
        await generated(folder, (await api.get("/openapi.json")).text)
        client = Client(str(api.base_url), Doors(api, home.http), stack)
        for example in EXAMPLES:
            result = await walked(client, example)
            assert (result.status, result.ready) == (client.models.Status(example["result"]), True)
        await attaches(client)


async def attaches(client: Client) -> None:
    body = client.models.AppealIn.from_dict(EXAMPLES[0]["appeal"])
    opened = await client.call("open_appeal", "portal", body=body, idempotency_key=uuid4().hex)
    types, sent = importlib.import_module(f"{PACKAGE}.types"), picture()
    form = client.models.AttachmentIn(
        kind=client.models.DocumentKind.SCREENSHOT, file=types.File(payload=io.BytesIO(sent), file_name="screen.png")
    )
    kept = await client.call("attach_file", "portal", number=opened.number, body=form, idempotency_key=uuid4().hex)
    assert kept.format_ is client.models.FileFormat.PNG
    file = await client.call("read_file", "portal", number=opened.number, file_id=kept.id)
    assert file.payload.read() == sent
    refused = await client.decide(opened.number, "portal", {"type": "RateSatisfaction", "score": 5})
    assert isinstance(refused, client.models.Problem)
    assert (refused.code, refused.expects[0].command) == ("not_expected", "RecordRequest")
