"""One stack for every test of pages: a house, its API with pages, a browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from temporalio.testing import WorkflowEnvironment

from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy
from tests.api_server import served
from tests.house import House, house
from tests.pages.browser import NARROW, WIDE, chromium
from tests.sandbox_process import SandboxProcess, free_ports


@dataclass(frozen=True)
class Site:
    """The pages at `url`, with the house behind them."""

    url: str
    home: House
    browser: Browser

    async def page(self, narrow: bool = False, script: bool = True) -> Page:
        """A page of a person who has not been here before."""
        size = NARROW if narrow else WIDE
        context = await self.browser.new_context(
            base_url=self.url,
            viewport={"width": size["width"], "height": size["height"]},
            java_script_enabled=script,
            locale="ru-RU",
        )
        context.set_default_timeout(20_000)
        return await context.new_page()


@pytest.fixture(scope="package")
async def site(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    changes: dict[str, Any] = {
        # All walks are of a few people: only what names an earlier appeal is a repeat.
        "policy": Policy(calendar_version=CURRENT_VERSION, repeat_window_days=0),
        "client_requests_burst": 100_000,
    }
    folder = tmp_path_factory.mktemp("pages")
    async with house(environment, world, folder, public_url=url, **changes) as home:
        async with served(home.settings, port), chromium() as browser:
            yield Site(url, home, browser)
