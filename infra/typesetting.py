"""PDF papers out of the templates of `templates/`, and their encryption where the way to the citizen is open."""

import io
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime

import pikepdf
import typst

from infra.rendering import TEMPLATES

# What the fonts of the papers have: Latin, Cyrillic, accents, punctuation, currencies, №, arrows and plain signs.
# One picture or hieroglyph that a citizen typed would otherwise make the paper fail for ever.
_NOT_IN_FONTS = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u0300-\u036f\u0400-\u04ff"
    "\u2010-\u2027\u2030-\u2040\u20a0-\u20bf\u2116\u2190-\u23ff\u2500-\u25ff]+"
)
_GAP = "\ufffd"


def typeset(template: str, content: Mapping[str, object], made_at: datetime | None = None) -> bytes:
    """The PDF of a template for `content`, which JSON can hold; a screen reader can read it (PDF/UA-1).

    Characters without a shape in the fonts come out as «�», those that turn the direction of text as nothing.

    `made_at` becomes the date of the file, which is then fit for an archive (PDF/A-2a), and the same arguments
    give the same bytes. Takes some 0.1 s of processor time: call it in a thread.
    """
    # Fonts of the machine are left out: a paper looks the same wherever it is made.
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        format="pdf",
        sys_inputs={"content": json.dumps(_printable(content))},
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"] if made_at else ["ua-1"],
        timestamp=int(made_at.timestamp()) if made_at else None,
    )


def encrypted_pdf(pdf: bytes, opening_code: str) -> bytes:
    """The same PDF, encrypted by AES-256: any reader opens it, with `opening_code` alone (REC-4, DAT-2)."""
    # The owner's password is thrown away, since it would open the file too. Revision 6 is AES-256.
    encryption = pikepdf.Encryption(user=opening_code, owner=secrets.token_urlsafe(32), R=6)
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        # Each cell of a table is several objects for screen readers: packed, they take a tenth of the space.
        document.save(result, encryption=encryption, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _printable(content: object) -> object:
    match content:
        case str():
            composed = unicodedata.normalize("NFC", content).replace("\r\n", "\n")
            visible = "".join(each for each in composed if unicodedata.category(each) != "Cf")
            return _NOT_IN_FONTS.sub(_GAP, visible)
        case Mapping():
            return {key: _printable(value) for key, value in content.items()}
        case list() | tuple():
            return [_printable(value) for value in content]
        case _:
            return content
