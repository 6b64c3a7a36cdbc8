"""The letter with a one-time password: a PDF that opens only with a code sent another way (REC-4)."""

import io
import secrets
from datetime import datetime

import pikepdf
import typst

from domain.number import format_number
from infra.rendering import TEMPLATES, greeting, local_time

_PASSWORD_LETTER = TEMPLATES / "letters" / "password.typ"


def password_letter(
    *,
    password: str,
    opening_code: str,
    full_name: str,
    login: str,
    number: str,
    expires_at: datetime,
    time_zone: str,
) -> bytes:
    """The letter as a PDF, encrypted by AES-256 with `opening_code` (REC-4).

    The citizen reads `expires_at` in their time zone, or in Moscow time where that is not a Russian one; raises
    `ValueError` when it is naive. Takes some 0.1 s of processor time: call it in a thread.
    """
    content = {
        "greeting": greeting(full_name),
        "login": login,
        "password": password,
        "number": format_number(number),
        "expires_at": local_time(expires_at, time_zone),
    }
    return _encrypted(_typeset(content), opening_code)


def _typeset(content: dict[str, str]) -> bytes:
    # Fonts of the machine are left out: the letter looks the same wherever it is made.
    return typst.compile(
        _PASSWORD_LETTER, format="pdf", sys_inputs=content, ignore_system_fonts=True, pdf_standards="ua-1"
    )


def _encrypted(pdf: bytes, opening_code: str) -> bytes:
    # The owner's password is thrown away, since it would open the letter too. Revision 6 is AES-256.
    encryption = pikepdf.Encryption(user=opening_code, owner=secrets.token_urlsafe(32), R=6)
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as letter:
        letter.save(result, encryption=encryption)
    return result.getvalue()
