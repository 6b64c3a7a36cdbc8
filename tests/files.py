"""Files made for tests: good ones, and one of each kind that must not get in."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/word/document.xml" ContentType="application/{}.main+xml"/></Types>"""
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD_WITH_MACROS = "vnd.ms-word.document.macroEnabled"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text that every scanner takes for a virus, in two halves, so that none takes this file for one."""


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), noise: bytes = b"") -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, form)
    return made.getvalue() + noise


def picture_bomb() -> bytes:
    """A picture of a few bytes that says it has 900 million points."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    made = picture()
    return made[:8] + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + made[33:]


def pdf(catalog: dict[str, Any] | None = None, password: str | None = None, filling: bytes = b"") -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 200))
        page.obj["/Contents"] = document.make_stream(b"1 0 0 rg 20 20 200 100 re f\n" + filling)
        for key, value in (catalog or {}).items():
            document.Root[key] = value
        encryption = pikepdf.Encryption(owner=password, user=password) if password else False
        document.save(made, encryption=encryption, compress_streams=False)
    return made.getvalue()


def archive(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compression) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


def docx(kind: str = WORD, more: Mapping[str, bytes | str] | None = None) -> bytes:
    parts: dict[str, bytes | str] = {"[Content_Types].xml": TYPES.format(kind), "word/document.xml": "<w:document/>"}
    return archive(parts | dict(more or {}))
