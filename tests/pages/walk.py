"""What a citizen does on the pages, for tests and for the pictures of them."""

import re

from playwright.async_api import FilePayload, Page

from domain.contracts.commands import AnswerQuestion
from sandbox.people import people
from tests.files import picture

ANNA = "Смирнова Анна Петровна"
QUESTION = "Нажимаю «Записаться» в разделе «Запись к врачу», появляется ошибка 413."
ANSWER = AnswerQuestion(
    summary="Снимок слишком большой: портал берёт файлы до 5 МБ.",
    steps=["Сожмите снимок или сохраните его в JPG.", "Приложите его ещё раз и нажмите «Записаться»."],
)


def person(who: str) -> dict[str, str]:
    """What the sandbox knows of somebody, as the form asks for it."""
    known = next(each for each in people().values() if each.full_name == who)
    return {"details.full_name": who, "details.phone": known.phone, "details.email": known.email}


async def fill_in(page: Page, values: dict[str, str]) -> None:
    """Type these values into the fields of these names."""
    for name, value in values.items():
        await page.locator(f'[name="{name}"]').fill(value)


async def file_question(page: Page, question: str = QUESTION, who: str = ANNA) -> str:
    """Fill in the feedback form and send it; the number of the appeal."""
    await page.goto("/new")
    await page.get_by_label("О чём обращение").select_option("applications")
    await fill_in(page, {"details.description": question, **person(who)})
    return await send(page)


async def send(page: Page) -> str:
    """Send the form as it stands, though it could say more; the number of the appeal."""
    await page.get_by_role("button", name="Отправить обращение").click()
    anyway = page.get_by_role("button", name="Отправить как есть")
    # Where files go with it, the answer takes the place of the form and is no page of its own.
    await anyway.or_(page.get_by_role("heading", level=1, name=re.compile(r"\d{4} \d{4}"))).wait_for()
    if await anyway.count():
        await anyway.click()
    await page.wait_for_url(re.compile(r"/my/\d{16}"))
    return re.search(r"/my/(\d{16})", page.url)[1]  # type: ignore[index]


async def press_twice_and_again(page: Page, button: str, arrives: str) -> str:
    """Send a form by two clicks, go back to it and send it again; the address that the two clicks led to."""
    await page.get_by_role("button", name=button).dblclick()
    await page.wait_for_url(re.compile(arrives))
    first = page.url.partition("?")[0]
    await page.go_back()
    form = page.url.partition("?")[0]
    await page.get_by_role("button", name=button).click()
    await page.wait_for_url(re.compile(f"{arrives}|{re.escape(form)}"))
    return first


def png(name: str) -> FilePayload:
    """A picture as a browser sends it."""
    return {"name": name, "mimeType": "image/png", "buffer": picture(size=(320 + len(name), 200))}


async def attach(page: Page, name: str = "снимок.png", kind: str = "screenshot") -> None:
    """Attach a picture on the page of a case."""
    await page.get_by_label("Какой это документ").select_option(kind)
    await page.get_by_label("Файл", exact=True).set_input_files(png(name))
    await page.get_by_role("button", name="Приложить файл").click()
    await page.get_by_role("link", name=name).wait_for()
