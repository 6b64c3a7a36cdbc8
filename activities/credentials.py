"""One-time passwords: made here, sealed at once, set in the account registry, seen by nobody (REC-4)."""

import json
import secrets
from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import CredentialActivities
from activities.registries import refusals_are_final
from domain.contracts.registries import PasswordIssue
from infra.registries import AccountRegistry
from infra.sealing import Seal
from store.credentials import Credentials

# Without characters that look alike in print: 5 bits each.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_CHARACTERS = 20
OPENING_CODE_CHARACTERS = 12


@dataclass(frozen=True)
class Credential:
    """A one-time password and the code that opens the letter it travels in."""

    password: str
    opening_code: str

    @classmethod
    def generate(cls) -> "Credential":
        return cls(_random(PASSWORD_CHARACTERS), _random(OPENING_CODE_CHARACTERS))


@dataclass(frozen=True)
class CredentialVault:
    """Keeps credentials sealed between their making and their letter."""

    credentials: Credentials
    seal: Seal

    async def make(self, credential_id: str) -> Credential:
        """A new credential under this id, or the one that an interrupted attempt has left there."""
        sealed = self.seal.close(credential_id, json.dumps(vars(Credential.generate())))
        return self._opened(credential_id, await self.credentials.keep(credential_id, sealed))

    async def open(self, credential_id: str) -> Credential:
        """The credential; `LookupError` once it is destroyed."""
        return self._opened(credential_id, await self.credentials.sealed(credential_id))

    async def destroy(self, credential_id: str) -> None:
        await self.credentials.destroy(credential_id)

    def _opened(self, credential_id: str, sealed: bytes) -> Credential:
        return Credential(**json.loads(self.seal.open(credential_id, sealed)))


@dataclass(frozen=True)
class CredentialIssuer(CredentialActivities):
    """The body of `CredentialActivities`."""

    vault: CredentialVault
    accounts: AccountRegistry

    @activity.defn
    async def issue_password(self, issue: PasswordIssue) -> None:
        if issue.replaces:
            await self.vault.destroy(issue.replaces)
        credential = await self.vault.make(issue.issue_id)
        with refusals_are_final():
            await self.accounts.set_one_time_password(
                account_id=issue.account_id,
                password=credential.password,
                expires_at=issue.expires_at.isoformat(),
                number=issue.number,
                key=issue.issue_id,
            )


def _random(characters: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))
