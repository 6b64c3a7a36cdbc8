"""What a citizen does after the approval: open the letter, sign in, change the password, add a second factor."""

import io
import re
from typing import Any
from uuid import uuid4

import httpx
import pypdfium2

PASSWORD = re.compile(r"\b[a-z2-9]{20}\b")
CODE = re.compile(r"\b[a-z2-9]{12}\b")


class Citizen:
    """A citizen who reads their own mail and SMS in the sandbox, and nobody else's."""

    def __init__(self, sandbox: httpx.AsyncClient, details: dict[str, Any], number: str) -> None:
        self._sandbox = sandbox
        self._details = details
        self._number = number
        self.is_done = False

    async def secure_account(self) -> list[str]:
        """Do all that the letter asks for, once it is there; what was done."""
        password = await self._password_from_letter()
        if password is None:
            return []
        account = f"/accounts/{await self._account_id()}"
        own = f"собственный-{uuid4().hex}"
        await self._do(f"{account}/sign-in", {"password": password})
        await self._do(f"{account}/password", {"old_password": password, "new_password": own})
        await self._do(f"{account}/two-factor", {"password": own})
        self.is_done = True
        return ["opens the letter with the code of the SMS", "signs in, changes the password, adds a second factor"]

    async def _password_from_letter(self) -> str | None:
        mails = await self._list("/inbox/messages", self._details["email"])
        letters = [mail for mail in mails if mail["attachments"] and is_about(mail["text"], self._number)]
        texts = await self._list("/sms/messages", await self._phone())
        codes = [found[0] for text in texts if (found := CODE.findall(text["text"]))]
        if not letters or not codes:
            return None
        letter = await self._sandbox.get(f"/inbox/messages/{letters[-1]['id']}/attachments/0")
        return _password_in(letter.content, codes[-1])

    async def _account(self) -> dict[str, Any]:
        answer = await self._sandbox.post("/accounts/lookup", json={"login": self._details["login"]})
        account: dict[str, Any] = answer.raise_for_status().json()
        return account

    async def _account_id(self) -> str:
        return str((await self._account())["account_id"])

    async def _phone(self) -> str:
        return str((await self._account())["phone"])

    async def _list(self, path: str, to: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._sandbox.get(path, params={"to": to})).raise_for_status().json()
        return found

    async def _do(self, path: str, body: dict[str, str]) -> None:
        (await self._sandbox.post(path, json=body)).raise_for_status()


def is_about(text: str, number: str) -> bool:
    """Whether a message names this appeal, however the number is grouped."""
    return number in re.sub(r"\s", "", text)


def _password_in(letter: bytes, code: str) -> str | None:
    try:
        document = pypdfium2.PdfDocument(io.BytesIO(letter), password=code)
    except pypdfium2.PdfiumError:
        # The letter of an earlier appeal, or the SMS of a later one: the other half is still on its way.
        return None
    page = document[0]
    text = page.get_textpage().get_text_bounded()
    document.close()
    found = PASSWORD.search(text)
    return found[0] if found else None
