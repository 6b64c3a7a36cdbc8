"""The auditor's walk: found, read beside the process, proved."""

import asyncio
import io
import json
import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, ViewportSize, expect

from api.pages.audit_words import ACTIVITIES, CHECKS, GROUNDS, LOOKS, VERDICTS, cause_in_words
from audit import checks
from audit.recordings import _MOVING, Cause
from domain.actors import Role
from domain.contracts.audits import Standing
from domain.contracts.commands import Withdraw
from domain.erasure import ErasureGround
from domain.rights import TABLE, Ground, Operation
from store.access import of_case
from store.erasures import Erasure, Erasures
from tests.house import WITHIN_SECONDS
from tests.pages.audits import alter, asked, auditor_served
from tests.pages.browser import NARROW, sign_in
from tests.pages.conftest import Site
from tests.pages.test_desk import fine
from tests.pages.test_rights import SHOWN_TOKEN, cookie
from worker import notary

PHONE: ViewportSize = {"width": NARROW["width"], "height": NARROW["height"]}


async def at_audit(site: Site) -> Page:
    page = await site.page()
    await sign_in(page, "Аудитор")
    await page.wait_for_url("**/audit")
    return page


@pytest.mark.requirement("AUD-1", "AUD-2", "AUD-3")
async def test_an_auditor_finds_a_case_and_reads_it_beside_its_process(site: Site) -> None:
    number = await asked(site.home, "Поиск")
    view = await site.home.register.view(number)
    assert view is not None
    assert view.details.phone
    async with notary(site.home.settings) as signing:
        await signing.sign()
    page = await at_audit(site)
    await expect(page.get_by_role("navigation", name="Разделы").get_by_role("link")).to_have_text(
        ["Обращения", "Показатели"]
    )
    await fine(page)
    await page.get_by_label("Номер обращения или данные заявителя").fill("Анна Смирнова")
    await page.get_by_role("button", name="Найти").click()
    await expect(page.locator(".govuk-error-message")).to_contain_text("Содержание обращений хранится под замком")
    assert await page.get_by_label("Номер обращения или данные заявителя").input_value() == "Анна Смирнова"
    await fine(page)
    await page.get_by_label("Номер обращения или данные заявителя").fill(view.details.phone)
    await page.get_by_role("button", name="Найти").click()
    await expect(page.get_by_text("Искали так: телефон")).to_be_visible()
    assert page.url.endswith("/audit"), "nothing of a person stands in the address"
    looks = await of_case(site.home.register.engine, number)
    assert ("auditor-1", "audit_cases") in {(each.subject, each.operation) for each in looks}
    await page.get_by_label("О чём обращение").select_option("Платежи")
    await page.get_by_label("Номер обращения или данные заявителя").fill("")
    await page.get_by_role("button", name="Найти").click()
    await page.wait_for_url("**/audit?category=payments")
    await page.locator(f'a[href="/audit/{number}"]').click()
    await expect(page.get_by_text("Каждой записи журнала соответствует событие процесса")).to_be_visible()
    await expect(page.get_by_text("процесс начат (событие 1)").first).to_be_visible()
    assert view.details.phone not in await page.content()
    await fine(page)
    await page.get_by_role("link", name=re.compile("Обращение зарегистрировано")).click()
    await expect(page.get_by_text("Доказательство верно.")).to_be_visible()
    await expect(page.get_by_text("Содержание сходится с хешем.")).to_be_visible()
    await page.get_by_text("Содержание, от которого взят хеш").click()
    await page.get_by_text("Контрольная точка и ключи").click()
    await fine(page)
    await page.get_by_role("link", name="История обращения").click()
    await page.get_by_role("link", name="Кто читал личные данные").click()
    await expect(page.get_by_role("table")).to_contain_text("аудитор auditor-1")
    await expect(page.get_by_role("table")).to_contain_text("Найдено по данным заявителя")
    await fine(page)


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_an_auditor_has_a_case_replayed_and_takes_its_evidence(site: Site, tmp_path: Path) -> None:
    number, other = await asked(site.home, "Проверка"), await asked(site.home, "Другое")
    await site.home.at_rest(number)
    page = await at_audit(site)
    await page.goto(f"/audit/{number}")
    forms = await page.locator("form").evaluate_all("forms => forms.map(form => form.getAttribute('action'))")
    assert sorted(forms) == [f"/audit/{number}/evidence", f"/audit/{number}/verify", "/sign-out"]
    await page.get_by_role("button", name="Проверить повторным выполнением").click()
    await expect(page.get_by_text("Ждёт своей очереди.")).to_be_visible()
    await fine(page)
    tab = await page.context.new_page()
    await tab.goto(f"/audit/{other}")
    await tab.get_by_role("button", name="Собрать доказательства").click()
    await tab.wait_for_url(page.url)  # one thing at a time
    async with auditor_served(site.home) as signing:
        await expect(page.get_by_role("heading", name="Обращение подлинно")).to_be_visible(timeout=45_000)
        await expect(page.get_by_text("Сходится.")).to_have_count(len(CHECKS) - 1)
        await fine(page)
        plain = await site.page(script=False)
        await sign_in(plain, "Аудитор")
        await plain.goto(page.url)
        await expect(plain.get_by_role("heading", name="Обращение подлинно")).to_be_visible()

        await page.goto(f"/audit/{number}")
        await page.get_by_role("button", name="Собрать доказательства").click()
        await expect(page.get_by_role("link", name="Скачать архив")).to_be_visible(timeout=45_000)
        await fine(page)
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Скачать архив").click()
        archive = await (await downloading.value).path()
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(tmp_path)
        looks = await of_case(site.home.register.engine, number)
        assert "take_evidence" in {each.operation for each in looks}
        checking = await asyncio.create_subprocess_exec(
            sys.executable, tmp_path / "verify.py", "--key", signing.signer.key.text, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await checking.communicate()
        assert (checking.returncode, "Доказательства целы." in told.decode()) == (0, True)

        alter(site.home, number)
        await page.goto(f"/audit/{number}")
        await expect(page.get_by_text("Журнал и процесс расходятся в местах")).to_be_visible()
        await expect(page.get_by_text("Процесс этого не записывал").first).to_be_visible()
        await fine(page)
        # The rest of the way is gone on a phone.
        await page.set_viewport_size(PHONE)
        await page.get_by_role("link", name="3. Изменён статус").click()
        await expect(page.get_by_text("Содержание не сходится с хешем: запись изменена.")).to_be_visible()
        await page.get_by_role("link", name="История обращения").click()
        await page.get_by_role("button", name="Проверить повторным выполнением").click()
        await expect(page.get_by_role("heading", name="Найдены расхождения")).to_be_visible(timeout=45_000)
        await expect(page.get_by_text("Запись 3 изменена: содержание не сходится с её хешем.")).to_be_visible()
        await fine(page)


@pytest.mark.requirement("AUD-1", "AUD-2")
async def test_what_is_left_of_an_erased_case_is_shown_and_proved(site: Site) -> None:
    home = site.home
    number = await asked(home, "Удаление")
    await home.decide(number, Role.CITIZEN, Withdraw(reason="Вопрос решился."))
    await home.ended(number)
    await home.delivered(number)
    erasures, now = Erasures(home.register.engine, home.keyring), datetime.now(UTC)
    erasure = Erasure(number=number, ground=ErasureGround.COURT_ORDER, requested_by="boss", requested_at=now)
    await erasures.ask(erasure)
    assert await erasures.consent(erasure, "judge", now)
    await erasures.carry_out(erasure.model_copy(update={"approved_by": "judge"}), now)
    mine = cookie(site, Role.AUDITOR, "auditor-2")
    async with (
        auditor_served(home),
        httpx.AsyncClient(base_url=site.url, headers={"Origin": site.url} | mine, timeout=30) as pages,
    ):
        assert "Личные данные обращения удалены" in (await pages.get(f"/audit/{number}")).text
        assert (await pages.get(f"/audit/{number}/entries/1")).status_code == 200
        ordered = await pages.post(f"/audit/{number}/evidence", data={"_token": SHOWN_TOKEN})
        address = ordered.headers["Location"]
        async with asyncio.timeout(WITHIN_SECONDS):
            while "Скачать архив" not in (await pages.get(address)).text:  # noqa: ASYNC110 - a page is asked again
                await asyncio.sleep(0.1)
        archive = await pages.get(f"{address}/file")
        with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
            assert json.loads(packed.read("case.json"))["erased"]
        others = cookie(site, Role.AUDITOR, "auditor-3")
        assert (await pages.get(address, headers=others)).status_code == 404, "only who ordered it"
        unknown = await pages.get("/audit/4821093755612044")
        assert unknown.status_code == 404


def test_everything_in_audit_has_its_words() -> None:
    assert set(GROUNDS) == set(Ground)
    logged = {each for each, rule in TABLE.items() if rule.personal} | {Operation.READ_APPEAL}
    assert logged <= set(LOOKS)
    assert {check.__name__ for check in (*checks.CHECKS, *checks.CHECKS_OF_ERASED)} == set(CHECKS)
    assert set(VERDICTS) == set(Standing)
    for kind in _MOVING:
        assert re.match("[а-яё]", cause_in_words(Cause(1, kind)))
    assert all(re.match("[а-яё]", name) for name in ACTIVITIES.values())
