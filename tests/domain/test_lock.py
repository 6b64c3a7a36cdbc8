"""Why an account is locked: its own failures, an attack, or nothing that the log could tell."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.registries import AccountLog, LogEntry
from domain.lock import ATTACK_ADDRESSES, ATTACK_FAILURES, SERIES_FAILURES, WINDOW, LockVerdict, judge

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOME = "198.51.100.44"


def entry(event: str, minute: float, address: str = HOME) -> LogEntry:
    return LogEntry(at=START + timedelta(minutes=minute), event=event, address=address)


def failures(count: int, first: float = 0, every: float = 1, addresses: int = 1) -> list[LogEntry]:
    return [entry("sign_in_failed", first + n * every, f"203.0.113.{n % addresses}") for n in range(count)]


def verdict(*entries: LogEntry, is_locked: bool = True) -> LockVerdict:
    return judge(AccountLog(is_locked=is_locked, entries=list(entries))).verdict


@pytest.mark.requirement("ULK-1")
def test_a_lock_after_a_series_of_failures_is_the_citizens_own() -> None:
    log = AccountLog(is_locked=True, entries=[entry("sign_in", -60), *failures(5), entry("locked", 5)])
    found = judge(log)
    assert found.verdict == LockVerdict.LOCKED_BY_FAILURES
    assert (found.failures, found.addresses) == (5, 1)
    assert (found.first_failure_at, found.last_failure_at) == (START, START + timedelta(minutes=4))
    assert found.locked_at == START + timedelta(minutes=5)


@pytest.mark.requirement("ULK-1")
@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry("locked", 0)],
        failures(5),
        [*failures(SERIES_FAILURES - 1), entry("locked", 5)],
        [*failures(5), entry("sign_in", 5), entry("locked", 6)],
        [*failures(5), entry("unlocked", 5), entry("locked", 6)],
        [entry("locked", -1), *failures(5)],
    ],
    ids=["empty", "no-failures", "no-lock", "too-few", "signed-in-since", "unlocked-since", "failed-after"],
)
def test_a_lock_that_the_log_does_not_explain_is_not_confirmed(entries: list[LogEntry]) -> None:
    assert verdict(*entries) == LockVerdict.UNEXPLAINED


@pytest.mark.requirement("ULK-1")
def test_without_a_lock_a_series_of_failures_confirms_nothing() -> None:
    found = judge(AccountLog(is_locked=False, entries=[*failures(4), entry("locked", 5)]))
    assert (found.verdict, found.failures, found.locked_at) == (LockVerdict.NOT_LOCKED, 4, None)
    assert judge(AccountLog(is_locked=False)).verdict == LockVerdict.NOT_LOCKED


@pytest.mark.requirement("SEC-1", "ULK-1")
@pytest.mark.parametrize("is_locked", [True, False])
def test_many_addresses_or_many_failures_within_an_hour_are_an_attack(is_locked: bool) -> None:
    many_addresses = failures(ATTACK_ADDRESSES, every=30, addresses=ATTACK_ADDRESSES)
    assert verdict(*many_addresses, is_locked=is_locked) == LockVerdict.ATTACK
    assert verdict(*failures(ATTACK_FAILURES), is_locked=is_locked) == LockVerdict.ATTACK


@pytest.mark.requirement("SEC-1")
def test_just_below_the_thresholds_there_is_no_attack() -> None:
    addresses = ATTACK_ADDRESSES - 1
    assert verdict(*failures(ATTACK_FAILURES - 1, addresses=addresses), is_locked=False) == LockVerdict.NOT_LOCKED
    spread = failures(ATTACK_ADDRESSES, every=30.1, addresses=ATTACK_ADDRESSES)
    assert verdict(*spread, is_locked=False) == LockVerdict.NOT_LOCKED


@pytest.mark.requirement("SEC-1")
def test_a_quiet_hour_with_more_addresses_hides_no_attack_from_one() -> None:
    quiet = failures(2, first=600, addresses=2)
    found = judge(AccountLog(is_locked=False, entries=[*failures(ATTACK_FAILURES), *quiet]))
    assert (found.verdict, found.failures, found.addresses) == (LockVerdict.ATTACK, ATTACK_FAILURES, 1)


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("clearing", ["unlocked", "one_time_password_set", "password_changed"])
def test_an_attack_is_over_with_an_unlock_or_a_new_password(clearing: str) -> None:
    attack = failures(ATTACK_FAILURES, addresses=9)
    assert verdict(*attack, entry(clearing, 60), is_locked=False) == LockVerdict.NOT_LOCKED
    own = [*failures(5, first=61), entry("locked", 70)]
    assert verdict(*attack, entry(clearing, 60), *own) == LockVerdict.LOCKED_BY_FAILURES


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("event", ["sign_in", "sessions_ended", "password_change_forced", "locked"])
def test_nothing_else_ends_an_attack(event: str) -> None:
    attack = failures(ATTACK_FAILURES, addresses=9)
    assert verdict(*attack, entry(event, 60), is_locked=False) == LockVerdict.ATTACK


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["sign_in", "sign_in_failed", "sign_in_failed", "locked", "unlocked", "something new"]),
        st.integers(0, 300),
        st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
    ),
    max_size=40,
    unique_by=lambda each: each.at,
)


@pytest.mark.requirement("ULK-1", "SEC-1")
@given(ENTRIES, st.booleans(), st.randoms(use_true_random=False))
def test_the_facts_bear_the_verdict_out_in_whatever_order_they_come(
    entries: list[LogEntry], is_locked: bool, chance: Random
) -> None:
    found = judge(AccountLog(is_locked=is_locked, entries=entries))
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert judge(AccountLog(is_locked=is_locked, entries=shuffled)) == found

    much = found.addresses >= ATTACK_ADDRESSES or found.failures >= ATTACK_FAILURES
    assert (found.verdict == LockVerdict.ATTACK) == much
    assert found.addresses <= found.failures
    if found.first_failure_at and found.last_failure_at:
        assert found.last_failure_at - found.first_failure_at <= WINDOW
    if not much and not is_locked:
        assert found.verdict == LockVerdict.NOT_LOCKED
