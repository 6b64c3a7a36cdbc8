"""One sandbox for all these tests, and a hotline for it to report to."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.hotline import Hotline
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def _hotline() -> Iterator[Hotline]:
    with Hotline() as hotline:
        yield hotline


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, _hotline: Hotline) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("sandbox"), report_to=_hotline.url) as process:
        yield process


@pytest.fixture
def hotline(_hotline: Hotline) -> Hotline:
    """The hotline with nothing received and nothing to refuse."""
    _hotline.forget()
    return _hotline


@pytest.fixture(scope="session")
def _client(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.http_url, timeout=5) as client:
        yield client


@pytest.fixture
def http(_client: httpx.Client) -> Iterator[httpx.Client]:
    """A client of the sandbox, which is left without faults."""
    yield _client
    _client.delete("/faults").raise_for_status()
