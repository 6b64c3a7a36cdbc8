"""The registry tells the hotline what the citizen has done, and does not insist."""

import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.people import people
from tests.sandbox.citizen import (
    ONE_TIME,
    OWN,
    change_password,
    set_one_time_password,
    sign_in,
    two_factor,
)
from tests.sandbox.hotline import Hotline

ACCOUNT = "acc-1003"


@pytest.fixture(autouse=True)
def _fresh_one_time_password(http: httpx.Client, hotline: Hotline, request: pytest.FixtureRequest) -> None:
    set_one_time_password(http, ACCOUNT, f"reports:{request.node.name}")


def test_each_step_but_the_sign_in_is_reported(http: httpx.Client, hotline: Hotline) -> None:
    sign_in(http, ACCOUNT, ONE_TIME)
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    hotline.wait_for(1)
    two_factor(http, ACCOUNT, OWN)
    changed, completed = hotline.wait_for(2)

    facts = http.get(f"/accounts/{ACCOUNT}/security").json()
    del facts["request_number"], facts["one_time_password_set_at"]
    assert completed.command == {"type": "ReportAccountSecurity", **facts}
    assert changed.command == completed.command | {"two_factor_enabled_at": None}
    assert changed.path == "/v1/appeals/12345674/commands"
    assert changed.key == f"{ACCOUNT}:password_changed:{facts['password_changed_at']}"
    assert completed.key == f"{ACCOUNT}:two_factor_enabled:{facts['two_factor_enabled_at']}"


def test_a_report_carries_the_registrys_token(http: httpx.Client, hotline: Hotline) -> None:
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    (report,) = hotline.wait_for(1)
    keys = KeySet.import_key_set(http.get("/issuer/.well-known/jwks.json").json())
    claims = jwt.decode(report.token, keys, algorithms=["Ed25519"]).claims
    assert (claims["sub"], claims["role"]) == ("account-registry", "registry")


def test_a_report_is_repeated_with_its_key_until_it_is_taken(http: httpx.Client, hotline: Hotline) -> None:
    hotline.answers = [503, 429]
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    first, second, third = hotline.wait_for(3)
    assert first.key == second.key == third.key
    assert first.command == second.command == third.command


def test_a_refused_report_is_dropped(http: httpx.Client, hotline: Hotline) -> None:
    hotline.answers = [422]
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    hotline.wait_for(1)
    time.sleep(0.5)
    hotline.wait_for(1)


def test_reports_can_be_lost_on_order(http: httpx.Client, hotline: Hotline) -> None:
    http.put("/faults/reports", json={"mode": "unavailable", "times": 1})
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    two_factor(http, ACCOUNT, OWN)
    (report,) = hotline.wait_for(1)
    assert ":two_factor_enabled:" in report.key
    assert http.get(f"/accounts/{ACCOUNT}/security").json()["password_changed_at"] is not None


def test_without_a_one_time_password_there_is_nothing_to_report(http: httpx.Client, hotline: Hotline) -> None:
    assert change_password(http, "acc-1001", people()["acc-1001"].password, OWN) == 200
    change_password(http, ACCOUNT, ONE_TIME, OWN)
    (report,) = hotline.wait_for(1)
    assert report.key.startswith(ACCOUNT)
