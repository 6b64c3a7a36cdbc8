"""Take the pictures of the pages in docs/screens: python scripts/screens.py

It starts what the tests of the pages start: an engine, the sandbox, a worker, the API, Chromium.
"""

import asyncio
import sys
import tempfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - the path comes first
from playwright.async_api import Page  # noqa: E402

from domain.actors import Role  # noqa: E402
from tests.api_server import served  # noqa: E402
from tests.house import engine, house  # noqa: E402
from tests.pages.audits import alter, asked, auditor_served  # noqa: E402
from tests.pages.browser import chromium, sign_in  # noqa: E402
from tests.pages.conftest import Site  # noqa: E402
from tests.pages.day import DAY, a_day, nobody  # noqa: E402
from tests.pages.walk import ANNA, ANSWER, QUESTION, attach, file_question, fill_in, png  # noqa: E402
from tests.sandbox_process import SandboxProcess, free_ports  # noqa: E402
from tests.walks import with_question  # noqa: E402

COLOURS = 64
SCREENS = ROOT / "docs" / "screens"


async def taken(page: Page, name: str) -> None:
    """One picture of the whole page."""
    await page.wait_for_load_state("networkidle")
    shot = await page.screenshot(full_page=True)
    # The pages have few colours, and a picture of so many takes a third.
    Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS).save(SCREENS / f"{name}.png", optimize=True)


async def citizens(site: Site, suffix: str, who: str, narrow: bool) -> None:
    """The pages of the citizen, one after the other."""
    page = await site.page(narrow)
    await page.goto("/")
    await taken(page, f"start{suffix}")
    await sign_in(page, who)
    await taken(page, f"my-empty{suffix}")
    await page.goto("/new")
    await taken(page, f"new{suffix}")
    await fill_in(page, {"details.description": "Не работает система", "details.phone": "+7 900"})
    await page.locator('[name="file.screenshot"]').set_input_files(png("снимок экрана.png"))
    await page.get_by_role("button", name="Позвать оператора — СНИЛС").click()
    await page.get_by_text("Мы позвали оператора").wait_for()
    await page.get_by_role("button", name="Отправить обращение").click()
    await page.locator(".govuk-error-summary").wait_for()
    await taken(page, f"new-errors{suffix}")
    await helping(site, suffix, narrow)
    number = await file_question(page, QUESTION, who)
    await attach(page)
    await taken(page, f"case{suffix}")
    await site.home.expecting(number, "AnswerQuestion")
    await site.home.decide(number, Role.OPERATOR, ANSWER)
    await site.home.expecting(number, "ConfirmSolution")
    await page.goto(f"/my/{number}")
    await taken(page, f"case-answered{suffix}")
    await page.get_by_label("Да").check()
    await page.get_by_role("button", name="Ответить").click()
    await site.home.closed(number)
    await page.goto(f"/my/{number}")
    await taken(page, f"case-closed{suffix}")
    await page.get_by_role("link", name="Просмотреть результат").click()
    await taken(page, f"result{suffix}")
    await page.goto("/my")
    await taken(page, f"my{suffix}")
    await page.goto(f"/new?after={number}&relation=escalation")
    await taken(page, f"escalation{suffix}")
    await page.goto("/my/4821093755612044")
    await taken(page, f"not-found{suffix}")


async def helping(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of an operator whom somebody has called to a field."""
    page = await site.page(narrow)
    await sign_in(page, "Оператор")
    await page.goto("/desk/help")
    await taken(page, f"help{suffix}")
    await page.get_by_role("main").get_by_role("link", name="СНИЛС").click()
    await taken(page, f"help-field{suffix}")
    await page.get_by_label("Совет").fill("11 цифр с зелёной карточки или из приложения.")
    await page.get_by_role("button", name="Ответить").click()


async def supervisors(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of a supervisor."""
    page = await site.page(narrow)
    await sign_in(page, "Руководитель")
    for name in ("", "/themes", "/quality"):
        await page.goto(f"/board{name}?since={DAY}&until={DAY}")
        await taken(page, f"board{name.replace('/', '-')}{suffix}")
    for nth in range(3):
        await with_question(site.home, "registration", **nobody(nth + 50 * narrow))
    await page.goto("/board/reassign?category=registration")
    await page.get_by_role("link", name="Отметить все на странице").click()
    await page.get_by_role("radio", name="вторая линия").check()
    await page.get_by_label("Причина").fill("Первая линия перегружена.")
    await taken(page, f"reassign{suffix}")
    await page.get_by_role("button", name="Посмотреть, что получится").click()
    await taken(page, f"reassign-foreseen{suffix}")
    await page.get_by_role("button", name="Передать:").click()
    await page.get_by_role("heading", name="Передача закончена").wait_for()
    await taken(page, f"reassigned{suffix}")


async def auditors(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of an auditor: a case that holds, and the same after somebody has changed its journal."""
    number = await asked(site.home, f"Оплата пошлин{suffix}")
    await site.home.decide(number, Role.OPERATOR, ANSWER)
    await site.home.expecting(number, "ConfirmSolution")
    await site.home.at_rest(number)
    page = await site.page(narrow)
    await sign_in(page, "Аудитор")
    async with auditor_served(site.home) as signing:
        await signing.sign()
        await page.goto("/audit")
        await taken(page, f"audit{suffix}")
        await page.goto(f"/audit/{number}")
        await taken(page, f"audit-case{suffix}")
        await page.get_by_role("button", name="Проверить повторным выполнением").click()
        await page.get_by_role("heading", name="Обращение подлинно").wait_for()
        await taken(page, f"audit-verdict{suffix}")
        await page.goto(f"/audit/{number}")
        await page.get_by_role("button", name="Собрать доказательства").click()
        await page.get_by_role("link", name="Скачать архив").wait_for()
        await taken(page, f"audit-evidence{suffix}")
        await page.goto(f"/audit/{number}/entries/2")
        await taken(page, f"audit-entry{suffix}")
        await page.goto(f"/audit/{number}/accesses")
        await taken(page, f"audit-accesses{suffix}")
        alter(site.home, number)
        await page.goto(f"/audit/{number}")
        await page.get_by_role("button", name="Проверить повторным выполнением").click()
        await page.get_by_role("heading", name="Найдены расхождения").wait_for()
        await taken(page, f"audit-finding{suffix}")


async def main() -> None:
    """All pictures."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, SandboxProcess(Path(folder) / "world") as world:
        async with engine() as environment, house(environment, world, Path(folder), public_url=url) as home:
            async with served(home.settings, port), chromium() as browser:
                site = Site(url, home, browser)
                await citizens(site, "", ANNA, narrow=False)
                await citizens(site, "-360", "Ким Сергей Валерьевич", narrow=True)
                await a_day(home.register)
                await supervisors(site, "", narrow=False)
                await supervisors(site, "-360", narrow=True)
                await auditors(site, "", narrow=False)
                await auditors(site, "-360", narrow=True)


if __name__ == "__main__":
    asyncio.run(main())
