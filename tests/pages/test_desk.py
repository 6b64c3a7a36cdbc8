"""The staff's walks through the desk."""

import pytest
from playwright.async_api import Page, expect

from api.pages.desk_words import EVENTS
from tests.examples import appeal
from tests.pages.browser import NARROW, WIDE, is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site


async def fine(page: Page) -> None:
    """Nothing that axe-core finds, and nothing beyond the edge, on a wide screen and on a narrow one."""
    for size in (WIDE, NARROW):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert await violations(page) == []
        assert not await is_wider_than_its_screen(page)
    await page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})


async def at_the_desk(site: Site, who: str) -> Page:
    page = await site.page()
    await sign_in(page, who)
    await page.wait_for_url("**/desk")
    return page


@pytest.mark.requirement("CLS-2", "REC-2", "REC-3", "STS-2")
async def test_a_case_goes_over_the_desk_and_nobody_overwrites_another(site: Site) -> None:
    number = await site.home.open(appeal())
    await site.home.expecting(number, "RecordRequest")
    operator = await at_the_desk(site, "Оператор")
    await fine(operator)
    await operator.locator(f'a[href="/desk/{number}"]').click()
    await fine(operator)
    task = operator.get_by_role("region", name="Зарегистрировать запрос")
    await task.get_by_label("Срок обработки в часах").fill("много")
    await task.get_by_role("button").click()
    await expect(task.locator(".govuk-error-message")).to_be_visible()
    assert await task.get_by_label("Срок обработки в часах").input_value() == "много"
    await fine(operator)
    await task.get_by_label("Срок обработки в часах").fill("4")
    await task.get_by_role("button").click()
    await expect(operator.get_by_text("Принято: зарегистрировать запрос")).to_be_visible()
    await site.home.expecting(number, "CheckDocuments")

    specialist = await at_the_desk(site, "Специалист")
    await specialist.goto(f"/desk/{number}")
    await expect(specialist.get_by_role("table", name="Сравнение данных")).to_contain_text("112")
    await fine(specialist)
    await operator.goto(f"/desk/{number}")
    await operator.get_by_text("Написать заявителю").click()
    await operator.get_by_label("Сообщение").last.fill("Проверяем ваши документы.")
    await operator.get_by_role("button", name="Отправить сообщение").click()
    await expect(operator.get_by_text("Принято: написать заявителю")).to_be_visible()

    decision = specialist.get_by_role("region", name="Проверить документы")
    await decision.get_by_label("Да").check()
    await decision.get_by_label("Причина").fill("СНИЛС и фамилия совпали.")
    await decision.get_by_role("button").click()
    await expect(specialist.get_by_text("Что произошло, пока вы решали")).to_be_visible()
    await expect(specialist.get_by_text("Заявителю отправлено сообщение: оператор")).to_be_visible()
    await expect(specialist.get_by_text("Проверяем ваши документы.")).to_be_visible()
    assert await decision.get_by_label("Причина").input_value() == "СНИЛС и фамилия совпали."
    assert await decision.get_by_label("Да").is_checked()
    await fine(specialist)
    await decision.get_by_role("button").click()
    await expect(specialist.get_by_text("Принято: проверить документы")).to_be_visible()
    await site.home.expecting(number, "ReportAccountSecurity")
