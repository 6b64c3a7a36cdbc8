"""What a file truly is, whatever it is called, in the process that opens it (ATT-1, ATT-2)."""

import asyncio
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO, cast

import pikepdf
import psutil
import pytest
import uvicorn
from PIL import Image

from domain.appeal import FileFormat
from domain.attachments import Fault
from infra.files import opening, workroom
from infra.files.inspection import Unfit, inspect
from infra.files.preview import preview
from infra.files.workroom import Workroom
from tests import files

GOOD = {
    FileFormat.PDF: files.pdf(),
    FileFormat.PNG: files.picture("PNG"),
    FileFormat.JPG: files.picture("JPEG"),
    FileFormat.DOCX: files.docx(),
}
SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
LAUNCH = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
RELATIONS = '<Relationship Type="x/attachedTemplate" Target="http://127.0.0.1/x.dotm" TargetMode="External"/>'
UNFIT = {
    "an empty file": (b"", Fault.EMPTY),
    "a program": (b"MZ" + bytes(200), Fault.UNKNOWN),
    "a text": (b"hello, world", Fault.UNKNOWN),
    "a page for browsers": (b"<!doctype html><script>alert(1)</script>", Fault.UNKNOWN),
    "a picture of another format": (files.picture("GIF"), Fault.UNKNOWN),
    "a zip that is no document": (files.archive({"a.txt": "hello"}), Fault.UNKNOWN),
    "a table called a document": (files.docx("vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Fault.UNKNOWN),
    "a document with macros": (files.docx(files.WORD_WITH_MACROS), Fault.MACROS),
    "macros beside a plain type": (files.docx(more={"word/vbaProject.bin": b"x"}), Fault.MACROS),
    "a template from elsewhere": (files.docx(more={"word/_rels/settings.xml.rels": RELATIONS}), Fault.MACROS),
    "an embedded object": (files.docx(more={"word/embeddings/ole.bin": b"x"}), Fault.MACROS),
    "a bomb in a document": (files.docx(more={"word/media/a.bin": bytes(101 * 1024 * 1024)}), Fault.BOMB),
    "a broken zip": (files.docx()[:-30], Fault.DAMAGED),
    "a document behind a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
        Fault.ENCRYPTED,
    ),
    "a PDF behind a password": (files.pdf(password="secret"), Fault.ENCRYPTED),  # noqa: S106
    "a script in a PDF": (files.pdf({"/OpenAction": SCRIPT}), Fault.ACTIVE),
    "a program launched by a PDF": (files.pdf({"/AA": pikepdf.Dictionary(WC=LAUNCH)}), Fault.ACTIVE),
    "half a PDF": (files.pdf()[:60], Fault.DAMAGED),
    "half a picture": (files.picture(size=(300, 300))[:-60], Fault.DAMAGED),
    "a picture bomb": (files.picture_bomb(), Fault.BOMB),
}


@pytest.mark.requirement("ATT-1")
@pytest.mark.parametrize("found", GOOD)
def test_the_true_format_is_found(found: FileFormat) -> None:
    assert inspect(BytesIO(GOOD[found])) is found


@pytest.mark.requirement("ATT-2")
@pytest.mark.parametrize("what", UNFIT)
def test_what_must_not_get_in_is_told_by_its_content(what: str) -> None:
    content, fault = UNFIT[what]
    with pytest.raises(Unfit) as refused:
        inspect(BytesIO(content))
    assert refused.value.fault is fault


@pytest.mark.requirement("ATT-1")
@pytest.mark.parametrize("found", [FileFormat.PDF, FileFormat.PNG, FileFormat.JPG])
def test_a_preview_shows_the_picture_or_the_first_page(found: FileFormat) -> None:
    with Image.open(BytesIO(preview(BytesIO(GOOD[found]), found)), formats=["PNG"]) as shown:
        red, green, _ = shown.convert("RGB").getpixel((shown.width // 3, shown.height // 2))  # type: ignore[misc]
        assert red > 150 > green
        assert max(shown.size) <= 1000


@pytest.fixture
def room() -> Iterator[Workroom]:
    made = Workroom(1)
    yield made
    made.close()
    assert not openers()


@contextmanager
def lying_in_a_file(content: bytes) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield cast(BinaryIO, file)


def openers() -> list[psutil.Process]:
    """The processes in which files are opened, of this test and none before it."""
    return [each for each in psutil.Process().children(recursive=True) if opening.__name__ in each.cmdline()]


def opener() -> psutil.Process:
    """The one process that is kept warm."""
    (found,) = openers()
    return found


@pytest.mark.requirement("ATT-1")
async def test_strangers_files_are_opened_in_processes_of_their_own_by_one_that_stays(room: Workroom) -> None:
    with lying_in_a_file(GOOD[FileFormat.DOCX]) as document, lying_in_a_file(UNFIT["a script in a PDF"][0]) as live:
        assert await room.inspected(document) is FileFormat.DOCX
        warm = opener()
        assert await room.previewed(document, FileFormat.PDF) is None
        assert await room.inspected(live) is Fault.ACTIVE
        assert await room.inspected(document) is FileFormat.DOCX
        assert opener() == warm
        assert set(warm.environ()) <= {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}


@pytest.mark.requirement("ATT-1")
async def test_where_opening_a_file_fails_nothing_stays_of_it(room: Workroom) -> None:
    with lying_in_a_file(GOOD[FileFormat.DOCX]) as document:
        assert await room.inspected(document) is FileFormat.DOCX
        warm = opener()
        assert await room.previewed(document, FileFormat.DOCX) is None  # nobody can: an error in that process
        assert not warm.is_running()
        assert await room.inspected(document) is FileFormat.DOCX


@pytest.mark.requirement("ATT-1")
async def test_a_file_that_takes_too_long_is_a_bomb_and_holds_nobody_up(
    room: Workroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lying_in_a_file(GOOD[FileFormat.PNG]) as picture:
        assert await room.inspected(picture) is FileFormat.PNG
        stuck = opener()
        stuck.suspend()
        with monkeypatch.context() as short:
            short.setattr(workroom, "SECONDS_MAX", 0.2)
            assert await room.inspected(picture) is Fault.BOMB
        assert not stuck.is_running()
        assert await room.inspected(picture) is FileFormat.PNG


@pytest.mark.requirement("ATT-1")
async def test_who_gives_up_leaves_nothing_running(room: Workroom) -> None:
    with lying_in_a_file(GOOD[FileFormat.PNG]) as picture:
        assert await room.inspected(picture) is FileFormat.PNG
        warm = opener()
        warm.suspend()
        asking = asyncio.create_task(room.inspected(picture))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not warm.is_running()
        assert await room.inspected(picture) is FileFormat.PNG


@pytest.mark.requirement("ATT-1")
async def test_a_warm_process_that_died_is_replaced(room: Workroom) -> None:
    with lying_in_a_file(GOOD[FileFormat.PNG]) as picture:
        assert await room.inspected(picture) is FileFormat.PNG
        opener().kill()
        assert await room.inspected(picture) is FileFormat.PNG


@pytest.mark.requirement("ATT-1")
def test_nothing_is_closed_twice_in_the_loop_of_the_server() -> None:
    """A descriptor that is closed again may be another part's by then: its runtime would end."""

    async def another_part(is_over: asyncio.Event) -> None:
        own = deque[int]()
        while own or not is_over.is_set():
            if not is_over.is_set():
                own.append(os.open(os.devnull, os.O_RDONLY))
            if is_over.is_set() or len(own) > 50:
                os.close(own.popleft())  # raises where it is closed already
            await asyncio.sleep(0)

    async def inspecting() -> None:
        room, is_over = Workroom(1), asyncio.Event()
        other = asyncio.create_task(another_part(is_over))
        with lying_in_a_file(GOOD[FileFormat.PNG]) as picture:
            for _ in range(3):
                assert await room.inspected(picture) is FileFormat.PNG
        room.close()
        is_over.set()
        await other

    with asyncio.Runner(loop_factory=uvicorn.Config("api").get_loop_factory()) as runner:
        runner.run(inspecting())
