"""One web server for all these tests, and a client for each."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.infra.web_server import WebServer, web_server


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
