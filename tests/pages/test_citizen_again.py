"""A citizen who is not content: says so, contacts again, turns to a higher authority; and what a theme asks for."""

import re
from typing import Any, cast

import pytest
from playwright.async_api import FilePayload, Page, expect

from domain.actors import Role
from domain.appeal import RepeatWay
from domain.case import CaseView
from domain.contracts.commands import AssessRepeat, Withdraw
from domain.contracts.events import DetailsRequested
from sandbox.people import people
from tests.examples import about_application
from tests.pages.browser import is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.pages.walk import ANSWER, QUESTION, attach, fill_in, person, png, send

ALEXANDRA = "Христорождественская-Верхнепокровская Александра-Виктория Константиновна"
MARINA, PAVEL, TIMUR = "Орлова Марина Игоревна", "Фёдоров Павел Андреевич", "Ахметов Тимур Рашидович"
BROUGHT = ("passport", "snils", "application_copy")
CONFIRMED = AssessRepeat(
    way=RepeatWay.CONFIRM, reason="Прежний ответ верен.", next_steps=["Мы повторим ответ подробнее."]
)


async def fine(page: Page) -> None:
    """Nothing on this page stands in anybody's way."""
    assert await violations(page) == [], page.url
    assert not await is_wider_than_its_screen(page), page.url


async def answered(site: Site, who: str) -> str:
    """A question of this person that has an answer."""
    mine = next(each.account_id for each in people().values() if each.full_name == who)
    number = await site.home.open(about_application() | {"citizen": mine})
    await site.home.expecting(number, "AnswerQuestion")
    await site.home.decide(number, Role.OPERATOR, ANSWER)
    await site.home.expecting(number, "ConfirmSolution")
    return number


async def say(page: Page, number: str, word: str, comment: str = "") -> None:
    """Whether the question is solved, on the page of the case."""
    await page.goto(f"/my/{number}")
    task = page.get_by_role("region", name="Решён ли ваш вопрос?")
    await task.get_by_label(word, exact=True).check()
    await task.get_by_label("Комментарий").fill(comment)
    await task.get_by_role("button", name="Ответить").click()
    await page.get_by_text("Спасибо за ответ").wait_for()


@pytest.mark.requirement("KBA-2", "REP-1", "REP-2", "REP-4", "RES-1")
@pytest.mark.parametrize(("who", "narrow"), [(ALEXANDRA, True), (MARINA, False)], ids=["phone", "wide"])
async def test_a_citizen_is_not_content_and_contacts_again(site: Site, who: str, narrow: bool) -> None:
    home, page = site.home, await site.page(narrow)
    first = await answered(site, who)
    await sign_in(page, who)
    await say(page, first, "Нет", "Снимок уже меньше 5 МБ, а ошибка та же.")
    await home.expecting(first, "AnswerQuestion")
    await home.decide(first, Role.OPERATOR, ANSWER)
    await home.expecting(first, "ConfirmSolution")
    await page.goto(f"/my/{first}")
    await expect(page.get_by_text("Заявитель сообщил, что вопрос не решён")).to_be_visible()
    await say(page, first, "Да")
    await home.closed(first)

    await page.goto(f"/my/{first}")
    await page.get_by_role("link", name="Обратиться повторно").click()
    await page.get_by_role("heading", name="Повторное обращение").wait_for()
    await page.get_by_label("О чём обращение").select_option("applications")
    await fill_in(page, {"details.description": QUESTION, **person(who)})
    await fine(page)
    second = await send(page)
    view = await home.expecting(second, "AssessRepeat")
    assert view.facts.relations.previous
    assert view.facts.relations.previous.number == first
    operator = await site.page(narrow)
    await sign_in(operator, "Оператор")
    await operator.goto(f"/desk/{second}")
    await expect(operator.locator(f'#around a[href="/desk/{first}"]')).to_be_visible()
    await home.decide(second, Role.OPERATOR, CONFIRMED)
    await home.expecting(second, "AnswerQuestion")
    await home.decide(second, Role.OPERATOR, ANSWER)
    await home.expecting(second, "ConfirmSolution")
    await say(page, second, "Да")
    await home.closed(second)
    await page.goto(f"/my/{second}")
    await fine(page)
    await page.get_by_role("main").locator(f'a[href="/my/{first}"]').click()
    await page.get_by_role("heading", name="Обращение").first.wait_for()
    assert page.url.endswith(first)


@pytest.mark.requirement("ESC-1", "ESC-2", "ESC-3", "ESC-5", "ATT-2", "RES-1")
@pytest.mark.parametrize(
    ("who", "narrow", "at_once"), [(MARINA, True, False), (PAVEL, False, True)], ids=["phone", "wide"]
)
async def test_a_package_that_lacks_a_document_is_mended_in_the_same_appeal(
    site: Site, who: str, narrow: bool, at_once: bool
) -> None:
    home, page = site.home, await site.page(narrow)
    first = await answered(site, who)
    await sign_in(page, who)
    await say(page, first, "Да")
    await home.closed(first)
    await page.goto(f"/my/{first}")
    await page.get_by_role("link", name="Обратиться в вышестоящую инстанцию").click()
    await page.get_by_role("heading", name="В вышестоящую инстанцию").wait_for()
    await page.get_by_label("Поддержка отказала").check()
    await fill_in(page, {"details.description": "Мне отказали без объяснений.", **person(who)})
    await fine(page)
    await expect(page.get_by_text("По обращению")).to_contain_text(" от ")
    if at_once:
        for kind in BROUGHT:
            await page.locator(f'[name="file.{kind}"]').set_input_files(png(f"{kind}.png"))
    number = await send(page)
    await home.expecting(number, "SupplyDetails")
    (asked,) = await home.journalled(number, DetailsRequested)
    lacking = 1 if at_once else 4
    assert len(cast(DetailsRequested, asked.event).items) == lacking, "what came with the form is not asked for"
    if not at_once:
        await page.goto(f"/my/{number}")
        task = page.get_by_role("region", name="Дополните обращение")
        await expect(task.get_by_role("listitem")).to_have_count(4)
        await fine(page)
        for kind in BROUGHT:
            await attach(page, f"{kind}.png", kind)
    await home.until(number, lambda seen: seen.requested_items == ["scan:exchange_screenshots"])
    await page.goto(f"/my/{number}")
    await expect(page.get_by_role("region", name="Дополните обращение").get_by_role("listitem")).to_have_count(1)
    await attach(page, "переписка.png", "exchange_screenshots")
    view = await home.expecting(number, "DecideEscalation")
    assert (view.number, view.requested_items) == (number, [])

    decider = await site.page()
    await sign_in(decider, "Контроль качества")
    await decider.goto(f"/desk/{number}")
    await decider.get_by_label("Да", exact=True).check()
    await decider.locator('[name="decision"]').fill("Вернуть доступ к учётной записи.")
    await decider.locator('[name="grounds"]').fill("Отказ первой линии не обоснован.")
    await decider.get_by_role("region").filter(has=decider.locator('[name="grounds"]')).get_by_role("button").click()
    await home.closed(number)
    await page.goto(f"/my/{number}")
    await page.get_by_role("link", name="Просмотреть результат").click()
    await page.get_by_role("heading", name="Официальное решение").wait_for()
    await expect(page.get_by_text("Вернуть доступ к учётной записи.").first).to_be_visible()
    await fine(page)


@pytest.mark.requirement("ATT-1", "ATT-2", "VAL-1", "INT-6")
@pytest.mark.parametrize(
    ("who", "narrow", "script"),
    [(ALEXANDRA, False, True), (TIMUR, True, True), (MARINA, True, False)],
    ids=["wide", "phone", "phone-without-script"],
)
async def test_files_go_with_the_form(site: Site, who: str, narrow: bool, script: bool) -> None:
    page = await site.page(narrow, script)
    await sign_in(page, who)
    await page.goto("/new")
    await page.get_by_label("О чём обращение").select_option("payments")
    await fill_in(page, {"details.description": QUESTION, **person(who)})
    files = page.locator('[name="file.screenshot"]')
    note: FilePayload = {"name": "заметка.png", "mimeType": "image/png", "buffer": b"no picture"}
    await files.set_input_files([png("первый.png"), note])
    chosen = page.get_by_role("list", name="Выбранные файлы").get_by_role("listitem")
    if script:
        await files.set_input_files(png("второй снимок.png"))
        await expect(chosen).to_have_count(3)
        await expect(page.get_by_role("img", name="Как выглядит файл «первый.png»")).to_be_visible()
        await fine(page)
    await page.get_by_role("button", name="Отправить обращение").click()
    wrong = page.locator(".govuk-error-summary")
    await expect(wrong).to_contain_text("«Снимки экрана и другие файлы»: «заметка.png»: такой файл не подходит")
    assert await page.locator('[name="details.description"]').input_value() == QUESTION
    if script:
        await expect(chosen).to_have_count(3)
        await fine(page)
        await page.get_by_role("button", name="Убрать файл «заметка.png»").click()
        await expect(chosen).to_have_count(2)
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Отправить обращение").click()
        await expect(page.get_by_text("Обращение не отправлено: нет связи.")).to_be_visible()
        await expect(chosen).to_have_count(2)
        await page.context.set_offline(False)
    else:
        await expect(page.get_by_text("Выберите файлы ещё раз")).to_be_visible()
        await files.set_input_files([png("первый.png"), png("второй снимок.png")])
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if each.method == "POST" else None)
    await page.get_by_role("button", name="Отправить обращение").dblclick()
    await page.wait_for_url(re.compile(r"/my/\d{16}"))
    if script:
        assert len(sent) == 1, "nobody waits for a second upload"
    for name in ("первый.png", "второй снимок.png"):
        await page.get_by_role("main").get_by_text(name).first.wait_for()
    await expect(page.get_by_text("заметка.png")).to_have_count(0)
    await page.goto("/my")
    await expect(page.get_by_role("link", name="Платежи")).to_have_count(1)


THEMES: list[tuple[str, list[str], dict[str, str]]] = [
    ("technical_failure", ["Нет доступа к разделу", "Нет"], {"failure.error_code": "500"}),
    ("forms_and_documents", ["Финансовая услуга"], {}),
    ("password_recovery", ["Пароль забыт или потерян"], {"details.login": "orlova.mi"}),
]


def told(view: CaseView) -> dict[str, Any]:
    """What the case knows of the theme's questions."""
    failure = view.failure
    return {
        "technical_failure": failure and (failure.kind, failure.error_code, failure.is_display_error),
        "forms_and_documents": view.package,
        "password_recovery": view.recovery_reason,
    }


@pytest.mark.requirement("TEC-1", "DOC-1", "REC-1", "VAL-1")
@pytest.mark.parametrize("narrow", [True, False], ids=["phone", "wide"])
async def test_what_a_theme_asks_reaches_its_procedure(site: Site, narrow: bool) -> None:
    page = await site.page(narrow)
    await sign_in(page, MARINA)
    known = {}
    for theme, choices, typed in THEMES:
        await page.goto("/new")
        await page.get_by_label("О чём обращение").select_option(theme)
        for choice in choices:
            await page.locator("#about").get_by_label(choice).first.check()
        await fill_in(
            page, {"details.description": QUESTION, "details.snils": "153-702-468 51"} | person(MARINA) | typed
        )
        await fine(page)
        number = await send(page)
        view = await site.home.register.view(number)
        assert view
        known[theme] = told(view)[theme]
        # Other tests count the open appeals of a theme.
        await site.home.decide(number, Role.CITIZEN, Withdraw())
        await site.home.closed(number)
    assert known == {
        "technical_failure": ("access", "500", False),
        "forms_and_documents": "financial",
        "password_recovery": "password_lost",
    }
