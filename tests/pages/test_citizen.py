"""A citizen's walk through the pages, with and without a script, on a wide screen and on a phone's."""

import asyncio
import re
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, Route, expect

from domain.actors import Role
from domain.calendar.wording import moment_in_words
from domain.contracts.commands import TellCitizen
from domain.number import format_number
from sandbox.people import people
from tests.examples import data_appeal
from tests.pages.browser import is_wider_than_its_screen, sign_in, violations
from tests.pages.conftest import Site
from tests.pages.test_live import signed_in
from tests.pages.test_rights import SHOWN_TOKEN, cookie
from tests.pages.walk import ANNA, ANSWER, QUESTION, attach, file_question, fill_in, person, press_twice_and_again
from tests.store.journals import Case

# The bar of a file that is being sent is gone with its page: what it came to is kept beside.
KEEP_PROGRESS = "bar => new MutationObserver(() => { window.sent = bar.value; }).observe(bar, {attributes: true})"
KIM, OLGA = "Ким Сергей Валерьевич", "Лебедева Ольга Николаевна"


async def fine(page: Page) -> None:
    """Nothing on this page stands in anybody's way."""
    assert await violations(page) == [], page.url
    assert not await is_wider_than_its_screen(page), page.url


@pytest.mark.requirement("RES-1", "STS-1", "KBA-2", "ATT-1")
@pytest.mark.parametrize(
    ("who", "narrow", "script"),
    [(ANNA, False, True), (KIM, True, True), (OLGA, True, False)],
    ids=["wide", "phone", "phone-without-script"],
)
async def test_a_citizen_files_and_reads_the_result(site: Site, who: str, narrow: bool, script: bool) -> None:
    page = await site.page(narrow, script)
    await page.goto("/my")
    await page.get_by_role("link", name=who, exact=True).click()
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    number = await file_question(page, QUESTION, who)
    await page.get_by_text("Обращение принято").wait_for()
    if script:
        await page.locator("progress").evaluate(KEEP_PROGRESS)
    await attach(page)
    await page.get_by_text("Файл принят").wait_for()
    await expect(page.get_by_role("img", name="Как выглядит файл «снимок.png»")).to_be_visible()
    if script:
        assert await page.evaluate("window.sent") > 0, "the bar grew while the file was sent"
        await expect(page.get_by_label("Файл", exact=True)).to_be_focused()
    await site.home.expecting(number, "AnswerQuestion")
    await site.home.decide(number, Role.OPERATOR, TellCitizen(text="Мы уже смотрим ваш снимок."))
    await site.home.decide(number, Role.OPERATOR, ANSWER)
    await site.home.expecting(number, "ConfirmSolution")
    await page.goto(f"/my/{number}")
    for told in (QUESTION, "Мы уже смотрим ваш снимок.", ANSWER.summary, "Ждём ваш ответ. Срок — до"):
        assert await page.get_by_text(told).count()
    view = await site.home.register.view(number)
    assert view
    for nth, step in enumerate(view.statuses):
        for told in (step.status.russian, moment_in_words(step.at), step.reason):
            await expect(page.locator(".app-steps li").nth(nth)).to_contain_text(told)
    if script:
        await fine(page)
    await page.goto(f"/my/{number}/result")
    await page.get_by_text("Результата ещё нет").wait_for()
    await page.go_back()
    await page.get_by_role("button", name="Ответить").click()
    await page.locator(".govuk-error-summary").wait_for()
    await expect(page).to_have_title(re.compile("^Ошибка: "))
    if script:
        await fine(page)
    await page.get_by_label("Да", exact=True).check()
    await page.get_by_role("button", name="Ответить").click()
    await page.get_by_text("Спасибо за ответ").wait_for()
    await site.home.closed(number)
    await page.goto("/my")
    await expect(page.get_by_role("listitem").filter(has_text=format_number(number))).to_contain_text("Завершено")
    await page.get_by_role("link", name="Заявления и услуги").click()
    await page.get_by_role("link", name="Просмотреть результат").click()
    await page.get_by_text(ANSWER.steps[0]).wait_for()
    if script:
        await fine(page)
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="Скачать ответ").click()
    assert (await taken.value).suggested_filename.endswith(".pdf")
    await page.goto(f"/my/{number}")
    await page.get_by_label("5 — отлично").check()
    await page.get_by_role("button", name="Поставить оценку").click()
    await page.get_by_text("Спасибо за оценку").wait_for()
    await page.get_by_role("link", name="Обратиться повторно").click()
    await page.get_by_role("heading", name="Повторное обращение").wait_for()
    await page.get_by_role("button", name="Выйти").click()
    await page.get_by_role("link", name="Войти и продолжить").wait_for()


@pytest.mark.requirement("VAL-1", "VAL-2", "QST-1", "QST-2")
async def test_fields_are_checked_as_they_are_typed_and_what_is_vague_is_asked_for(site: Site) -> None:
    page = await site.page()
    await sign_in(page, "Кузнецов Дмитрий Олегович")
    await page.goto("/new")
    await page.get_by_text("Обязательно заполните: «Что случилось», «Фамилия, имя и отчество»").wait_for()
    wrong = {"details.snils": "112-233-445 96", "details.inn": "12345", "details.phone": "+7 100 000-00-00"}
    wrong |= {"details.passport_issued_on": "30.02.2010"}
    for name, value in (wrong | {"details.description": "Помогите, не работает система"}).items():
        field = page.locator(f'[name="{name}"]')
        await field.fill(value)
        await field.blur()
    for told in ("СНИЛС не сходятся", "у вас 5", "Такого дня в календаре нет", "Такого кода", "Назовите сервис"):
        await page.locator(".app-checked", has_text=told).wait_for()
    await page.locator('[name="details.snils"]').fill("112-233-445 95")
    await page.locator('[name="details.snils"]').blur()
    await page.locator("#details-snils-checked", has_text="Заполнено верно").wait_for()
    issued = page.locator('[name="details.passport_issued_on"]')
    for typed, told in (
        ("31.12.2999", "ещё не наступил"),
        ("20.05.1990", "с 1 октября 1997"),
        ("20.05.2010", "верно"),
    ):
        await issued.fill(typed)
        await issued.blur()
        await page.locator("#details-passport_issued_on-checked", has_text=told).wait_for()
    await fine(page)
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.locator(".govuk-error-summary").wait_for()
    await expect(page).to_have_title(re.compile("^Ошибка: "))
    await expect(page.locator("#details-email-error")).to_contain_text("Нужно указать")
    assert await page.locator('[name="details.inn"]').input_value() == "12345"
    await fine(page)
    await fill_in(page, person("Кузнецов Дмитрий Олегович") | {"details.inn": ""})
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.get_by_role("button", name="Отправить как есть").click()
    await page.wait_for_url(re.compile(r"/my/\d{16}"))


BORIS = "Зайцев Игорь Геннадьевич"


@pytest.mark.requirement("DAT-1", "DAT-2", "MSV-1", "VAL-1")
@pytest.mark.parametrize("script", [True, False], ids=["wide", "phone-without-script"])
async def test_a_category_asks_what_its_procedure_needs(site: Site, script: bool) -> None:
    page = await site.page(narrow=not script, script=script)
    await sign_in(page, BORIS)
    await page.goto("/new")
    await page.get_by_label("О чём обращение").select_option("data_request")
    await fill_in(page, {"details.description": QUESTION, **person(BORIS)})
    await page.get_by_label("Налоги").check()
    if not script:
        await page.get_by_role("button", name="Отправить обращение").click()
        await page.get_by_text("По этой теме есть вопросы").wait_for()
    assert await page.get_by_label("Налоги").is_checked()
    await page.get_by_label("История входов").check()
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.get_by_role("link", name="«В каком виде»: обязательное поле не заполнено").wait_for()
    assert await page.get_by_label("История входов").is_checked()
    if script:
        await fine(page)
    await page.get_by_label("CSV — таблица").check()
    await page.get_by_label("Скачать на странице обращения").check()
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.get_by_role("button", name="Отправить как есть").click()
    await page.wait_for_url(re.compile(r"/my/\d{16}"))
    number = page.url.partition("?")[0].rpartition("/")[2]
    view = await site.home.expecting(number, "SupplyDetails")
    assert view.data_request
    assert (view.data_request.data_set, view.data_request.format) == ("sign_ins", "csv")
    assert view.services == ["taxes"]


@pytest.mark.requirement("DAT-2", "RES-1")
@pytest.mark.parametrize("script", [True, False], ids=["wide", "phone-without-script"])
async def test_a_citizen_takes_their_data_as_often_as_they_like(site: Site, script: bool) -> None:
    page = await site.page(narrow=not script, script=script)
    await sign_in(page, ANNA)
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    mine = next(each.account_id for each in people().values() if each.full_name == ANNA)
    number = await site.home.open(data_appeal(data_format="pdf", delivery="cabinet") | {"citizen": mine})
    await site.home.expecting(number, "FetchData")
    await page.goto(f"/my/{number}")
    for _ in range(2):
        async with page.expect_download() as taken:
            await page.get_by_role("button", name="Скачать данные").click()
        assert (await taken.value).suggested_filename == "data.pdf"
    assert (await site.home.events(number)).count("DataFetched") == 2
    await page.goto(f"/my/{number}/result")
    await page.get_by_role("button", name="Скачать данные").wait_for()
    if script:
        await fine(page)


@pytest.mark.requirement("VAL-1", "INT-6")
async def test_two_clicks_the_back_button_and_two_tabs_open_one_appeal(site: Site) -> None:
    page = await site.page()
    await sign_in(page, "Фёдоров Павел Андреевич")
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    before = await page.locator(".app-list li").count()
    await page.goto("/new")
    await fill_in(page, {"details.description": QUESTION, **person("Фёдоров Павел Андреевич")})
    first = await press_twice_and_again(page, "Отправить обращение", r"/my/\d{16}")
    other = await page.context.new_page()
    await other.goto("/my")
    assert await other.locator(".app-list li").count() == before + 1, "one intention, one appeal"
    await other.goto("/new")
    await fill_in(other, {"details.description": QUESTION, **person("Фёдоров Павел Андреевич")})
    await other.get_by_role("button", name="Отправить обращение").click()
    await other.get_by_text("У вас уже есть открытое обращение").wait_for()
    assert await other.locator(f'a[href="{first.removeprefix(site.url)}"]').count()
    await fine(other)


@pytest.mark.requirement("INT-6")
async def test_one_form_that_comes_twice_at_once_opens_one_appeal(site: Site) -> None:
    mine = cookie(site, Role.CITIZEN, "citizen-in-a-hurry") | {"Origin": site.url}
    form = {"_token": SHOWN_TOKEN, "_anyway": "yes", "details.description": QUESTION} | person(ANNA)
    async with httpx.AsyncClient(base_url=site.url, headers=mine, timeout=30) as pages:
        one, other = uuid4().hex, uuid4().hex
        sent = [pages.post("/new", data=form | {"_key": key}) for key in (one, one, other)]
        first, again, another = [each.headers["Location"] for each in await asyncio.gather(*sent)]
    assert first == again != another


async def test_a_session_that_ended_costs_nothing_that_was_typed(site: Site) -> None:
    page = await site.page()
    await sign_in(page, "Ахметов Тимур Рашидович")
    await page.goto("/new")
    await fill_in(page, {"details.description": QUESTION, **person("Ахметов Тимур Рашидович")})
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.get_by_text("Всё, что вы ввели, сохранено").wait_for()
    await fine(page)
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Войти в новой вкладке").click()
    await (await opened.value).get_by_role("link", name="Ахметов Тимур Рашидович").click()
    await (await opened.value).get_by_role("heading", name="Мои обращения").wait_for()
    await page.get_by_role("button", name="Отправить ещё раз").click()
    await page.get_by_role("button", name="Отправить ещё раз").click()
    await page.wait_for_url(re.compile(r"/my/\d{16}"))
    assert await page.get_by_text(QUESTION).count()


async def test_what_is_not_there_and_what_is_not_theirs_is_a_page(site: Site) -> None:
    page = await site.page(narrow=True)
    await page.goto("/")
    await fine(page)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Перейти к содержанию")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await sign_in(page, "Ершов Виктор Семёнович")
    for path, told in (("/my/4821093755612044", "Обращение не найдено"), ("/my/1", "Номер обращения неверен")):
        await page.goto(path)
        await page.get_by_role("heading", name=told).wait_for()
        await fine(page)


@pytest.mark.requirement("STS-1")
async def test_whoever_has_not_asked_yet_is_told_how(site: Site) -> None:
    page = await signed_in(site, Role.CITIZEN, "citizen-of-none")
    await page.goto("/my")
    await page.get_by_text("Вы ещё не обращались к нам").wait_for()
    await fine(page)
    await page.get_by_role("link", name="Написать обращение").click()
    await page.wait_for_url("**/new")


@pytest.mark.requirement("STS-1")
async def test_a_citizen_comes_to_the_earliest_of_many_appeals(site: Site) -> None:
    many = [Case(citizen="citizen-of-many") for _ in range(52)]
    for case in many:
        await site.home.register.record(case.transition())
    mine = cookie(site, Role.CITIZEN, "citizen-of-many")
    async with httpx.AsyncClient(base_url=site.url, headers=mine, timeout=30) as pages:
        first = (await pages.get("/my")).text
        (following,) = re.findall(r'href="(/my\?after=[^"]+)">Более ранние', first)
        second = (await pages.get(following)).text
    listed = [re.findall(r'href="/my/(\d{16})"', shown) for shown in (first, second)]
    assert [len(numbers) for numbers in listed] == [50, 2]
    assert {*listed[0], *listed[1]} == {case.number for case in many}
    assert "Более ранние" not in second


async def test_a_page_is_looked_at_when_its_style_is_there(site: Site) -> None:
    page, released = await site.page(narrow=True), asyncio.Event()
    await sign_in(page, OLGA)

    async def held(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/*.css", held)
    await page.goto("/my", wait_until="commit")
    await page.get_by_role("heading", name="Мои обращения").wait_for()
    async with asyncio.TaskGroup() as tasks:
        found = tasks.create_task(violations(page))
        assert await page.evaluate("document.readyState") != "complete"
        released.set()
    assert found.result() == []


async def test_pages_are_light(site: Site) -> None:
    page = await site.page()
    sizes: list[int] = []

    async def weighed(route: Route) -> None:
        answer = await route.fetch(headers=await route.request.all_headers())
        sizes.append(int(answer.headers.get("content-length", len(await answer.body()))))
        await route.fulfill(response=answer)

    await page.route("**/*", weighed)
    await page.goto("/")
    await page.wait_for_load_state("networkidle")
    assert 30_000 < sum(sizes) <= 150_000, "the first page with all that it loads"
    await page.unroute("**/*")
    await sign_in(page, "Орлова Марина Игоревна")
    for path in ("/my", "/new"):
        answer = await page.goto(path)
        assert answer
        assert len(await answer.body()) <= 30_000, path
