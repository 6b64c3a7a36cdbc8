"""Clients of the outside registries. Silence and nonsense are `RegistryTrouble`; "not known" is an answer."""

from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from domain.appeal import DocumentKind
from domain.case import AccountSecurity
from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.registries import AccountRecord, DocumentRecord

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
        """The registry's answer, or None when it knows nothing of the kind (404)."""
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
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as nonsense:
            # Without the cause: it quotes the answer, which is personal data.
            raise RegistryTrouble(f"{self.name}: {nonsense.error_count()} errors in the answer") from None


class _Security(Contract):
    request_number: str | None = None
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None


class _Done(Contract):
    set_at: AwareDatetime


class AccountRegistry:
    """The registry of the portal's accounts."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def find(self, details: Details) -> AccountRecord | None:
        """The account the citizen names by its login."""
        return await self._registry.ask("POST", "/lookup", AccountRecord, json={"login": details.login})

    async def set_one_time_password(
        self, account_id: str, password: str, expires_at: str, number: str, key: str
    ) -> None:
        """Set a password that must be changed at the first sign-in; under the same key it is set once."""
        done = await self._registry.ask(
            "PUT",
            f"/{account_id}/one-time-password",
            _Done,
            json={"password": password, "expires_at": expires_at, "request_number": number},
            headers={"Idempotency-Key": key},
        )
        if done is None:
            raise RegistryRefusal(f"{self._registry.name}: no such account any more")

    async def security(self, account_id: str, number: str) -> AccountSecurity:
        """What the citizen has done since the one-time password that was set for this appeal."""
        found = await self._registry.ask("GET", f"/{account_id}/security", _Security)
        if found is None or found.request_number != number:
            return AccountSecurity()
        return AccountSecurity(**found.model_dump(exclude={"request_number"}))


class _Document(Contract):
    full_name: str
    status: str = "valid"


class DocumentRegistries:
    """The registries of passports, SNILS and INN."""

    def __init__(self, registries: dict[DocumentKind, Registry]) -> None:
        self._registries = registries

    async def find(self, kind: DocumentKind, number: str) -> DocumentRecord | None:
        """The document as its authority knows it."""
        found = await self._registries[kind].ask("POST", "/lookup", _Document, json={kind.value: number})
        if found is None:
            return None
        return DocumentRecord(kind=kind, full_name=found.full_name, valid=found.status == "valid")
