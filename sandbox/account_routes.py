"""The account registry over HTTP: for the hotline, and for the citizen who acts in the portal."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from sandbox import clock
from sandbox.account import AuditEntry, OneTimePassword, Security, Visit
from sandbox.accounts import AccountsPart, Entry, Wanted
from sandbox.clock import Moment
from sandbox.idempotency import IdempotencyKey
from sandbox.reports import ReportsPart

router = APIRouter(prefix="/accounts", tags=["accounts"])


async def _visit(request: Request) -> Visit:
    return Visit(at=clock.now(), ip=request.client.host if request.client else "unknown")


ThisVisit = Annotated[Visit, Depends(_visit)]


class AuditLog(BaseModel):
    account_id: str
    entries: list[AuditEntry]


class PasswordSet(BaseModel):
    set_at: Moment


class Order(BaseModel):
    """On whose request the hotline acts."""

    request_number: str


class Unlocked(BaseModel):
    unlocked_at: Moment


class Secured(BaseModel):
    sessions_ended_at: Moment
    password_change_forced_at: Moment


class Password(BaseModel):
    password: str


class PasswordChange(BaseModel):
    old_password: str
    new_password: Annotated[str, Field(min_length=12)]


class Standing(BaseModel):
    """What the citizen is told after each of his doings."""

    must_change_password: bool
    security: Security


@router.post("/lookup")
async def lookup(wanted: Wanted, accounts: AccountsPart) -> Entry:
    return accounts.find(wanted)


@router.get("/{account_id}/audit-log")
async def audit_log(account_id: str, accounts: AccountsPart) -> AuditLog:
    return AuditLog(account_id=account_id, entries=accounts.get(account_id).audit_log)


@router.get("/{account_id}/security")
async def security(account_id: str, accounts: AccountsPart) -> Security:
    return accounts.get(account_id).security


@router.put("/{account_id}/one-time-password")
async def set_one_time_password(
    account_id: str, order: OneTimePassword, key: IdempotencyKey, accounts: AccountsPart, visit: ThisVisit
) -> PasswordSet:
    with accounts.changing(account_id) as account:
        return PasswordSet(set_at=account.set_one_time_password(order, key, visit))


@router.post("/{account_id}/unlock")
async def unlock(
    account_id: str, order: Order, key: IdempotencyKey, accounts: AccountsPart, visit: ThisVisit
) -> Unlocked:
    with accounts.changing(account_id) as account:
        unlocked_at = account.unlock(key, visit)
    if unlocked_at is None:
        raise HTTPException(409, "the account is not locked")
    return Unlocked(unlocked_at=unlocked_at)


@router.post("/{account_id}/secure")
async def secure(
    account_id: str, order: Order, key: IdempotencyKey, accounts: AccountsPart, visit: ThisVisit
) -> Secured:
    with accounts.changing(account_id) as account:
        secured_at = account.secure(key, visit)
    return Secured(sessions_ended_at=secured_at, password_change_forced_at=secured_at)


@router.post("/{account_id}/sign-in")
async def sign_in(account_id: str, given: Password, accounts: AccountsPart, visit: ThisVisit) -> Standing:
    with accounts.changing(account_id) as account:
        admitted = account.sign_in(given.password, visit)
    _require(admitted)
    return Standing(must_change_password=account.must_change, security=account.security)


@router.post("/{account_id}/password")
async def change_password(
    account_id: str, change: PasswordChange, accounts: AccountsPart, reports: ReportsPart, visit: ThisVisit
) -> Standing:
    if change.new_password == change.old_password:
        raise HTTPException(422, "the new password is the old one")
    with accounts.changing(account_id) as account:
        admitted = account.change_password(change.old_password, change.new_password, visit)
    _require(admitted)
    reports.send(account_id, "password_changed", visit.at, account.security)
    return Standing(must_change_password=account.must_change, security=account.security)


@router.post("/{account_id}/two-factor")
async def enable_two_factor(
    account_id: str, given: Password, accounts: AccountsPart, reports: ReportsPart, visit: ThisVisit
) -> Standing:
    if accounts.get(account_id).must_change:
        raise HTTPException(409, "the one-time password is to be changed first")
    with accounts.changing(account_id) as account:
        admitted = account.enable_two_factor(given.password, visit)
    _require(admitted)
    reports.send(account_id, "two_factor_enabled", visit.at, account.security)
    return Standing(must_change_password=account.must_change, security=account.security)


def _require(admitted: bool) -> None:
    if not admitted:
        raise HTTPException(401, "the password is wrong or has expired, or the account is locked")
