"""Quality control checks a reply at the desk (RPL-2)."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from domain.calendar import moscow_day
from store.access import of_case
from store.tables import reply_check
from tests.pages.browser import is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.store.replies import QUESTION, REPLY, told


async def fine(page: Page) -> None:
    """Nothing on this page stands in anybody's way."""
    assert await violations(page) == [], page.url
    assert not await is_wider_than_its_screen(page), page.url


@pytest.mark.requirement("RPL-2", "ANA-3", "AUD-3")
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "phone"])
async def test_a_reply_is_checked_beside_its_question(site: Site, narrow: bool) -> None:
    register = site.home.register
    number = await told(register, at=datetime.now(UTC), asked="Прошёл час, платежа всё ещё нет.")
    address = f"/desk/quality/{number}/{REPLY + 1}"
    page, late = await site.page(narrow), await site.page(narrow)
    await sign_in(page, "Контроль качества")
    await page.goto("/desk/quality")
    await fine(page)
    await page.locator(f'a[href="{address}"]').click()
    await expect(page.get_by_text("Здравствуйте, Анна Петровна.")).to_have_count(1)
    for said in (QUESTION, "Прошёл час, платежа всё ещё нет.", "Не могу войти"):
        await expect(page.get_by_role("main").get_by_text(said)).to_be_visible()
    await fine(page)
    looks = await of_case(register.engine, number)
    assert {(each.operation, each.subject) for each in looks} == {("check_reply", "quality_control-1")}
    await page.get_by_role("button", name="Сохранить проверку").click()
    await expect(page.locator(".govuk-error-summary")).to_be_visible()
    await fine(page)
    await sign_in(late, "Контроль качества")
    await late.goto(address)
    for tab, brief in ((page, "Да"), (late, "Нет")):
        for group, answer in (("вежливый", "Да"), ("краткий", brief), ("по существу", "Да")):
            await tab.get_by_role("group", name=group).get_by_label(answer, exact=True).check()
        await tab.get_by_role("button", name="Сохранить проверку").click()
    await expect(page.get_by_text("Проверка сохранена")).to_be_visible()
    await expect(page.locator(f'a[href="{address}"]')).to_have_count(0)
    await expect(late.locator(".govuk-error-summary")).to_contain_text("уже проверили")
    await fine(late)
    supervisor, today = await site.page(narrow), moscow_day(datetime.now(UTC)).isoformat()
    await sign_in(supervisor, "Руководитель")
    await supervisor.goto(f"/board/quality?since={today}&until={today}")
    await expect(supervisor.get_by_role("region", name="Качество ответов")).to_contain_text("100 %")
    await fine(supervisor)
    async with register.engine.connect() as connection:
        query = select(reply_check.c.is_brief).where(reply_check.c.number == number)
        assert list((await connection.execute(query)).scalars()) == [True]
