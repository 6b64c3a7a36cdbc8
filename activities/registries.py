"""Asking the outside registries."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.interfaces import RegistryActivities
from domain.case import AccountSecurity
from domain.contracts.registries import (
    AccountLog,
    AccountQuestion,
    ConsentCheck,
    ConsentVerdict,
    RegistryCheck,
    RegistryFindings,
    ScanCheck,
    ScanVerdict,
    SecurityCheck,
)
from infra.registries import AccountRegistry, DocumentRegistries, RegistryRefusal, SignatureVerifier


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
    signatures: SignatureVerifier

    @activity.defn
    async def check_registries(self, check: RegistryCheck) -> RegistryFindings:
        details = check.details
        with refusals_are_final():
            account, *records = await asyncio.gather(
                self.accounts.find(details.login),
                *(self.documents.find(kind, getattr(details, kind)) for kind in check.documents),
            )
        return RegistryFindings(account=account, documents=[record for record in records if record])

    @activity.defn
    async def check_account_security(self, check: SecurityCheck) -> AccountSecurity:
        with refusals_are_final():
            return await self.accounts.security(check.account_id, check.number)

    @activity.defn
    async def read_account_log(self, question: AccountQuestion) -> AccountLog:
        with refusals_are_final():
            return await self.accounts.log(question.login)

    @activity.defn
    async def check_scan(self, check: ScanCheck) -> ScanVerdict:
        with refusals_are_final():
            return await self.documents.check_scan(check)

    @activity.defn
    async def verify_consent(self, check: ConsentCheck) -> ConsentVerdict:
        with refusals_are_final():
            return await self.signatures.verify(check)
