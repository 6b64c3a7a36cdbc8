"""The services of the portal: their records of a person, data sent again, packages of documents."""

from typing import Any, Literal

import httpx

from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.services import PackageOrder, PackageOutcome, ServiceOrder, ServiceReceipt, ServiceRecord
from infra.registries.registry import Registry, RegistryRefusal, RegistryTrouble

SENT_AGAIN = {"snils", "full_name", "passport", "phone"}


class _Looked(Contract):
    """Every answer says whose record it speaks of and when, by the service's own clock."""

    snils: str
    state: Literal["accepted", "missing"]
    answered_at: AwareDatetime
    full_name: str | None = None
    passport: str | None = None
    phone: str | None = None
    updated_at: AwareDatetime | None = None


class Services:
    """All services, each under its name below one address."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = url
        self._client = client

    async def find(self, service: str, details: Details) -> ServiceRecord:
        """What a service has on record of the person with this SNILS (MSV-1, MSV-2)."""
        registry = self._registry(service)
        if details.snils is None:
            raise RegistryRefusal(f"{registry.name}: no SNILS to ask by")
        found = await registry.ask("POST", "/records/lookup", _Looked, json={"snils": details.snils})
        if found is None:
            raise RegistryRefusal(f"{registry.name}: HTTP 404")
        registry.require_same(details.snils, found.snils)
        is_found = found.state == "accepted"
        if is_found and (found.full_name is None or found.updated_at is None):
            raise RegistryTrouble(f"{registry.name}: a record without its name or its time")
        return ServiceRecord(
            found=is_found,
            recorded_at=found.updated_at,
            **found.model_dump(exclude={"snils", "state", "updated_at"}),
        )

    async def submit(self, order: ServiceOrder) -> ServiceReceipt:
        """Send a person's data again; under the same order they are taken once (MSV-3)."""
        body: dict[str, Any] = {"request_number": order.number, **order.details.model_dump(include=SENT_AGAIN)}
        registry = self._registry(order.service)
        return await registry.order("POST", "/submissions", order.order_id, ServiceReceipt, body)

    async def apply(self, order: PackageOrder) -> PackageOutcome:
        """Have a package of documents processed; under the same order it is processed once (DOC-3)."""
        body = {"request_number": order.number, "items": [item.model_dump() for item in order.items]}
        registry = self._registry(order.service)
        return await registry.order("POST", "/applications", order.order_id, PackageOutcome, body)

    def _registry(self, service: str) -> Registry:
        # The name becomes part of an address: "../accounts" must lead nowhere.
        if not (service.isascii() and service.isidentifier()):
            raise RegistryRefusal("services: no such name")
        return Registry(f"services.{service}", f"{self._url}/{service}", self._client)
