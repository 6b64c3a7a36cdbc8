"""The clients of the outside systems, on a sandbox."""

from dataclasses import dataclass

import httpx

from domain.appeal import DocumentKind
from domain.contracts.appeal import Details
from infra.registries import AccountRegistry, DocumentRegistries, Registry, Services, SignatureVerifier
from sandbox.people import people


@dataclass(frozen=True)
class Outside:
    """Every client, and a way to order faults."""

    http: httpx.AsyncClient
    url: str

    @property
    def accounts(self) -> AccountRegistry:
        return AccountRegistry(Registry("accounts", f"{self.url}/accounts", self.http))

    @property
    def documents(self) -> DocumentRegistries:
        addresses = {
            DocumentKind.PASSPORT: "passports",
            DocumentKind.SNILS: "snils",
            DocumentKind.INN: "inn",
        }
        return DocumentRegistries(
            {kind: Registry(name, f"{self.url}/{name}", self.http) for kind, name in addresses.items()}
        )

    @property
    def signatures(self) -> SignatureVerifier:
        return SignatureVerifier(Registry("signatures", f"{self.url}/signatures", self.http))

    @property
    def services(self) -> Services:
        return Services(f"{self.url}/services", self.http)

    async def fault(self, system: str, mode: str, times: int = 1) -> None:
        answer = await self.http.put(f"{self.url}/faults/{system}", json={"mode": mode, "times": times})
        answer.raise_for_status()


def details_of(account_id: str) -> Details:
    """What this invented person would tell."""
    return Details.model_validate(people()[account_id].model_dump())
