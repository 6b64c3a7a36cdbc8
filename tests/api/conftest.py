"""An API in front of a house."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api_server import Doors, served
from tests.house import House


@pytest.fixture
async def api(home: House) -> AsyncIterator[httpx.AsyncClient]:
    async with served(home.settings) as client:
        yield client


@pytest.fixture
async def doors(api: httpx.AsyncClient, home: House) -> Doors:
    return Doors(api, home.http)
