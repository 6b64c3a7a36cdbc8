"""A citizen's walk through the pages."""

import pytest
from playwright.async_api import Page

from domain.contracts.commands import AnswerQuestion
from tests.pages.browser import is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site

QUESTION = "Нажимаю «Записаться» в разделе «Запись к врачу», появляется ошибка 413."
ANNA = {
    "details.full_name": "Смирнова Анна Петровна",
    "details.phone": "+7 900 000-10-01",
    "details.email": "anna.smirnova@example.org",
}
ANSWER = AnswerQuestion(
    summary="Уменьшите снимок: портал берёт файлы до 5 МБ.", steps=["Сожмите снимок.", "Отправьте ещё раз."]
)


async def fine(page: Page) -> None:
    assert await violations(page) == []
    assert not await is_wider_than_its_screen(page)


@pytest.mark.requirement("RES-1", "STS-1", "VAL-1", "VAL-2", "QST-2", "KBA-2")
@pytest.mark.parametrize(("narrow", "script"), [(False, True), (True, True), (False, False)])
async def test_a_citizen_files_and_reads_the_result(site: Site, narrow: bool, script: bool) -> None:
    page = await site.page(narrow, script)
    await sign_in(page, "Смирнова Анна Петровна")
    assert page.url.endswith("/my"), await page.content()
