"""One outside system over HTTP: what it says is checked before anybody relies on it."""

from typing import Any, TypeVar

import httpx
from pydantic import ValidationError
from pydantic_core import from_json

from domain.contracts.contract import Contract

TIMEOUT = httpx.Timeout(10, connect=3)
RETRIABLE_STATUSES = {408, 425, 429}

A = TypeVar("A", bound=Contract)


class RegistryTrouble(Exception):
    """The registry did not give a usable answer; asking again may help."""


class RegistryRefusal(Exception):
    """The registry understood and refused; asking again the same way will not help."""


class Registry:
    """One registry reached over HTTP; `name` is how errors call it."""

    def __init__(self, name: str, url: str, client: httpx.AsyncClient) -> None:
        self.name = name
        self._url = url
        self._client = client

    async def ask(self, method: str, path: str, answer: type[A], **request: Any) -> A | None:
        """The registry's answer, or None when it knows nothing of the kind (404).

        `answer` needs a required field: else any object would pass for an answer.
        """
        try:
            response = await self._client.request(method, self._url + path, timeout=TIMEOUT, **request)
        except httpx.HTTPError as failure:
            raise RegistryTrouble(f"{self.name}: {type(failure).__name__}") from failure
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if response.status_code in RETRIABLE_STATUSES or response.is_server_error:
            raise RegistryTrouble(f"{self.name}: HTTP {response.status_code}")
        if response.is_error:
            raise RegistryRefusal(f"{self.name}: HTTP {response.status_code}")
        return self._understood(response.content, answer)

    async def order(self, method: str, path: str, key: str, done: type[A], body: dict[str, Any]) -> A:
        """Have something done, once per key however often it is ordered; a 404 is a refusal."""
        answer = await self.ask(method, path, done, json=body, headers={"Idempotency-Key": key})
        if answer is None:
            raise RegistryRefusal(f"{self.name}: HTTP 404")
        return answer

    def require_same(self, asked: str, answered: str) -> None:
        """Refuse an answer about another person than the one asked about."""
        if asked.casefold() != answered.casefold():
            raise RegistryTrouble(f"{self.name}: the answer is about somebody else")

    def _understood(self, content: bytes, answer: type[A]) -> A:
        # Causes are left out: they quote the answer, which is personal data.
        try:
            found = from_json(content)
        except ValueError:
            raise RegistryTrouble(f"{self.name}: the answer is not JSON") from None
        if isinstance(found, dict) and found.get("error"):
            raise RegistryTrouble(f"{self.name}: an error inside the answer")
        try:
            return answer.model_validate(found)
        except ValidationError as nonsense:
            raise RegistryTrouble(f"{self.name}: malformed answer, {nonsense.error_count()} errors") from None
