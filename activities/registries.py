"""Asking the outside registries."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.interfaces import RegistryActivities
from domain.case import AccountSecurity
from domain.contracts.registries import RegistryCheck, RegistryFindings, SecurityCheck
from infra.registries import AccountRegistry, DocumentRegistries, RegistryRefusal


@contextmanager
def refusals_are_final() -> Iterator[None]:
    """A registry that understood and refused is not asked again by the engine, but by a person."""
    try:
        yield
    except RegistryRefusal as refusal:
        raise ApplicationError(str(refusal), type="RegistryRefusal", non_retryable=True) from None


@dataclass(frozen=True)
class RegistryClient(RegistryActivities):
    """The body of `RegistryActivities`."""

    accounts: AccountRegistry
    documents: DocumentRegistries

    @activity.defn
    async def check_registries(self, check: RegistryCheck) -> RegistryFindings:
        details = check.details
        with refusals_are_final():
            account, *records = await asyncio.gather(
                self.accounts.find(details),
                *(self.documents.find(kind, getattr(details, kind)) for kind in check.documents),
            )
        return RegistryFindings(account=account, documents=[record for record in records if record])

    @activity.defn
    async def check_account_security(self, check: SecurityCheck) -> AccountSecurity:
        with refusals_are_final():
            return await self.accounts.security(check.account_id, check.number)
