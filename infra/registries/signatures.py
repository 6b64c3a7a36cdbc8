"""The verification of electronic signatures."""

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.registries import ConsentCheck, ConsentVerdict
from infra.registries.registry import Registry, RegistryRefusal, RegistryTrouble


class _Verified(Contract):
    valid: bool
    snils: str | None = None
    signed_at: AwareDatetime | None = None


class SignatureVerifier:
    """Says whether a person has signed a file."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def verify(self, check: ConsentCheck) -> ConsentVerdict:
        """Whether the consent bears the valid signature of the holder of this SNILS, and since when (DOC-1)."""
        found = await self._registry.ask("POST", "/verify", _Verified, json=check.model_dump())
        if found is None:
            raise RegistryRefusal(f"{self._registry.name}: HTTP 404")
        if found.snils is not None:
            self._registry.require_same(check.snils, found.snils)
        if found.valid and (found.snils is None or found.signed_at is None):
            raise RegistryTrouble(f"{self._registry.name}: a valid signature without its signer or its time")
        return ConsentVerdict(valid=found.valid, signed_at=found.signed_at)
