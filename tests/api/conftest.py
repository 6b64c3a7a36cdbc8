"""An API in front of a house."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from tests.api_server import Doors, served
from tests.house import House, house
from tests.postgres import new_database
from tests.sandbox_process import SandboxProcess


@pytest.fixture
async def api(home: House) -> AsyncIterator[httpx.AsyncClient]:
    async with served(home.settings) as client:
        yield client


@pytest.fixture
async def doors(api: httpx.AsyncClient, home: House) -> Doors:
    return Doors(api, home.http)


@pytest.fixture
async def home_on_postgres(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, postgres: str
) -> AsyncIterator[House]:
    """A house whose register is on PostgreSQL, as in production."""
    async with house(environment, world, tmp_path, database_url=await new_database(postgres)) as started:
        yield started
        await started.mended()


@pytest.fixture(params=["home", "home_on_postgres"])
def home_on_each(request: pytest.FixtureRequest) -> House:
    """A house on SQLite, and one on PostgreSQL."""
    started: House = request.getfixturevalue(request.param)
    return started
