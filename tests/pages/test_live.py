"""Pages that follow along: what one person does is on the other's page, and nothing that is typed is lost."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Locator, Page, Route, expect

from api.pages.sessions import Cookies, Session
from domain.actors import Actor, Role
from domain.contracts.commands import TellCitizen
from tests.examples import about_application, appeal
from tests.live.processes import ApiProcess
from tests.pages.browser import NARROW, WIDE, is_wider_than_its_screen, violations
from tests.pages.conftest import Site
from tests.pages.walk import attach
from tests.walks import with_question, with_specialist

WITHIN_MS = 45_000
CITIZEN = "citizen-who-follows"
TOKEN = "of-this-test"  # noqa: S105 - invented


async def fine(page: Page) -> None:
    """Nothing that axe-core finds, and nothing beyond the edge, on a wide screen and on a narrow one."""
    for size in (NARROW, WIDE):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert await violations(page) == []
        assert not await is_wider_than_its_screen(page)


async def signed_in(site: Site, role: Role, subject: str, url: str = "") -> Page:
    """A page of somebody whose session began elsewhere."""
    page = await site.page()
    session = Session(actor=Actor(subject=subject, role=role), token=TOKEN, expires_at=time.time() + 3600)
    sealed = Cookies(site.home.settings)._seal.sealed(session)
    await page.context.add_cookies([{"name": "session", "value": sealed, "url": url or site.url}])
    return page


async def soon(shown: Locator) -> None:
    await expect(shown.first).to_be_visible(timeout=WITHIN_MS)


async def slowly(route: Route) -> None:
    """A script that comes when all the others have begun their work."""
    await asyncio.sleep(1)
    await route.continue_()


async def followed(page: Page, path: str) -> None:
    """Open a page, and return when it follows."""
    async with page.expect_response(lambda answer: "/events" in answer.url and answer.ok, timeout=WITHIN_MS):
        await page.goto(path)


@pytest.mark.requirement("STS-1", "REC-2", "REC-3", "VAL-1", "VAL-2")
async def test_what_is_missing_is_mended_and_decided_before_everybodys_eyes(site: Site) -> None:
    number = await site.home.open(appeal(snils=None) | {"citizen": CITIZEN})
    await site.home.expecting(number, "SupplyDetails")
    citizen = await signed_in(site, Role.CITIZEN, CITIZEN)
    operator = await signed_in(site, Role.OPERATOR, "operator-live")
    await citizen.route(re.compile("/assets/live"), slowly)
    await followed(citizen, f"/my/{number}")
    await followed(operator, f"/desk/{number}")

    await operator.get_by_text("Написать заявителю").click()
    await operator.locator("#TellCitizen-text").fill("Пришлите, пожалуйста, номер СНИЛС.")
    snils = citizen.locator('[name="details.snils"]')
    hints = {"112-233-445 96": "Контрольные цифры СНИЛС не сходятся", "112-233-445 95": "Заполнено верно"}
    for typed, told in hints.items():
        await snils.fill(typed)
        await snils.blur()
        await soon(citizen.locator(".app-checked", has_text=told))
    await operator.get_by_role("button", name="Отправить сообщение").dblclick()
    await expect(operator.get_by_text("Принято: написать заявителю")).to_be_visible()
    asked = citizen.get_by_text("Пришлите, пожалуйста, номер СНИЛС.")
    await soon(asked)
    assert await asked.count() == 1, "two clicks, one message"
    assert await citizen.locator('[name="details.snils"]').input_value() == "112-233-445 95"
    await expect(citizen.locator("#changed")).to_be_hidden()  # what they fill in has not changed
    await fine(citizen)

    tasks = await signed_in(site, Role.OPERATOR, "operator-of-the-list")
    await followed(tasks, "/desk")
    task = tasks.locator(f'a[href="/desk/{number}"]')
    await expect(task).to_have_text("Записать сведения со слов заявителя")
    await citizen.get_by_role("button", name="Отправить сведения").click()
    await soon(citizen.get_by_text("Сведения получены"))
    await expect(task).to_have_text("Зарегистрировать запрос", timeout=WITHIN_MS)
    await fine(tasks)
    recording = operator.get_by_role("region", name="Зарегистрировать запрос")
    await soon(recording)
    await fine(operator)
    specialist = await signed_in(site, Role.SPECIALIST, "specialist-live")
    await followed(specialist, "/desk")
    await recording.get_by_label("Срок обработки в часах").fill("4")
    await recording.get_by_role("button").click()
    await soon(operator.get_by_text("Принято: зарегистрировать запрос"))
    await expect(task).to_have_count(0, timeout=WITHIN_MS)

    await soon(specialist.locator(f'a[href="/desk/{number}"]'))
    await followed(specialist, f"/desk/{number}")
    decision = specialist.get_by_role("region", name="Проверить документы")
    await decision.get_by_label("Да").check()
    await decision.get_by_label("Причина").fill("СНИЛС и фамилия совпали.")
    await operator.go_back()
    await operator.go_forward()
    await decision.get_by_role("button").click()
    await soon(specialist.get_by_text("Принято: проверить документы"))
    await soon(citizen.locator(".govuk-tag", has_text="Одобрено"))
    await soon(operator.locator("#awaited").get_by_text("Ждём"))
    assert (await site.home.events(number)).count("CitizenTold") == 1


@pytest.mark.requirement("CLS-2")
async def test_two_in_one_case_see_each_other_and_do_not_overwrite(site: Site) -> None:
    number = await with_question(site.home, "payments")
    first = await signed_in(site, Role.OPERATOR, "operator-first")
    second = await signed_in(site, Role.OPERATOR, "operator-second")
    await followed(first, f"/desk/{number}")
    await expect(first.locator("#present")).to_have_text("")
    await followed(second, f"/desk/{number}")
    together = "Дело сейчас открыто также у: оператор operator-{}."
    await expect(first.locator("#present")).to_have_text(together.format("second"), timeout=WITHIN_MS)
    await expect(second.locator("#present")).to_have_text(together.format("first"), timeout=WITHIN_MS)

    typed = second.get_by_role("region", name="Ответить заявителю").get_by_label("Суть ответа")
    await typed.fill("Платёж прошёл.")
    task = first.get_by_role("region", name="Ответить заявителю")
    await task.get_by_label("Суть ответа").fill("Платёж вернётся завтра.")
    await task.get_by_label("Что сделать заявителю").fill("Подождите до завтра.")
    await task.get_by_role("button").click()
    await soon(second.get_by_text("Дело изменилось, пока вы заполняли форму."))
    assert await typed.input_value() == "Платёж прошёл."
    await fine(second)
    await second.get_by_label("Что сделать заявителю").fill("Ничего.")
    await second.get_by_role("button", name="Отправить ответ").click()
    await soon(second.get_by_text("Что произошло, пока вы решали"))
    assert await typed.input_value() == "Платёж прошёл.", "typed text is kept"
    assert (await site.home.events(number)).count("QuestionAnswered") == 1
    await first.close()
    await expect(second.locator("#present")).to_have_text("", timeout=WITHIN_MS)


async def compare_by_fields(page: Page) -> None:
    """A field names its picture, and the picture stays in view down to the last field; on a phone it comes below."""
    rows, paper = page.locator("#compared tbody tr"), page.locator("#compared figure").first
    snils = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("^СНИЛС снимок")))
    await expect(snils).to_contain_text("в учётной записи")
    await page.set_viewport_size({"width": WIDE["width"], "height": 420})
    await rows.last.evaluate("row => row.scrollIntoView({block: 'start'})")
    await expect(rows.first).not_to_be_in_viewport()
    await expect(paper).to_be_in_viewport()
    await page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    table, picture = await page.locator("#compared table").bounding_box(), await paper.bounding_box()
    assert table is not None
    assert picture is not None
    assert picture["y"] >= table["y"] + table["height"]
    await snils.scroll_into_view_if_needed()
    for cell in await snils.get_by_role("cell").all():
        await expect(cell).to_be_in_viewport(ratio=1)
    await snils.get_by_role("link", name="снимок").click()
    await expect(paper).to_be_in_viewport()


@pytest.mark.requirement("ATT-1", "REC-3")
async def test_a_file_from_the_counter_stands_beside_the_registry(site: Site) -> None:
    number = await with_specialist(site.home)
    specialist = await signed_in(site, Role.SPECIALIST, "specialist-with-files")
    await followed(specialist, f"/desk/{number}")
    assert await specialist.get_by_text("Приложить файл заявителя").count() == 0, "not by their role"
    operator = await signed_in(site, Role.OPERATOR, "operator-at-the-counter")
    await followed(operator, f"/desk/{number}")
    await operator.get_by_text("Приложить файл заявителя").click()
    file = operator.get_by_label("Файл", exact=True)
    await file.set_input_files({"name": "письмо.txt", "mimeType": "text/plain", "buffer": b"text"})
    await operator.get_by_role("button", name="Приложить файл").click()
    await soon(operator.locator(".govuk-error-summary"))
    await fine(operator)
    await attach(operator, "снилс.png", "snils")
    await soon(operator.get_by_text("Файл принят"))
    await soon(operator.get_by_label("Файл", exact=True))  # the next paper of the pile needs no click
    paper = specialist.locator("#compared img")
    await soon(paper)
    await paper.first.scroll_into_view_if_needed()
    assert await paper.first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await fine(specialist)
    await compare_by_fields(specialist)


@pytest.mark.requirement("STS-1")
async def test_a_page_survives_a_restart_and_shows_what_it_missed(site: Site) -> None:
    who, told = "citizen-of-a-restart", "Мы уже смотрим ваше заявление."
    number = await site.home.open(about_application(citizen=who))
    await site.home.expecting(number, "AnswerQuestion")
    async with await asyncio.to_thread(ApiProcess(site.home.settings).start) as process:
        page = await signed_in(site, Role.CITIZEN, who, process.url)
        await followed(page, f"{process.url}/my/{number}")
        await asyncio.to_thread(process.kill)
        await soon(page.get_by_text("Связь прервалась."))
        await fine(page)
        await site.home.decide(number, Role.OPERATOR, TellCitizen(text=told))
        await site.home.until(number, lambda view: bool(view.facts.dialogue.remarks))
        assert not await page.get_by_text(told).count()
        await asyncio.to_thread(process.start)
        await soon(page.get_by_text(told))
        await expect(page.get_by_text("Связь прервалась.")).to_be_hidden()
