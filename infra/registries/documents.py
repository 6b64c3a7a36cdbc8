"""The registries of passports, SNILS and INN."""

from datetime import date
from typing import Literal

from domain.appeal import DocumentKind
from domain.contracts.contract import Contract
from domain.contracts.registries import DocumentRecord, ScanCheck, ScanVerdict
from infra.registries.registry import Registry, RegistryRefusal


class _Document(Contract):
    full_name: str
    issued_on: date | None = None

    @property
    def is_valid(self) -> bool:
        return True


class _Passport(_Document):
    passport: str
    status: Literal["valid", "invalid", "lost"]

    @property
    def is_valid(self) -> bool:
        return self.status == "valid"


class _Snils(_Document):
    snils: str


class _Inn(_Document):
    inn: str


_ANSWERS: dict[DocumentKind, type[_Document]] = {
    DocumentKind.PASSPORT: _Passport,
    DocumentKind.SNILS: _Snils,
    DocumentKind.INN: _Inn,
}


class DocumentRegistries:
    """The registries of passports, SNILS and INN."""

    def __init__(self, registries: dict[DocumentKind, Registry]) -> None:
        self._registries = registries

    async def find(self, kind: DocumentKind, number: str) -> DocumentRecord | None:
        """The document as its authority knows it."""
        registry = self._registries[kind]
        found = await registry.ask("POST", "/lookup", _ANSWERS[kind], json={kind.value: number})
        if found is None:
            return None
        registry.require_same(number, getattr(found, kind))
        issued_on = found.issued_on.isoformat() if found.issued_on else None
        return DocumentRecord(kind=kind, full_name=found.full_name, valid=found.is_valid, issued_on=issued_on)

    async def check_scan(self, check: ScanCheck) -> ScanVerdict:
        """Whether the verification of passports can read a scan of this format (VER-2)."""
        registry = self._registries[DocumentKind.PASSPORT]
        verdict = await registry.ask("POST", "/scans", ScanVerdict, json=check.model_dump())
        if verdict is None:
            raise RegistryRefusal(f"{registry.name}: HTTP 404")
        return verdict
