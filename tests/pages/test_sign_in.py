"""Signing in at an issuer that is not ours: `oidc-provider`, by configuration only."""

import re

import pytest
from joserfc.jwk import RSAKey
from playwright.async_api import Page

from tests.api_server import served
from tests.oidc_provider import SECRET, oidc_provider, pages
from tests.pages.browser import sign_in
from tests.pages.conftest import Site
from tests.pages.walk import ANNA
from tests.sandbox_process import free_ports

ACCOUNTS = {"anna": "citizen", "portal-9": "portal", "guest": "nobody"}


async def signed_in_as(page: Page, login: str) -> None:
    await page.goto("/sign-in?to=/new")
    await page.locator('input[name="login"]').fill(login)
    await page.locator('input[name="password"]').fill("anything")
    await page.locator('button[type="submit"]').click()
    await page.get_by_role("button", name=re.compile("continue", re.IGNORECASE)).click()


async def test_another_issuer_lets_people_in_by_their_role(site: Site) -> None:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    client = pages("hotline-pages", f"{url}/sign-in/back")
    with oidc_provider(RSAKey.generate_key(2048), clients=[client], accounts=ACCOUNTS) as issuer:
        told = issuer.discovered()
        settings = site.home.settings.model_copy(
            update={
                "issuer": told["issuer"],
                "issuer_keys_url": told["jwks_uri"],
                "public_url": url,
                "pages_client_secret": type(site.home.settings.session_key)(SECRET),
            }
        )
        async with served(settings, port):
            there = Site(url, site.home, site.browser)
            page = await there.page()
            await signed_in_as(page, "anna")
            await page.get_by_role("heading", name="Новое обращение").wait_for()
            assert page.url == f"{url}/new"
            await page.get_by_role("button", name="Выйти").click()
            await page.get_by_role("button", name=re.compile("yes, sign me out", re.IGNORECASE)).click()
            await page.wait_for_url(f"{url}/")
            await page.goto("/sign-in")
            await page.locator('input[name="login"]').wait_for()
            for stranger in ("portal-9", "guest"):
                page = await there.page()
                await signed_in_as(page, stranger)
                await page.get_by_role("heading", name="Войти не получилось").wait_for()


ELSEWHERE = ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", "/v1/appeals"]


@pytest.mark.parametrize("to", ELSEWHERE)
async def test_a_link_leads_nobody_through_us_to_elsewhere(site: Site, to: str) -> None:
    page = await site.page()
    await page.goto(f"/sign-in?to={to}")
    await page.get_by_role("link", name="Зайцев Игорь Геннадьевич").click()
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    assert page.url == f"{site.url}/my"


async def test_a_code_of_somebody_elses_sign_in_is_not_taken(site: Site) -> None:
    page = await site.page()
    await page.goto("/sign-in/back?code=stolen&state=theirs")
    await page.get_by_role("heading", name="Войти не получилось").wait_for()


async def test_a_cookie_that_was_stolen_is_worth_nothing_after_the_sign_out(site: Site) -> None:
    page, thief = await site.page(), await site.page()
    await sign_in(page, ANNA)
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    await thief.context.add_cookies(await page.context.cookies())  # type: ignore[arg-type]
    await thief.goto("/my")
    await thief.get_by_role("heading", name="Мои обращения").wait_for()
    await page.get_by_role("button", name="Выйти").click()
    await page.get_by_role("link", name="Войти и продолжить").wait_for()
    await thief.goto("/my")
    assert thief.url.startswith(f"{site.home.settings.sandbox_url}/issuer/authorize"), "sent to sign in"
