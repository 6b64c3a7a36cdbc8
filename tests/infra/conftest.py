"""One web server and one sandbox for all these tests, and a client for each."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.infra.outside import Outside
from tests.infra.web_server import WebServer, web_server
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def _web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def web(_web: WebServer) -> WebServer:
    """The web server, which accepts messages until told otherwise."""
    _web.answers(202, '{"message_id": "m-1"}')
    return _web


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def _outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("outside")) as process:
        yield process


@pytest.fixture
async def outside(_outside: SandboxProcess, client: httpx.AsyncClient) -> AsyncIterator[Outside]:
    """The clients of the outside systems; their sandbox is left without faults."""
    yield Outside(client, _outside.http_url)
    (await client.delete(f"{_outside.http_url}/faults")).raise_for_status()
