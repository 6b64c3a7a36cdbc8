"""The invented persons of `people.json`, from whom every registry derives what it knows."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Registry = Literal["passports", "snils", "inn"]
Service = Literal["pension", "taxes", "property", "clinic"]
Status = Literal["active", "locked"]
Event = Literal[
    "sign_in",
    "sign_in_failed",
    "locked",
    "unlocked",
    "sessions_ended",
    "password_change_forced",
    "one_time_password_set",
    "password_changed",
    "two_factor_enabled",
]
Digits10 = Annotated[str, Field(pattern=r"^\d{10}$")]
Digits11 = Annotated[str, Field(pattern=r"^\d{11}$")]
Digits12 = Annotated[str, Field(pattern=r"^\d{12}$")]


class PastEvents(BaseModel):
    """The same event once from each address, so long before the sandbox was first started."""

    model_config = ConfigDict(extra="forbid")

    minutes_ago: int
    event: Event
    ips: list[str]
    every_s: int = 0


class Person(BaseModel):
    """A person as the account registry knows him.

    `overrides` is where registries and services differ, `unknown_to` names the services without a record.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: str
    login: str
    password: str
    full_name: str
    birth_date: date
    passport: Digits10
    issued_on: date
    issued_by: str
    snils: Digits11
    inn: Digits12
    phone: Annotated[str, Field(pattern=r"^\+7900\d{7}$")]
    email: str
    time_zone: str
    status: Status = "active"
    overrides: dict[Registry | Service, dict[str, str]] = {}
    unknown_to: list[Service] = []
    past: list[PastEvents]


@cache
def people() -> dict[str, Person]:
    """All persons by their account's id."""
    listed = TypeAdapter(list[Person]).validate_json(Path(__file__).with_name("people.json").read_bytes())
    return {person.account_id: person for person in listed}


router = APIRouter(prefix="/people", tags=["people"])


@router.get("")
async def listed() -> list[Person]:
    """Everybody with everything, passwords included: whom a demonstration can play."""
    return list(people().values())
