"""The account registry: looking up, the audit log, the one-time password and what the citizen does with it."""

from collections import Counter
from typing import Any

import httpx
import pytest

from sandbox.people import people
from tests.sandbox.citizen import ONE_TIME, OWN, change_password, set_one_time_password, sign_in, two_factor
from tests.sandbox_process import SandboxProcess


def events(http: httpx.Client, account_id: str) -> list[str]:
    return [entry["event"] for entry in audit_log(http, account_id)]


def audit_log(http: httpx.Client, account_id: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = http.get(f"/accounts/{account_id}/audit-log").json()["entries"]
    return entries


@pytest.mark.parametrize("field", ["account_id", "login", "snils", "phone", "email"])
def test_an_account_is_found_by_each_identifier(http: httpx.Client, field: str) -> None:
    person = people()["acc-1003"]
    found = http.post("/accounts/lookup", json={field: getattr(person, field)}).json()
    assert found == {
        "account_id": "acc-1003",
        "login": person.login,
        "full_name": "Ким Сергей Валерьевич",
        "birth_date": "1978-07-03",
        "passport": person.passport,
        "snils": person.snils,
        "inn": person.inn,
        "phone": person.phone,
        "email": person.email,
        "status": "active",
    }


def test_identifiers_of_two_persons_find_nobody(http: httpx.Client) -> None:
    mixed = {"snils": people()["acc-1001"].snils, "phone": people()["acc-1003"].phone}
    assert http.post("/accounts/lookup", json=mixed).status_code == 404
    assert http.post("/accounts/lookup", json={"login": "stranger"}).status_code == 404
    assert http.post("/accounts/lookup", json={}).status_code == 422


def test_the_log_of_a_locked_account_shows_five_failures_from_one_address(http: httpx.Client) -> None:
    log = audit_log(http, "acc-1004")
    lock = next(place for place, entry in enumerate(log) if entry["event"] == "locked")
    assert Counter((entry["event"], entry["ip"]) for entry in log[lock - 5 : lock]) == {
        ("sign_in_failed", log[lock]["ip"]): 5
    }


def test_the_log_of_an_attacked_account_shows_many_addresses(http: httpx.Client) -> None:
    failed = [entry for entry in audit_log(http, "acc-1005") if entry["event"] == "sign_in_failed"]
    assert len({entry["ip"] for entry in failed}) > 20


@pytest.mark.parametrize("account_id", people())
def test_every_log_is_in_order_of_time(http: httpx.Client, account_id: str) -> None:
    moments = [entry["at"] for entry in audit_log(http, account_id)]
    assert moments == sorted(moments)


def test_a_citizen_recovers_a_locked_account(http: httpx.Client, sandbox: SandboxProcess) -> None:
    account_id = "acc-1004"
    set_at = set_one_time_password(http, account_id, "recover-1").json()["set_at"]

    assert http.post("/accounts/lookup", json={"account_id": account_id}).json()["status"] == "active"
    assert sign_in(http, account_id, people()[account_id].password) == 401
    assert sign_in(http, account_id, ONE_TIME) == 200
    assert two_factor(http, account_id, ONE_TIME) == 409
    assert change_password(http, account_id, "not the old one", OWN) == 401
    assert change_password(http, account_id, ONE_TIME, ONE_TIME) == 422
    assert change_password(http, account_id, ONE_TIME, "short") == 422
    assert change_password(http, account_id, ONE_TIME, OWN) == 200
    assert two_factor(http, account_id, ONE_TIME) == 401
    assert two_factor(http, account_id, OWN) == 200

    facts = http.get(f"/accounts/{account_id}/security").json()
    assert facts.pop("request_number") == "12345674"
    assert facts["one_time_password_set_at"] == set_at
    steps = ("one_time_password_set_at", "signed_in_at", "password_changed_at", "two_factor_enabled_at")
    moments = [facts[step] for step in steps]
    assert moments == sorted(moments)
    assert ["sessions_ended", "one_time_password_set"] == events(http, account_id)[7:9]
    assert events(http, account_id)[-1] == "two_factor_enabled"


def test_no_password_is_on_the_disk(http: httpx.Client, sandbox: SandboxProcess) -> None:
    set_one_time_password(http, "acc-1009", "secret-1")
    files = [file.read_bytes() for file in sandbox.data_dir.iterdir()]
    assert not any(ONE_TIME.encode() in content for content in files)


def test_a_repeated_order_changes_nothing(http: httpx.Client) -> None:
    first = set_one_time_password(http, "acc-1006", "repeat-1").json()
    assert change_password(http, "acc-1006", ONE_TIME, OWN) == 200
    before = events(http, "acc-1006")

    assert set_one_time_password(http, "acc-1006", "repeat-1").json() == first
    assert events(http, "acc-1006") == before
    assert sign_in(http, "acc-1006", OWN) == 200


def test_a_new_order_clears_what_was_done_since_the_last(http: httpx.Client) -> None:
    set_one_time_password(http, "acc-1002", "clear-1")
    change_password(http, "acc-1002", ONE_TIME, OWN)
    set_at = set_one_time_password(http, "acc-1002", "clear-2").json()["set_at"]
    assert http.get("/accounts/acc-1002/security").json() == {
        "request_number": "12345674",
        "one_time_password_set_at": set_at,
        "signed_in_at": None,
        "password_changed_at": None,
        "two_factor_enabled_at": None,
    }


def test_an_order_needs_a_key_and_a_known_account(http: httpx.Client) -> None:
    order = {"password": ONE_TIME, "expires_at": "2099-01-01T00:00:00Z", "request_number": "1"}
    assert http.put("/accounts/acc-1001/one-time-password", json=order).status_code == 400
    assert set_one_time_password(http, "acc-9999", "nobody-1").status_code == 404


def test_an_expired_one_time_password_opens_nothing(http: httpx.Client) -> None:
    set_one_time_password(http, "acc-1007", "expired-1", expires_at="2020-01-01T00:00:00Z")
    assert sign_in(http, "acc-1007", ONE_TIME) == 401
    assert change_password(http, "acc-1007", ONE_TIME, OWN) == 401


def test_five_failures_in_a_row_lock_the_account(http: httpx.Client) -> None:
    account_id, password = "acc-1008", people()["acc-1008"].password
    assert sign_in(http, account_id, password) == 200
    assert [sign_in(http, account_id, "guess") for _ in range(5)] == [401] * 5
    assert sign_in(http, account_id, password) == 401
    assert events(http, account_id)[-7:] == [*["sign_in_failed"] * 5, "locked", "sign_in_failed"]
