"""The account registry's records: the persons of `people.json`, and what has befallen their accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import HTTPException
from pydantic import BaseModel, model_validator

from sandbox import passwords
from sandbox.account import Account, AuditEntry
from sandbox.parts import part
from sandbox.people import Person, Status, people
from sandbox.storage import Store

KIND = "account"


class Wanted(BaseModel):
    """By what to look for an account; everything that is given must fit."""

    account_id: str | None = None
    login: str | None = None
    snils: str | None = None
    phone: str | None = None
    email: str | None = None

    @model_validator(mode="after")
    def _something(self) -> "Wanted":
        if not self.model_dump(exclude_none=True):
            raise ValueError("nothing to look for")
        return self

    def fits(self, person: Person) -> bool:
        given = self.model_dump(exclude_none=True)
        return all(getattr(person, field).casefold() == value.casefold() for field, value in given.items())


class Entry(BaseModel):
    """What the registry tells of an account."""

    account_id: str
    login: str
    full_name: str
    birth_date: date
    passport: str
    snils: str
    inn: str
    phone: str
    email: str
    status: Status


class Accounts:
    """Accounts by id; every change is on disk before the caller hears of it."""

    def __init__(self, store: Store, founded_at: datetime) -> None:
        self._store = store
        for person in people().values():
            if store.get(KIND, person.account_id) is None:
                self._keep(person.account_id, opened(person, founded_at))

    def find(self, wanted: Wanted) -> Entry:
        person = next((person for person in people().values() if wanted.fits(person)), None)
        if person is None:
            raise HTTPException(404, "no such account")
        account = self.get(person.account_id)
        return Entry.model_validate(person.model_dump() | {"status": account.status})

    def get(self, account_id: str) -> Account:
        body = self._store.get(KIND, account_id)
        if body is None:
            raise HTTPException(404, "no such account")
        return Account.model_validate(body)

    @contextmanager
    def changing(self, account_id: str) -> Iterator[Account]:
        """An account to be changed in the body of a `with`, without an await, and kept at its end."""
        account = self.get(account_id)
        yield account
        self._keep(account_id, account)

    def _keep(self, account_id: str, account: Account) -> None:
        self._store.put((KIND, account_id, account.model_dump(mode="json")))


def opened(person: Person, founded_at: datetime) -> Account:
    """A person's account as it was when the sandbox was first started."""
    entries = [
        AuditEntry(
            at=founded_at - timedelta(minutes=past.minutes_ago, seconds=-past.every_s * nth),
            event=past.event,
            ip=ip,
        )
        for past in person.past
        for nth, ip in enumerate(past.ips)
    ]
    return Account(status=person.status, password=passwords.hashed(person.password), audit_log=entries)


AccountsPart = Annotated[Accounts, part(Accounts)]
