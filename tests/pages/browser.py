"""Debian's Chromium, driven by playwright through the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.sandbox_process import REPOSITORY

CHROMIUM = "/usr/bin/chromium"
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--lang=ru-RU"),
]
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
# WCAG 2.2 at level AA, and what its authors hold to be good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser, for as long as this lasts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        await browser.close()


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on this page; its script comes past the page's own policy.

    The page is looked at with its style: before that is there, links stand so close that they are no targets.
    """
    await page.wait_for_load_state()
    found: dict[str, Any] = await page.evaluate(
        f"async (rules) => {{ {_axe()}; return await axe.run(document, {{runOnly: rules}}); }}", _RULES
    )
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]


async def is_wider_than_its_screen(page: Page) -> bool:
    """Whether one has to scroll sideways, once the page has its style."""
    await page.wait_for_load_state()
    wider: bool = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wider


async def sign_in(page: Page, who: str) -> None:
    """Sign in on the sandbox's page, by one click."""
    await page.goto("/sign-in")
    await page.get_by_role("link", name=who, exact=True).click()
