"""Why an account is locked, judged by its audit log alone (ULK-1, SEC-1).

Only what came after the last unlock or new password counts. Of that, the worst hour decides:

* failed sign-ins from many addresses, or a great many of them, are an attack, whether or not the account is locked;
* else a lock right after a series of failures is the citizen's own;
* a lock for which the log gives no such reason is left to a person.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from itertools import takewhile

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.registries import AccountLog, LogEntry

WINDOW = timedelta(hours=1)
ATTACK_ADDRESSES = 3
ATTACK_FAILURES = 20
SERIES_FAILURES = 3

FAILED, LOCKED = "sign_in_failed", "locked"
CLEARING = frozenset({"unlocked", "one_time_password_set", "password_changed"})


class LockVerdict(StrEnum):
    """Why an account is locked, if it is."""

    LOCKED_BY_FAILURES = "locked_by_failures"
    NOT_LOCKED = "not_locked"
    ATTACK = "attack"
    UNEXPLAINED = "unexplained"


class LockJudgement(Contract):
    """The verdict with the facts it rests on, none of which is personal: those of the worst hour of failures."""

    verdict: LockVerdict
    failures: int = 0
    addresses: int = 0
    first_failure_at: AwareDatetime | None = None
    last_failure_at: AwareDatetime | None = None
    locked_at: AwareDatetime | None = None


def judge(log: AccountLog) -> LockJudgement:
    """The verdict on a log, whose entries may come in any order."""
    entries = _uncleared(sorted(log.entries, key=lambda entry: entry.at))
    hour = _worst_hour([entry for entry in entries if entry.event == FAILED])
    lock = max((position for position, entry in enumerate(entries) if entry.event == LOCKED), default=None)
    return LockJudgement(
        verdict=_verdict(log.is_locked, lock, entries, hour),
        failures=len(hour),
        addresses=_addresses(hour),
        first_failure_at=hour[0].at if hour else None,
        last_failure_at=hour[-1].at if hour else None,
        locked_at=entries[lock].at if lock is not None and log.is_locked else None,
    )


def _verdict(is_locked: bool, lock: int | None, entries: list[LogEntry], hour: list[LogEntry]) -> LockVerdict:
    if _is_attack(hour):
        return LockVerdict.ATTACK
    if not is_locked:
        return LockVerdict.NOT_LOCKED
    before = takewhile(lambda entry: entry.event == FAILED, reversed(entries[: lock or 0]))
    return LockVerdict.LOCKED_BY_FAILURES if len(list(before)) >= SERIES_FAILURES else LockVerdict.UNEXPLAINED


def _is_attack(hour: list[LogEntry]) -> bool:
    return _addresses(hour) >= ATTACK_ADDRESSES or len(hour) >= ATTACK_FAILURES


def _uncleared(entries: list[LogEntry]) -> list[LogEntry]:
    cleared = [position for position, entry in enumerate(entries) if entry.event in CLEARING]
    return entries[cleared[-1] + 1 :] if cleared else entries


def _worst_hour(failures: list[LogEntry]) -> list[LogEntry]:
    """The failures of the hour that looks worst: an attack before none, then by addresses, then by failures."""
    hours: list[list[LogEntry]] = []
    first = 0
    for last, entry in enumerate(failures):
        while entry.at - failures[first].at > WINDOW:
            first += 1
        hours.append(failures[first : last + 1])
    return max(hours, key=lambda hour: (_is_attack(hour), _addresses(hour), len(hour)), default=[])


def _addresses(entries: Iterable[LogEntry]) -> int:
    return len({entry.address for entry in entries})
