"""Take the pictures of the pages in docs/screens: python scripts/screens.py [citizen desk quality board audit]

It starts what the tests of the pages start: an engine, the sandbox, a worker, the API, Chromium.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - the path comes first
from playwright.async_api import Page  # noqa: E402

from domain.actors import Actor, Role  # noqa: E402
from domain.calendar import CURRENT_VERSION  # noqa: E402
from domain.contracts.appeal import Policy  # noqa: E402
from store.helps import Helps  # noqa: E402
from tests.api_server import served  # noqa: E402
from tests.house import engine, house  # noqa: E402
from tests.pages.audits import alter, asked, auditor_served  # noqa: E402
from tests.pages.browser import chromium, sign_in  # noqa: E402
from tests.pages.conftest import Site  # noqa: E402
from tests.pages.day import DAY, a_day, nobody  # noqa: E402
from tests.pages.walk import ANNA, ANSWER, QUESTION, attach, file_question, fill_in, png  # noqa: E402
from tests.sandbox_process import SandboxProcess, free_ports  # noqa: E402
from tests.store.replies import REPLY, told  # noqa: E402
from tests.walks import with_question, with_specialist  # noqa: E402

COLOURS = 64
SCREENS = ROOT / "docs" / "screens"


async def taken(page: Page, name: str) -> None:
    """One picture of the whole page."""
    await page.wait_for_load_state("networkidle")
    shot = await page.screenshot(full_page=True)
    # The pages have few colours, and a picture of so many takes a third.
    Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS).save(SCREENS / f"{name}.png", optimize=True)


async def citizens(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of the citizen, one after the other."""
    page, who = await site.page(narrow), "Ким Сергей Валерьевич" if narrow else ANNA
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


async def controllers(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of quality control: a reply that awaits its check."""
    number = await told(site.home.register, at=datetime.now(UTC), asked="Прошёл час, платежа всё ещё нет.")
    page = await site.page(narrow)
    await sign_in(page, "Контроль качества")
    await page.goto("/desk/quality")
    await taken(page, f"replies{suffix}")
    await page.goto(f"/desk/quality/{number}/{REPLY + 1}")
    await taken(page, f"reply{suffix}")


async def supervisors(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of a supervisor."""
    if not narrow:
        await a_day(site.home.register)
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


async def desks(site: Site, suffix: str, narrow: bool) -> None:
    """The pages of operators and specialists: tasks, a call, documents beside the registry, an answer."""
    number = await with_specialist(site.home)
    question = await with_question(site.home, "payments", **nobody(40 + narrow))
    helps, citizen = Helps(site.home.register.engine, site.home.keyring, b"any"), f"citizen{suffix}"
    await helps.ask(Actor(subject=citizen, role=Role.CITIZEN), "details.snils", "", datetime.now(UTC))
    operator = await site.page(narrow)
    await sign_in(operator, "Оператор")
    await taken(operator, f"desk{suffix}")
    await operator.goto("/desk/call")
    await taken(operator, f"desk-call{suffix}")
    await operator.goto(f"/desk/{number}")
    await operator.get_by_text("Приложить файл заявителя").click()
    await attach(operator, "снилс.png", "snils")
    specialist = await site.page(narrow)
    await sign_in(specialist, "Специалист")
    await specialist.goto(f"/desk/{number}")
    await specialist.locator("#compared img").first.evaluate("image => (image.loading = 'eager', image.decode())")
    await taken(specialist, f"desk-compared{suffix}")
    await operator.goto(f"/desk/{question}")
    task = operator.get_by_role("region", name="Ответить заявителю")
    await task.get_by_label("Суть ответа").fill(ANSWER.summary)
    await task.get_by_label("Что сделать заявителю").fill("\n".join(ANSWER.steps))
    await task.get_by_label("Статьи базы знаний").focus()
    await task.get_by_text("Здравствуйте").wait_for()
    await taken(operator, f"desk-answer{suffix}")


PARTS = {"citizen": citizens, "desk": desks, "quality": controllers, "board": supervisors, "audit": auditors}


async def main(wanted: list[str]) -> None:
    """All pictures, or those of the pages that are named."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, SandboxProcess(Path(folder) / "world") as world:
        # The same people are on wide pictures and on narrow ones: nobody's second appeal is a repeat.
        policy = Policy(calendar_version=CURRENT_VERSION, repeat_window_days=0)
        async with (
            engine() as environment,
            house(environment, world, Path(folder), public_url=url, policy=policy) as home,
        ):
            async with served(home.settings, port), chromium() as browser:
                site = Site(url, home, browser)
                for part in wanted or PARTS:
                    for suffix, narrow in (("", False), ("-360", True)):
                        await PARTS[part](site, suffix, narrow)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
