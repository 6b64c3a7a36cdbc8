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
from tests.postgres import PostgresProcess, new_database
from tests.sandbox_process import SandboxProcess


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="Where houses of tests keep their register; what names its database itself keeps to that.",
    )


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
async def at_database(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a database of its own, of the kind that `--database` says."""
    if request.config.getoption("--database") == "sqlite":
        return {}
    return {"database_url": await new_database(request.getfixturevalue("postgres"))}


@pytest.fixture
async def home(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, at_database: dict[str, Any]
) -> AsyncIterator[House]:
    """A house of its own for each test; the outside world is mended again afterwards."""
    async with house(environment, world, tmp_path, **at_database) as started:
        yield started
        await started.mended()


@pytest.fixture
async def home_with(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, at_database: dict[str, Any]
) -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """Builds a house whose policy differs: `await home_with(details_attempts=1)`."""
    async with AsyncExitStack() as stack:

        async def build(**terms: Any) -> House:
            policy = Policy(**{"calendar_version": CURRENT_VERSION} | terms)
            home = house(environment, world, tmp_path, policy=policy, **at_database)
            started = await stack.enter_async_context(home)
            stack.push_async_callback(started.mended)
            return started

        yield build
