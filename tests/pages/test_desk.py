"""The staff's walks through the desk."""

import re
from datetime import datetime
from typing import get_args

import pytest
from playwright.async_api import Page, expect

from api import schemas
from api.pages import desk_words
from api.pages.forms import filled, names_of
from domain.contracts.events import Event
from store.access import of_case
from tests.examples import appeal
from tests.pages.browser import NARROW, WIDE, is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.pages.walk import fill_in, press_twice_and_again
from tests.walks import with_question

FEW_TABS = 8


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


@pytest.mark.requirement("CLS-2", "REC-2", "REC-3")
async def test_a_case_goes_over_the_desk_and_nobody_overwrites_another(site: Site) -> None:
    number = await site.home.open(appeal())
    await site.home.expecting(number, "RecordRequest")
    operator = await at_the_desk(site, "Оператор")
    await fine(operator)
    await operator.locator(f'a[href="/desk/{number}"]').click()
    await expect(operator.locator("#state")).to_contain_text("Срок — до ")
    plan = operator.get_by_role("heading", name="План").locator("+ ol").get_by_role("listitem")
    await expect(plan.filter(has_text="Сверить документы заявителя")).to_be_visible()
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
    await expect(specialist.get_by_role("table", name="Сравнение данных")).to_contain_text("112-233-445 95")
    await fine(specialist)
    await operator.goto(f"/desk/{number}")
    await operator.get_by_text("Написать заявителю").click()
    await operator.locator("#TellCitizen-text").fill("Проверяем ваши документы.")
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
    tab = await specialist.context.new_page()
    await tab.goto(f"/desk/{number}")
    late = tab.get_by_role("region", name="Проверить документы")
    await late.get_by_label("Нет").check()
    await late.get_by_label("Причина").fill("Снимок нечёткий.")
    await decision.get_by_role("button").click()
    await expect(specialist.get_by_text("Принято: проверить документы")).to_be_visible()
    await site.home.expecting(number, "ReportAccountSecurity")

    await late.get_by_role("button").click()
    await expect(tab.get_by_text("Документы совпали с реестром: специалист")).to_be_visible()
    await late.get_by_role("button").click()
    await expect(tab.get_by_text("Обращение сейчас не ждёт такого решения.")).to_be_visible()
    assert await late.get_by_label("Причина").input_value() == "Снимок нечёткий."
    await fine(tab)


@pytest.mark.requirement("CLS-2", "CLS-3", "RPL-1", "AUD-3")
async def test_a_question_is_reclassified_handed_over_and_answered(site: Site) -> None:
    earlier = await with_question(site.home, "forms_and_documents")
    number = await with_question(site.home, "payments")
    operator = await at_the_desk(site, "Оператор")
    terms = await operator.locator("#tasks [data-due]").evaluate_all("terms => terms.map(each => each.dataset.due)")
    assert len(terms) > 1
    assert sorted(terms, key=datetime.fromisoformat) == terms, "the most urgent first"
    await operator.goto(f"/desk/{number}")
    view = await site.home.register.view(number)
    assert view
    await expect(operator.locator("#awaited")).to_contain_text(view.details.description or "nothing was asked")

    async def act(page: Page, title: str, button: str) -> None:
        await page.get_by_role("button", name=button, exact=True).click()
        await expect(page.get_by_text(f"Принято: {title}")).to_be_visible()

    await expect(operator.locator(f'a[href="/desk/{earlier}"]')).to_be_visible()
    await operator.get_by_text("Изменить категорию").first.click()
    await operator.locator("#Classify-category-1").select_option("Заявления и услуги")
    await operator.locator("#Classify-reason").fill("Речь о заявлении.")
    await fine(operator)
    await act(operator, "отнести к категории", "Изменить категорию")
    await site.home.until(number, lambda view: view.category == "applications" and bool(view.expectations))
    await operator.goto(f"/desk/{number}")
    await operator.get_by_text("Передать другому подразделению").click()
    await operator.locator("#HandOver-unit-1").select_option("вторая линия")
    await operator.locator("#HandOver-reason").fill("Нужен специалист.")
    await act(operator, "передать другому подразделению", "Передать")
    await expect(operator.get_by_text("Ждём: ответить заявителю (специалист).")).to_be_visible()
    await operator.get_by_text("Журнал").click()
    await expect(operator.get_by_text("Передано другому подразделению: Нужен специалист.")).to_be_visible()
    await operator.get_by_text("Отправленные сообщения").click()
    await fine(operator)

    specialist = await at_the_desk(site, "Специалист")
    await specialist.locator(f'a[href="/desk/{number}"]').click()
    await specialist.locator("summary", has_text="Взять в работу").click()
    await act(specialist, "взять в работу", "Взять в работу")
    await expect(specialist.locator("dt", has_text="В работе у")).to_be_visible()
    await expect(specialist.locator("summary", has_text="Снять с себя")).to_be_visible()
    await expect(specialist.locator("summary", has_text="Взять в работу")).to_have_count(0)
    task = specialist.get_by_role("region", name="Ответить заявителю")
    await task.get_by_label("Суть ответа").fill("Заявление принято вчера.")
    await task.get_by_label("Что сделать заявителю").fill("Откройте раздел «Заявления».\nПроверьте статус.")
    await task.get_by_label("Статьи базы знаний").focus()
    await expect(task.get_by_text("Здравствуйте, Анна Петровна!")).to_contain_text("1. Откройте раздел «Заявления».")
    await fine(specialist)
    await specialist.get_by_role("button", name="Отправить ответ").dblclick()
    await expect(specialist.get_by_text("Принято: ответить заявителю")).to_be_visible()
    await site.home.expecting(number, "ConfirmSolution")
    await specialist.go_back()
    await expect(specialist.get_by_role("heading", name="Переписка")).to_be_visible()
    await expect(specialist.get_by_role("button", name="Отправить ответ")).to_have_count(0)
    assert (await site.home.events(number)).count("QuestionAnswered") == 1
    looks = await of_case(site.home.register.engine, number)
    assert {"operator-1", "specialist-1"} <= {each.subject for each in looks if each.operation == "work_on_appeal"}


@pytest.mark.requirement("INT-1", "INT-2", "VAL-1")
async def test_a_call_is_registered_by_the_keyboard_alone(site: Site) -> None:
    page = await at_the_desk(site, "Оператор")
    keys = page.keyboard
    await page.bring_to_front()
    for _ in range(FEW_TABS):
        await keys.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == "Принять звонок":
            break
    await keys.press("Enter")
    await page.wait_for_url("**/desk/call")
    await fine(page)
    await page.reload()
    await expect(page.locator('[name="details.description"]')).to_be_focused()

    async def typed(*values: str) -> None:
        for value in values:
            await keys.type(value)
            await keys.press("Tab")

    await typed("Нажимаю «Оплатить» в разделе «Налоги», появляется ошибка 500.")
    for _ in range(4):
        await keys.press("ArrowDown")
    await typed("", "Налоги", "Ким Виктор Олегович", "8 900", "kim@example.org")
    await keys.press("Enter")
    wrong = page.locator(".govuk-error-summary")
    await expect(wrong).to_be_focused()
    await expect(wrong).to_contain_text("«Телефон»:")
    await fine(page)
    # From the summary to its field, by the link.
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.locator('[name="details.phone"]')).to_be_focused()
    await keys.press("Control+A")
    await keys.type("8 900 000-77-01")
    await keys.press("Enter")
    await page.wait_for_url("**/desk/*?done=call")
    await expect(page.get_by_text("Звонок зарегистрирован")).to_be_visible()
    number = page.url.split("/")[-1].partition("?")[0]
    view = await site.home.expecting(number, "AnswerQuestion")
    assert (view.channel, view.category, view.details.phone) == ("phone", "payments", "+79000007701")


@pytest.mark.requirement("INT-1", "INT-6", "VAL-1")
async def test_two_clicks_the_back_button_and_two_tabs_register_one_call(site: Site) -> None:
    page = await at_the_desk(site, "Оператор")
    other = await page.context.new_page()
    said = {
        "details.description": "Нажимаю «Записаться» в разделе «Запись к врачу», появляется ошибка 413.",
        "details.full_name": "Ли Анна Сергеевна",
        "details.phone": "8 900 000-77-02",
        "details.email": "li@example.org",
    }
    for tab in (page, other):
        await tab.goto("/desk/call")
        await fill_in(tab, said)
        await tab.get_by_label("О чём обращение").select_option("applications")
    first = await press_twice_and_again(page, "Зарегистрировать звонок", r"/desk/\d{16}")
    await other.get_by_role("button", name="Зарегистрировать звонок").click()
    earlier = other.get_by_role("status")
    await expect(earlier).to_contain_text("По этому телефону уже есть открытые обращения")
    assert [await each.get_attribute("href") for each in await earlier.get_by_role("link").all()] == [
        first.removeprefix(site.url)
    ], "one call, one appeal"
    for name, value in said.items():
        assert await other.locator(f'[name="{name}"]').input_value() == value, name
    await fine(other)
    # Another question of the same caller is an appeal of its own.
    await other.locator('[name="details.description"]').fill(said["details.description"].replace("413", "500"))
    await other.get_by_role("button", name="Зарегистрировать как есть").dblclick()
    await other.wait_for_url(re.compile(r"/desk/\d{16}"))
    assert other.url.partition("?")[0] != first
    await page.goto("/desk/call")
    await fill_in(page, said)
    await page.get_by_role("button", name="Зарегистрировать звонок").click()
    await expect(page.get_by_role("status").get_by_role("link")).to_have_count(2)


def test_numbers_are_read_in_groups_and_nothing_else_is_changed() -> None:
    assert desk_words.in_groups("2010-05-20", "passport_issued_on") == "20 мая 2010 года"
    shown = {"phone": "+7 916 123-45-67", "snils": "112-233-445 95", "passport": "45 09 123456"}
    for name, text in shown.items():
        assert desk_words.in_groups(re.sub(r"[ -]", "", text), name) == text
        assert desk_words.in_groups(text, name) == text
    for name, text in (("login", "11223344595"), ("inn", "500100732259"), ("snils", "нет"), ("snils_status", "1")):
        assert desk_words.in_groups(text, name) == text


def test_everything_on_the_desk_has_its_words() -> None:
    """No name of the code reaches the staff: each event, decision, field and choice is called something."""
    told = {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(get_args(Event)[0])}
    assert told == set(desk_words.EVENTS)
    for command in desk_words.DEEDS:
        model = getattr(schemas, f"{command}In")
        names = [name for name in names_of(model) if name != "details.device_token"]
        for each in filled(model, names).fields:
            assert re.match(r"[А-ЯЁ]", each.label.text), (command, each.name)
            assert all(re.search(r"[а-яёА-ЯЁ]", text) for text in each.choices.values()), (command, each.name)
