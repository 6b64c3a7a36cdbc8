"""The registry of the portal's accounts: what it knows of one, and what it does to one on our order."""

from typing import Literal

from domain.case import AccountSecurity
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.registries import AccountLog, AccountRecord, AccountSecured, AccountUnlocked, LogEntry
from infra.registries.registry import Registry, RegistryTrouble

# An attack fills a log without end; the newest entries tell it as well, and fit into a message.
LOG_ENTRIES_MAX = 1000


class _Account(AccountRecord):
    status: Literal["active", "locked"]


class _LogEntry(Contract):
    at: AwareDatetime
    event: str
    ip: str


class _Log(Contract):
    account_id: str
    entries: list[_LogEntry]


class _Security(Contract):
    # Null before the first one-time password, but never absent.
    request_number: str | None
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None


class _PasswordSet(Contract):
    set_at: AwareDatetime


class _Unlocked(Contract):
    unlocked_at: AwareDatetime


class AccountRegistry:
    """The registry of the portal's accounts."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def find(self, login: str | None) -> AccountRecord | None:
        """The account the citizen names by its login."""
        found = await self._lookup(login)
        return found and _record(found)

    async def log(self, login: str) -> AccountLog:
        """The end of the audit log of the account with this login, oldest entry first (ULK-1)."""
        account = await self._lookup(login)
        if account is None:
            return AccountLog(is_locked=False)
        log = await self._registry.ask("GET", f"/{account.account_id}/audit-log", _Log)
        if log is None:
            raise RegistryTrouble(f"{self._registry.name}: no log of a known account")
        self._registry.require_same(account.account_id, log.account_id)
        newest = sorted(log.entries, key=lambda entry: entry.at)[-LOG_ENTRIES_MAX:]
        return AccountLog(
            account=_record(account),
            is_locked=account.status == "locked",
            entries=[LogEntry(at=entry.at, event=entry.event, address=entry.ip) for entry in newest],
        )

    async def security(self, account_id: str, number: str) -> AccountSecurity:
        """What the citizen has done since the one-time password that was set for this appeal."""
        found = await self._registry.ask("GET", f"/{account_id}/security", _Security)
        if found is None or found.request_number != number:
            return AccountSecurity()
        return AccountSecurity(**found.model_dump(exclude={"request_number"}))

    async def set_one_time_password(
        self, account_id: str, password: str, expires_at: str, number: str, key: str
    ) -> None:
        """Set a password that must be changed at the first sign-in; under the same key it is set once."""
        body = {"password": password, "expires_at": expires_at, "request_number": number}
        await self._registry.order("PUT", f"/{account_id}/one-time-password", key, _PasswordSet, body)

    async def unlock(self, account_id: str, number: str, key: str) -> AccountUnlocked:
        """Take the lock away; an account without one is a refusal (ULK-2)."""
        body = {"request_number": number}
        done = await self._registry.order("POST", f"/{account_id}/unlock", key, _Unlocked, body)
        return AccountUnlocked(at=done.unlocked_at)

    async def secure(self, account_id: str, number: str, key: str) -> AccountSecured:
        """End the sessions and admit nobody with the present password (SEC-1)."""
        body = {"request_number": number}
        return await self._registry.order("POST", f"/{account_id}/secure", key, AccountSecured, body)

    async def _lookup(self, login: str | None) -> _Account | None:
        found = await self._registry.ask("POST", "/lookup", _Account, json={"login": login})
        if found is not None:
            self._registry.require_same(login or "", found.login)
        return found


def _record(account: _Account) -> AccountRecord:
    return AccountRecord(**account.model_dump(exclude={"status"}))
