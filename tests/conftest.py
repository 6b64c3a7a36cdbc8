"""The real parts that tests share: one engine and one outside world for the whole session."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy
from tests.house import House, engine, house
from tests.postgres import PostgresProcess
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    async with engine() as started:
        yield started


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("world")) as started:
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, over a socket in its folder; `{}` stands for the database."""
    server = PostgresProcess()
    yield server.url("{}")
    server.stop()


@pytest.fixture
async def home(environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path) -> AsyncIterator[House]:
    """A house of its own for each test; the outside world is mended again afterwards."""
    async with house(environment, world, tmp_path) as started:
        yield started
        await started.mended()


@pytest.fixture
async def home_with(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """Builds a house whose policy differs: `await home_with(details_attempts=1)`."""
    async with AsyncExitStack() as stack:

        async def build(**terms: Any) -> House:
            policy = Policy(**{"calendar_version": CURRENT_VERSION} | terms)
            started = await stack.enter_async_context(house(environment, world, tmp_path, policy=policy))
            stack.push_async_callback(started.mended)
            return started

        yield build
