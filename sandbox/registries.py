"""Registries of passports with their scans, insurance numbers (SNILS) and taxpayer numbers (INN)."""

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from sandbox.people import Digits10, Digits11, Digits12, Person, Registry, people

PASSPORT_FIELDS = ("passport", "full_name", "birth_date", "issued_on", "issued_by")
SCAN_FORMATS = ["pdf", "jpg"]
SNILS_FIELDS = ("snils", "full_name", "birth_date")
INN_FIELDS = ("inn", "full_name", "birth_date")

Entry = dict[str, Any]
router = APIRouter(tags=["registries"])


class PassportQuery(BaseModel):
    passport: Digits10


class SnilsQuery(BaseModel):
    snils: Digits11


class InnQuery(BaseModel):
    inn: Digits12


class Scan(BaseModel):
    """A scan that the portal keeps under a reference."""

    reference: str
    format: str
    sha256: str | None = None


@router.post("/passports/scans")
async def scan(given: Scan) -> Entry:
    """Whether the verification system can read the scan; if it can't, which formats it can."""
    if given.format.casefold() in SCAN_FORMATS:
        return {"accepted": True}
    return {"accepted": False, "accepted_formats": SCAN_FORMATS}


@router.post("/passports/lookup")
async def passport(query: PassportQuery) -> Entry:
    """The interior ministry's entry, `status` being valid, invalid or lost."""
    found = _entry("passports", PASSPORT_FIELDS, query.passport)
    return {"status": "valid", **found}


@router.post("/snils/lookup")
async def snils(query: SnilsQuery) -> Entry:
    return _entry("snils", SNILS_FIELDS, query.snils)


@router.post("/inn/lookup")
async def inn(query: InnQuery) -> Entry:
    return _entry("inn", INN_FIELDS, query.inn)


def _entry(registry: Registry, fields: tuple[str, ...], number: str) -> Entry:
    """The entry under a number, which is the first of the registry's fields."""
    entries = (_known_to(registry, fields, person) for person in people().values())
    found = next((entry for entry in entries if entry[fields[0]] == number), None)
    if found is None:
        raise HTTPException(404, f"no such entry in {registry}")
    return found


def _known_to(registry: Registry, fields: tuple[str, ...], person: Person) -> Entry:
    return person.model_dump(mode="json", include=set(fields)) | person.overrides.get(registry, {})
