"""The desk over time: clocks that tick, a file that waits for its check, a session that ends under an open page."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import expect

from api.pages.sessions import Cookies, Session
from domain.actors import Actor, Role
from domain.appeal import DocumentKind, FileFormat
from domain.attachments import Fault, FileState
from domain.contracts.attachments import Attachment
from store.attachments import Attachments
from store.presence import Presences
from tests.examples import about_application
from tests.house import WITHIN_SECONDS
from tests.pages.conftest import Site
from tests.pages.test_desk import fine
from tests.pages.test_live import followed, signed_in

OPERATOR = Actor(subject="operator-who-leaves", role=Role.OPERATOR)
CITIZEN = Actor(subject="citizen-who-leaves", role=Role.CITIZEN)
NOBODY = Actor(subject="nobody", role=Role.OPERATOR)
TOKEN = "of-those-who-leave"  # noqa: S105 - invented
SHOWN_TOKEN = Session(actor=NOBODY, token=TOKEN, expires_at=0).shown_token()


def cookie(site: Site, actor: Actor) -> dict[str, str]:
    """A session of this actor; all of them are ended at once, and no other test's."""
    session = Session(actor=actor, token=TOKEN, expires_at=time.time() + 600)
    return {"Cookie": f"session={Cookies(site.home.settings)._seal.sealed(session)}"}


@pytest.mark.requirement("CLS-2", "AUD-3")
async def test_an_open_page_hears_nothing_after_the_sign_out(site: Site) -> None:
    number = await site.home.open(about_application(citizen=CITIZEN.subject))
    await site.home.expecting(number, "AnswerQuestion")
    presences = Presences(site.home.register.engine)
    async with httpx.AsyncClient(base_url=site.url, timeout=WITHIN_SECONDS) as pages:

        async def followed_to_its_end(actor: Actor, path: str, open_now: asyncio.Barrier) -> None:
            async with pages.stream("GET", path, headers=cookie(site, actor)) as answer:
                assert answer.status_code == 200
                lines = answer.aiter_lines()
                await anext(lines)
                await open_now.wait()
                async for _ in lines:
                    pass

        left = cookie(site, OPERATOR) | {"Origin": site.url}
        open_now = asyncio.Barrier(4)
        async with asyncio.timeout(WITHIN_SECONDS), asyncio.TaskGroup() as tasks:
            for actor, path in (
                (OPERATOR, "/desk/events"),
                (OPERATOR, f"/desk/{number}/events"),
                (CITIZEN, f"/my/{number}/events"),
            ):
                tasks.create_task(followed_to_its_end(actor, path, open_now))
            await open_now.wait()
            assert await presences.others(number, NOBODY, datetime.now(UTC)) == [OPERATOR]
            assert (await pages.post("/sign-out", data={"_token": SHOWN_TOKEN}, headers=left)).status_code == 303
        async with asyncio.timeout(WITHIN_SECONDS):
            while await presences.others(number, NOBODY, datetime.now(UTC)):  # noqa: ASYNC110 - asked again
                await asyncio.sleep(0.05)


@pytest.mark.requirement("CLS-2", "ATT-2")
async def test_a_clock_ticks_and_a_file_waits_on_the_page_of_a_case(site: Site) -> None:
    number = await site.home.open(about_application())
    await site.home.expecting(number, "AnswerQuestion")
    attachments = Attachments(site.home.register.engine, site.home.keyring)
    file = Attachment(
        id=uuid4().hex,
        number=number,
        kind=DocumentKind.SCREENSHOT,
        name="снимок.png",
        format=FileFormat.PNG,
        size_bytes=2048,
        sha256="0" * 64,
        sender=CITIZEN,
        place="nowhere",
        state=FileState.WAITING,
        received_at=datetime.now(UTC),
    )
    await attachments.keep(file)
    page = await signed_in(site, Role.OPERATOR, "operator-with-a-clock")
    await page.clock.install()
    await followed(page, f"/desk/{number}")
    card = page.locator(".app-card", has_text="снимок.png")
    await expect(card).to_contain_text("Проверяется")
    await expect(card.locator("a, img")).to_have_count(0)
    await fine(page)
    clock = page.locator("#state [data-due]").first
    await expect(clock).to_have_class("app-due")
    past = (datetime.now(UTC) - timedelta(hours=2, seconds=-30)).isoformat()
    await clock.evaluate("(clock, past) => { clock.dataset.due = past; }", past)
    await page.clock.fast_forward("00:31")
    await expect(clock).to_have_text("просрочено на 2 часа")
    await expect(clock).to_have_class("app-late")
    await attachments.settle(file, FileState.REFUSED, Fault.MALWARE, datetime.now(UTC))
    await page.reload()
    await expect(card.locator(".app-late")).not_to_have_text("Проверяется")
    await fine(page)
