"""A supervisor's walks over the board: figures counted by hand, and many cases handed over at once."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from api.pages.board import as_csv
from api.pages.board_words import Table, unit_name
from domain.actors import Role
from domain.appeal import Unit
from domain.contracts import events
from domain.contracts.commands import HandOver
from domain.number import format_number
from tests.house import WITHIN_SECONDS
from tests.pages.browser import NARROW, WIDE, is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.pages.day import DAY, a_day, nobody
from tests.walks import with_question


async def fine(page: Page) -> None:
    """Nothing that axe-core finds, and nothing beyond the edge, on a wide screen and on a narrow one."""
    for size in (WIDE, NARROW):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert await violations(page) == [], page.url
        assert not await is_wider_than_its_screen(page), page.url
    await page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})


BY_HAND = {
    "terms": [
        ["Закрыты в срок", "6", "50 %"],
        ["Открыты, срок не близко", "4", "33 %"],
        ["Открыты, срок близко", "0", "0 %"],
        ["Срок пропущен", "2", "17 %"],
    ],
    "channels": [
        ["Форма на портале", "10", "4", "0", "0", "1,0"],
        ["Телефон", "2", "2", "0", "2", "—"],
    ],
    "categories": [
        ["Платежи", "8", "67 %", "2", "0", "1,0", "3,5"],
        ["Вопрос о законе", "2", "17 %", "0", "2", "—", "—"],
        ["Портал не работает или показывает ошибку", "2", "17 %", "0", "0", "—", "—"],
    ],
    "corrections": [["Другое", "Платежи", "2"]],
    "services": [
        ["Платежи", "Налоги", "8"],
        ["Вопрос о законе", "Налоги", "2"],
        ["Портал не работает или показывает ошибку", "Налоги", "2"],
    ],
    "failures": [["Налоги, нет доступа к разделу или услуге, код 500", "2", "2", "—"]],
    "within-day": [
        ["Все обращения", "12", "6", "50 %"],
        ["Платежи", "8", "6", "75 %"],
        ["Вопрос о законе", "2", "0", "0 %"],
        ["Портал не работает или показывает ошибку", "2", "0", "0 %"],
    ],
    "repeats": [["Первые обращения", "10", "83 %", "40 %", "4,0"], ["Повторные", "2", "17 %", "100 %", "2,5"]],
    "scores": [
        ["5", "0", "0 %"],
        ["4", "5", "83 %"],
        ["3", "0", "0 %"],
        ["2", "0", "0 %"],
        ["1", "1", "17 %"],
    ],
}

TILES = {
    "Поступило": "12",
    "Открыто": "6",
    "Срок близко": "0",
    "Срок пропущен": "2",
    "Повторные": "17 %",
    "Закрыто за сутки": "50 %",
    "Средняя оценка": "3,5",
}


@pytest.fixture
async def chief(site: Site) -> AsyncIterator[Page]:
    """A supervisor's page, whose console says nothing of a refusal."""
    page = await site.page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await sign_in(page, "Руководитель")
    await page.wait_for_url("**/board")
    yield page
    assert not [each for each in complaints if "Content Security Policy" in each], complaints


async def shown(page: Page, name: str) -> list[list[str]]:
    """The rows of a table as they stand on the page."""
    rows = page.locator(f'section[aria-labelledby="{name}"] tbody tr')
    return [await row.locator("th, td").all_inner_texts() for row in await rows.all()]


@pytest.mark.requirement("ANA-2", "ANA-3", "REP-6", "TEC-5", "CLS-3")
async def test_the_board_shows_what_was_counted_by_hand(site: Site, chief: Page) -> None:
    await a_day(site.home.register)
    await chief.get_by_label("С какого дня").fill(DAY)
    await chief.get_by_label("По какой день").fill("2026-03-01")
    await chief.get_by_role("button", name="Показать").click()
    await chief.locator(".govuk-error-summary").wait_for()
    assert await chief.get_by_label("По какой день").input_value() == "2026-03-01"
    await fine(chief)
    await chief.get_by_label("По какой день").fill(DAY)
    await chief.get_by_role("button", name="Показать").click()
    await expect(chief.locator(".app-tiles dt")).to_have_text(list(TILES))
    await expect(chief.locator(".app-tiles dd")).to_have_text(list(TILES.values()))
    await expect(chief.get_by_text("Повторных обращений 2 из 12, чаще всего по теме «Платежи»")).to_be_visible()
    seen: dict[str, list[list[str]]] = {}
    for section in ("Сроки и нагрузка", "Затруднения и сбои", "Повторы и оценки"):
        if section != "Сроки и нагрузка":
            await chief.get_by_role("link", name=section).click()
        await chief.get_by_role("heading", name=section.lower()).wait_for()
        await fine(chief)
        for table in await chief.locator(".app-figures").all():
            name = await table.get_attribute("aria-labelledby") or ""
            seen[name] = await shown(chief, name)
            if not seen[name]:
                continue
            assert await table.get_by_role("img").count() == 1
            async with chief.expect_download() as taken:
                await table.get_by_role("link", name="CSV").click()
            text = (await (await taken.value).path()).read_bytes().decode("utf-8-sig")
            told = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
            assert told[1:] == seen[name], name
            assert told[0] == await table.locator("thead th").all_inner_texts()
    assert {name: seen[name] for name in BY_HAND} == BY_HAND
    # Cases of other tests wait too, so only who has how much is said, and not how much.
    assert [unit[0] for unit in seen["units"]] == [unit_name(unit) for unit in Unit]
    assert all(figure.isdigit() for unit in seen["units"] for figure in unit[1:])
    (incident,) = seen["incidents"]
    assert (incident[1], len(incident[4].split()), incident[5]) == (BY_HAND["failures"][0][0], 2, "2")


@pytest.mark.requirement("CLS-2", "AUD-1", "INT-6")
async def test_a_supervisor_hands_many_cases_over(site: Site, chief: Page) -> None:
    home, category = site.home, "forms_and_documents"
    first, second, third = [await with_question(home, category, **nobody(nth)) for nth in range(3)]
    await home.decide(third, Role.SUPERVISOR, HandOver(unit=Unit.LEGAL, reason="Нужен юрист."))
    await home.until(third, lambda view: view.unit is Unit.LEGAL)
    await chief.get_by_role("link", name="Передача обращений").click()
    await chief.get_by_label("Тема").select_option("Формы и документы")
    await chief.get_by_role("button", name="Найти").click()
    await expect(chief.get_by_role("checkbox")).to_have_count(3)
    await fine(chief)
    await chief.get_by_role("radio", name="юридическая группа").check()
    await chief.get_by_role("button", name="Посмотреть, что получится").click()
    summary = chief.locator(".govuk-error-summary")
    await expect(summary).to_contain_text("Отметьте хотя бы одно обращение")
    await expect(summary).to_contain_text("«Причина»: обязательное поле не заполнено")
    assert await chief.get_by_role("radio", name="юридическая группа").is_checked()
    await expect(chief.get_by_role("checkbox")).to_have_count(3)
    await fine(chief)
    await chief.get_by_label("Причина").fill("Первая линия перегружена.")
    await chief.get_by_role("link", name="Отметить все на странице").click()
    await chief.get_by_role("button", name="Посмотреть, что получится").click()
    await expect(chief.get_by_text("уже у этого подразделения")).to_contain_text(format_number(third))
    await fine(chief)
    assert not (await home.register.view(first)).unit, "nothing is done before it is confirmed"  # type: ignore[union-attr]
    await chief.get_by_role("button", name="Изменить").click()
    assert await chief.get_by_label("Причина").input_value() == "Первая линия перегружена."
    await expect(chief.get_by_role("checkbox", checked=True)).to_have_count(3)
    await chief.get_by_role("button", name="Посмотреть, что получится").click()
    async with home.register_locked():  # ordered, and not under way yet
        await chief.get_by_role("button", name="Передать: 2").dblclick()
        await chief.wait_for_url("**/board/batches/*")
        await expect(chief.get_by_text("Обработано 0 из 2")).to_be_visible()
        await fine(chief)
        stop = chief.get_by_role("button", name="Остановить передачу")
        await stop.focus()
        await stop.evaluate("button => { button.dataset.seen = 'before'; }")
        await expect(stop).not_to_have_attribute("data-seen", "before")
        await expect(stop).to_be_focused()
    # The page follows the batch by itself.
    await expect(chief.get_by_text("Обработано 2 из 2")).to_be_visible(timeout=WITHIN_SECONDS * 1000)
    await expect(chief.get_by_role("heading", name="Передача закончена")).to_be_visible()
    rows = chief.locator("tbody tr")
    assert await rows.locator("td:nth-of-type(1)").all_inner_texts() == ["Передано", "Передано"]
    await fine(chief)
    for number in (first, second):
        await home.until(number, lambda view: view.unit is Unit.LEGAL)
        (handed,) = await home.journalled(number, events.HandedOver)
        assert handed.actor.role is Role.SUPERVISOR
        assert handed.event == events.HandedOver(unit=Unit.LEGAL, reason="Первая линия перегружена.")
    await chief.goto(chief.url.replace("/board/batches/", "/board/batches/00000000"))
    await chief.get_by_role("heading", name="Запрос заполнен неверно").wait_for()


def test_no_cell_of_a_file_is_taken_for_a_formula() -> None:
    table = Table("t", "Т", ["Сервис", "Обращений"], [["=HYPERLINK(1)", "-1"], ['Налоги; "пени"', "2"]], [])
    assert as_csv(table).decode("utf-8-sig").splitlines() == [
        "Сервис;Обращений",
        "'=HYPERLINK(1);'-1",
        '"Налоги; ""пени""";2',
    ]


async def test_without_a_script_all_are_marked_by_a_link(site: Site) -> None:
    number = await with_question(site.home, "registration", **nobody(3))
    page = await site.page(narrow=True, script=False)
    await sign_in(page, "Руководитель")
    await page.goto("/board/reassign?category=registration")
    await page.get_by_role("link", name="Отметить все на странице").click()
    await expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    await page.get_by_role("radio", name="вторая линия").check()
    await page.get_by_label("Причина").fill("Так быстрее.")
    await page.get_by_role("button", name="Посмотреть, что получится").click()
    await page.get_by_role("button", name="Передать: 1").click()
    await page.wait_for_url("**/board/batches/*")
    await site.home.until(number, lambda view: view.unit is Unit.SECOND_LINE)


@pytest.mark.requirement("CLS-2", "AUD-1")
async def test_a_supervisor_stops_a_batch_on_a_phone(site: Site) -> None:
    home = site.home
    numbers = [await with_question(home, "registration", **nobody(nth)) for nth in range(4, 7)]
    page = await site.page(narrow=True)

    async def fits() -> None:
        assert await violations(page) == []
        assert not await is_wider_than_its_screen(page)

    await sign_in(page, "Руководитель")
    await page.goto("/board/reassign?category=registration")
    for number in numbers:
        await page.get_by_label(format_number(number)).check()
    await page.get_by_role("radio", name="вторая линия").check()
    await page.get_by_label("Причина").fill("Первая линия перегружена.")
    await fits()
    await page.get_by_role("button", name="Посмотреть, что получится").click()
    async with home.register_locked():  # ordered, and nothing of it is done
        await page.get_by_role("button", name="Передать: 3").click()
        await expect(page.get_by_text("Обработано 0 из 3")).to_be_visible()
        await fits()
        await page.get_by_role("button", name="Остановить передачу").dblclick()
        await expect(page.get_by_text("Обработано 0 из 3")).to_be_visible()
    await expect(page.get_by_role("heading", name="Передача закончена")).to_be_visible(timeout=WITHIN_SECONDS * 1000)
    await expect(page.get_by_role("status")).to_contain_text("Отменено. Обработано 3 из 3.")
    await expect(page.get_by_role("button", name="Остановить передачу")).to_have_count(0)
    await fits()
    await home.at_rest(numbers[0])
    for number in numbers:
        row = page.get_by_role("row").filter(has_text=format_number(number))
        view = await home.register.view(number)
        is_done = await row.get_by_text("Передано").count() == 1
        assert view is not None
        assert is_done == (view.unit is Unit.SECOND_LINE), "what the page says is what was done"
