"""What a file truly is, whatever it is called, in the process that opens it (ATT-1, ATT-2)."""

import tempfile
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from domain.appeal import FileFormat
from domain.attachments import Fault
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


@pytest.mark.requirement("ATT-1")
async def test_strangers_files_are_opened_in_a_process_of_their_own() -> None:
    room = Workroom.with_places(1)
    with tempfile.TemporaryFile() as file:
        file.write(GOOD[FileFormat.DOCX])
        file.flush()
        assert await room.inspected(file) is FileFormat.DOCX
        assert await room.previewed(file, FileFormat.PDF) is None
        file.seek(0)
        file.truncate()
        file.write(files.pdf(password="secret"))  # noqa: S106
        file.flush()
        assert await room.inspected(file) is Fault.ENCRYPTED
