"""What a file truly is, by its content alone. Runs in a process of its own: see `opening.py`."""

import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import filetype
import pikepdf
from PIL import Image

from domain.appeal import FileFormat
from domain.attachments import Fault

HEAD_BYTES = 8192
PIXELS_MAX = 50_000_000
PARTS_MAX = 2_000
UNPACKED_BYTES_MAX = 100 * 1024 * 1024
TYPES_BYTES_MAX = 1024 * 1024
OBJECTS_MAX = 200_000

_BY_MEDIA_TYPE = {"application/pdf": FileFormat.PDF, "image/jpeg": FileFormat.JPG, "image/png": FileFormat.PNG}
_PILLOW = {FileFormat.JPG: "JPEG", FileFormat.PNG: "PNG"}
_ZIP = b"PK\x03\x04"
_WORD_BEFORE_2007_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/embeddings/")
_ENCRYPTED_FLAG = 0x1
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition"})
_LIVE_KEYS = ("/JS", "/EmbeddedFiles", "/RichMediaContent", "/XFA")


class Unfit(Exception):
    """The file is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def inspect(file: BinaryIO) -> FileFormat:
    """The true format of a file; raises `Unfit`."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if not head:
        raise Unfit(Fault.EMPTY)
    if head.startswith(_ZIP):
        _check_docx(file)
        return FileFormat.DOCX
    if head.startswith(_WORD_BEFORE_2007_OR_LOCKED):
        raise Unfit(Fault.ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in file.read() else Fault.UNKNOWN)
    guess = filetype.guess(head)
    found = _BY_MEDIA_TYPE.get(guess.mime) if guess else None
    if found is None:
        raise Unfit(Fault.UNKNOWN)
    if found is FileFormat.PDF:
        _check_pdf(file)
    else:
        open_picture(file, found).close()
    return found


def open_picture(file: BinaryIO, found: FileFormat) -> Image.Image:
    """The picture, read to its last point; a bomb is refused before it is unpacked."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(file, formats=[_PILLOW[found]])
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unfit(Fault.BOMB) from None
        except (OSError, ValueError, SyntaxError):
            raise Unfit(Fault.DAMAGED) from None
    return picture


def _check_docx(file: BinaryIO) -> None:
    """A zip is a DOCX by its table of content types alone; no macros, no objects, nothing fetched from elsewhere."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            types = _bounded(archive, "[Content_Types].xml")
            if b"<!DOCTYPE" in types or b"<!ENTITY" in types or _DOCUMENT not in types:
                raise Unfit(Fault.MACROS if b"macroEnabled" in types else Fault.UNKNOWN)
            if b"macroEnabled" in types or b"vbaProject" in types:
                raise Unfit(Fault.MACROS)
            archive.getinfo("word/document.xml")
            for part in parts:
                if part.filename.endswith(".rels") and _fetches_a_template(_bounded(archive, part.filename)):
                    raise Unfit(Fault.MACROS)
            _unpack(archive, parts)
    except KeyError:
        raise Unfit(Fault.UNKNOWN) from None
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        raise Unfit(Fault.DAMAGED) from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise Unfit(Fault.ENCRYPTED)
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise Unfit(Fault.BOMB)
    names = [f"/{part.filename.lower()}" for part in parts]
    if any(live in name for name in names for live in _LIVE_PARTS):
        raise Unfit(Fault.MACROS)
    if len(set(names)) < len(names):
        raise Unfit(Fault.DAMAGED)  # two readers could see two documents


def _fetches_a_template(relations: bytes) -> bool:
    return b"attachedTemplate" in relations and b"External" in relations


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(TYPES_BYTES_MAX + 1)
    if len(content) > TYPES_BYTES_MAX:
        raise Unfit(Fault.BOMB)
    return content


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Read every part once: the declared sizes may lie, and a damaged part shows here."""
    unpacked = 0
    for part in parts:
        with archive.open(part) as content:
            while chunk := content.read(HEAD_BYTES):
                unpacked += len(chunk)
                if unpacked > UNPACKED_BYTES_MAX:
                    raise Unfit(Fault.BOMB)


def _check_pdf(file: BinaryIO) -> None:
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Unfit(Fault.ENCRYPTED)
            if len(pdf.objects) > OBJECTS_MAX:
                raise Unfit(Fault.BOMB)
            if not len(pdf.pages):
                raise Unfit(Fault.DAMAGED)
            if any(_is_live(each) for each in _dictionaries(pdf)):
                raise Unfit(Fault.ACTIVE)
    except pikepdf.PasswordError:
        raise Unfit(Fault.ENCRYPTED) from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise Unfit(Fault.DAMAGED) from None


def _is_live(dictionary: Any) -> bool:
    return any(key in dictionary for key in _LIVE_KEYS) or str(dictionary.get("/S", "")) in _ACTIONS


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary, those within others too: an action can stand in the place that calls it."""
    for each in pdf.objects:
        pending = [each]
        while pending:
            found = pending.pop()
            if isinstance(found, pikepdf.Array):
                pending += [item for item in found if _is_within(item)]
            elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
                yield found
                pending += [item for _, item in found.items() if _is_within(item)]


def _is_within(item: Any) -> bool:
    """Whether an object is written out where it stands; the others come by themselves."""
    return isinstance(item, (pikepdf.Array, pikepdf.Dictionary)) and not item.is_indirect
