"""An operator who is called to a field of the form (VAL-3)."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from domain.actors import Actor, Role
from domain.help import Advice
from store.access import of_case
from store.helps import Helps
from tests.pages.browser import is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.pages.test_live import WITHIN_MS
from tests.pages.walk import fill_in

DMITRY, VIKTOR = "Кузнецов Дмитрий Олегович", "Ершов Виктор Семёнович"


async def fine(page: Page) -> None:
    """Nothing on this page stands in anybody's way."""
    assert await violations(page) == [], page.url
    assert not await is_wider_than_its_screen(page), page.url


@pytest.mark.requirement("VAL-3", "AUD-3")
@pytest.mark.parametrize(
    ("who", "narrow", "script"), [(DMITRY, False, True), (VIKTOR, True, False)], ids=["wide", "phone-without-script"]
)
async def test_an_operator_points_to_the_right_value(site: Site, who: str, narrow: bool, script: bool) -> None:
    page, operator = await site.page(narrow, script), await site.page(narrow=not narrow)
    await sign_in(page, who)
    await page.goto("/new")
    await fill_in(page, {"details.snils": "112-233-445 96", "details.full_name": who})
    await page.get_by_role("button", name="Позвать оператора — СНИЛС").press("Enter")
    await expect(page.get_by_text("Мы позвали оператора")).to_be_visible()
    if script:
        await expect(page.get_by_role("button", name="Проверить ответ — СНИЛС")).to_be_focused()
    assert await page.locator('[name="details.full_name"]').input_value() == who
    if script:
        await fine(page)

    await sign_in(operator, "Оператор")
    count = operator.locator("nav .app-count")
    await expect(count).to_have_text("ждут: 1")
    await expect(operator.get_by_role("main").get_by_role("link", name="Ждут помощи с формой: 1")).to_be_visible()
    await fine(operator)
    await operator.get_by_role("navigation").get_by_role("link", name="Помощь с формой ждут: 1").click()
    await fine(operator)
    await operator.get_by_role("main").get_by_role("link", name="СНИЛС").click()
    await expect(operator.get_by_text("112-233-445 96")).to_be_visible()
    id_ = operator.url.rpartition("/")[2]
    seen = await of_case(site.home.register.engine, id_)
    assert [(each.operation, each.subject) for each in seen] == [("give_help", "operator-1")]
    await operator.get_by_label("Верное значение").fill("112-233-445 97")
    await operator.get_by_role("button", name="Ответить").click()
    await expect(operator.locator(".govuk-error-summary")).to_contain_text("«Верное значение»:")
    await fine(operator)
    await operator.get_by_label("Верное значение").fill("112-233-445 95")
    await operator.get_by_label("Совет").fill("Последние две цифры вычисляются из первых девяти.")
    await operator.get_by_role("button", name="Ответить").click()
    await expect(operator.get_by_text("Ответ стоит рядом с полем")).to_be_visible()
    await expect(operator.get_by_text("Сейчас никто не ждёт")).to_be_visible()
    await expect(count).to_be_empty()

    if not script:
        await page.get_by_role("button", name="Проверить ответ — СНИЛС").click()
    beside = page.locator("#details-snils-help")
    await expect(beside).to_contain_text("112-233-445 95", timeout=20_000)
    await expect(beside).to_contain_text("Последние две цифры")
    assert await page.locator('[name="details.snils"]').input_value() == "112-233-445 96"
    if script:
        await fine(page)
    # What was answered can be asked again, and is not by itself.
    await page.get_by_role("button", name="Спросить ещё раз — СНИЛС").wait_for()
    # The Enter key sends the form; it calls nobody.
    await page.locator('[name="details.snils"]').press("Enter")
    await page.locator(".govuk-error-summary").wait_for()
    await expect(page.locator("#details-snils-help")).to_contain_text("112-233-445 95")


@pytest.mark.requirement("VAL-3", "CLS-2")
async def test_a_question_comes_to_an_open_desk_and_an_ended_session_takes_nothing_away(
    site: Site,
) -> None:
    page = await site.page()
    await sign_in(page, "Оператор")
    count, sentence = page.locator("nav .app-count"), page.get_by_role("main").get_by_text("Ждут помощи с формой: 1")
    await expect(count).to_be_empty()
    helps = Helps(site.home.register.engine, site.home.keyring, b"any")
    asker = Actor(subject="who-asks-late", role=Role.CITIZEN)
    async with page.expect_response(lambda answer: "whole=yes" in answer.url, timeout=WITHIN_MS):
        asked = await helps.ask(asker, "details.snils", "", datetime.now(UTC))
    await expect(sentence).to_be_visible(timeout=WITHIN_MS)
    await expect(count).to_have_text("ждут: 1", timeout=WITHIN_MS)
    await page.context.clear_cookies()
    async with page.expect_response(lambda answer: "/desk/help/waiting" in answer.url and answer.status == 401):
        pass
    await expect(sentence).to_be_visible()
    await helps.answer(asked, Advice(text="Посмотрите на карточку."), datetime.now(UTC))
