"""A citizen at home: reads what has arrived, opens the letter with the password, and uses it at the portal."""

import io
import re
from dataclasses import dataclass

import httpx
import pypdfium2

from activities.credentials import ALPHABET, OPENING_CODE_CHARACTERS, PASSWORD_CHARACTERS
from tests.house import House

NEW_PASSWORD = "Своё-и-новое-слово-17"  # noqa: S105 - an invented person's


@dataclass(frozen=True)
class Citizen:
    """The citizen of one case, who is Anna unless said otherwise."""

    home: House
    number: str
    account_id: str = "acc-1001"

    async def one_time_password(self) -> str:
        """The password out of the letter, which opens with the code out of the SMS."""
        await self.home.delivered(self.number)
        return _word(PASSWORD_CHARACTERS, text_of(await self.letter(), await self.opening_code()))

    async def letter(self) -> bytes:
        mail = next(mail for mail in await self.home.mail(self.number) if mail["attachments"])
        attachment = await self.home.http.get(f"/inbox/messages/{mail['id']}/attachments/0")
        return attachment.raise_for_status().content

    async def opening_code(self) -> str:
        return _word(OPENING_CODE_CHARACTERS, " ".join(sms["text"] for sms in await self.home.sms(self.number)))

    async def sign_in(self, password: str) -> httpx.Response:
        return await self._do("sign-in", password=password)

    async def secure_account(self) -> None:
        """Everything the procedure asks of the citizen: sign in, a new password, the second factor."""
        password = await self.one_time_password()
        (await self.sign_in(password)).raise_for_status()
        changed = await self._do("password", old_password=password, new_password=NEW_PASSWORD)
        changed.raise_for_status()
        (await self._do("two-factor", password=NEW_PASSWORD)).raise_for_status()

    async def _do(self, what: str, **sent: str) -> httpx.Response:
        return await self.home.http.post(f"/accounts/{self.account_id}/{what}", json=sent)


def text_of(letter: bytes, code: str) -> str:
    """The text of an encrypted letter; `pypdfium2.PdfiumError` when the code is wrong."""
    with pypdfium2.PdfDocument(io.BytesIO(letter), password=code) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def _word(length: int, text: str) -> str:
    found = re.search(rf"\b[{ALPHABET}]{{{length}}}\b", text)
    assert found, f"no word of {length} characters arrived"
    return found[0]
