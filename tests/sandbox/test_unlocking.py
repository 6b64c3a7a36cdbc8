"""The account registry: taking a lock away, and securing an account that somebody else is after."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.people import people
from tests.sandbox.citizen import ONE_TIME, OWN, change_password, secure, set_one_time_password, sign_in, unlock
from tests.sandbox_process import SandboxProcess

LOCKED, ATTACKED, FREE = "acc-1004", "acc-1005", "acc-1001"


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A sandbox in which nothing has happened yet."""
    with (
        SandboxProcess(tmp_path_factory.mktemp("own")) as process,
        httpx.Client(base_url=process.http_url, timeout=5) as client,
    ):
        yield client


def events(http: httpx.Client, account_id: str) -> list[str]:
    log = http.get(f"/accounts/{account_id}/audit-log").json()
    assert log["account_id"] == account_id
    return [entry["event"] for entry in log["entries"]]


def test_an_unlocked_account_opens_with_the_old_password(own: httpx.Client) -> None:
    password = people()[LOCKED].password
    assert sign_in(own, LOCKED, password) == 401
    first = unlock(own, LOCKED, "unlock-1")
    assert list(first.json()) == ["unlocked_at"]
    assert sign_in(own, LOCKED, password) == 200

    before = events(own, LOCKED)
    assert before[-2:] == ["unlocked", "sign_in"]
    assert unlock(own, LOCKED, "unlock-1").json() == first.json()
    assert events(own, LOCKED) == before


def test_without_a_lock_there_is_nothing_to_unlock(own: httpx.Client) -> None:
    assert unlock(own, FREE, "unlock-free").status_code == 409
    assert "unlocked" not in events(own, FREE)
    assert unlock(own, "acc-9999", "unlock-nobody").status_code == 404
    assert own.post(f"/accounts/{LOCKED}/unlock", json={"request_number": "1"}).status_code == 400


def test_failures_count_anew_after_an_unlock(own: httpx.Client) -> None:
    unlock(own, LOCKED, "anew-1")
    assert [sign_in(own, LOCKED, "guess") for _ in range(4)] == [401] * 4
    assert sign_in(own, LOCKED, people()[LOCKED].password) == 200


def test_a_secured_account_opens_only_with_a_recovered_password(own: httpx.Client) -> None:
    password = people()[ATTACKED].password
    first = secure(own, ATTACKED, "secure-1")
    assert list(first.json()) == ["sessions_ended_at", "password_change_forced_at"]
    assert events(own, ATTACKED)[-2:] == ["sessions_ended", "password_change_forced"]
    assert secure(own, ATTACKED, "secure-1").json() == first.json()
    assert events(own, ATTACKED).count("sessions_ended") == 1

    unlock(own, ATTACKED, "unlock-secured").raise_for_status()
    assert sign_in(own, ATTACKED, password) == 401
    assert change_password(own, ATTACKED, password, OWN) == 401
    set_one_time_password(own, ATTACKED, "recover-1").raise_for_status()
    assert sign_in(own, ATTACKED, password) == 401
    assert sign_in(own, ATTACKED, ONE_TIME) == 200
    assert change_password(own, ATTACKED, ONE_TIME, OWN) == 200
    assert sign_in(own, ATTACKED, OWN) == 200
