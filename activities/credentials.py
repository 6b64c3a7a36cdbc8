"""One-time passwords: made here, sealed at once, set in the account registry, seen by nobody (REC-4)."""

import json
import secrets
from dataclasses import dataclass

from temporalio import activity

from activities.interfaces import CredentialActivities
from activities.registries import refusals_are_final
from domain.contracts.registries import PasswordIssue
from domain.sealing import DataKey, Keyring
from infra.registries import AccountRegistry
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
    """Keeps credentials sealed by the key of their case, between their making and their letter."""

    credentials: Credentials
    keyring: Keyring

    async def make(self, number: str, credential_id: str) -> Credential:
        """A new credential of a case under this id, or the one that an interrupted attempt has left there."""
        key = await self.keyring.key(number)
        sealed = key.seal(_label(credential_id), json.dumps(vars(Credential.generate())).encode())
        return _opened(key, credential_id, await self.credentials.keep(credential_id, sealed))

    async def open(self, number: str, credential_id: str) -> Credential:
        """The credential; `LookupError` once it is destroyed."""
        sealed = await self.credentials.sealed(credential_id)
        return _opened(await self.keyring.key(number, may_make=False), credential_id, sealed)

    async def destroy(self, credential_id: str) -> None:
        await self.credentials.destroy(credential_id)


@dataclass(frozen=True)
class CredentialIssuer(CredentialActivities):
    """The body of `CredentialActivities`."""

    vault: CredentialVault
    accounts: AccountRegistry

    @activity.defn
    async def issue_password(self, issue: PasswordIssue) -> None:
        if issue.replaces:
            await self.vault.destroy(issue.replaces)
        credential = await self.vault.make(issue.number, issue.issue_id)
        with refusals_are_final():
            await self.accounts.set_one_time_password(
                account_id=issue.account_id,
                password=credential.password,
                expires_at=issue.expires_at.isoformat(),
                number=issue.number,
                key=issue.issue_id,
            )


def _opened(key: DataKey, credential_id: str, sealed: bytes) -> Credential:
    return Credential(**json.loads(key.open(_label(credential_id), sealed)))


def _label(credential_id: str) -> str:
    return f"credential {credential_id}"


def _random(characters: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))
