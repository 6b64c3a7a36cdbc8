"""Every system fails as it is told, as often as it is told."""

import smtplib
import time
from typing import Any

import httpx
import pytest

from sandbox.people import people
from tests.sandbox.mail import letter, send
from tests.sandbox_process import SandboxProcess

ANNA = people()["acc-1001"]
KEYED = {"headers": {"Idempotency-Key": "faulty"}}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "accounts": ("/accounts/lookup", {"json": {"snils": ANNA.snils}}),
    "passports": ("/passports/lookup", {"json": {"passport": ANNA.passport}}),
    "snils": ("/snils/lookup", {"json": {"snils": ANNA.snils}}),
    "inn": ("/inn/lookup", {"json": {"inn": ANNA.inn}}),
    "signatures": (
        "/signatures/verify",
        {"json": {"reference": "portal:consent:1", "sha256": "0" * 64, "snils": ANNA.snils}},
    ),
    **{
        f"services.{service}": (f"/services/{service}/records/lookup", {"json": {"snils": ANNA.snils}})
        for service in ("pension", "taxes", "property", "clinic")
    },
    **{
        f"services.{service}": (
            f"/services/{service}/applications",
            {"json": {"request_number": "1", "items": [{"kind": "passport", "reference": "1"}]}, **KEYED},
        )
        for service in ("general", "legal_entity", "financial")
    },
    "codes": ("/codes/messages", {"json": {"channel": "sms", "to": "+7", "text": "1"}, **KEYED}),
    "sms": ("/sms/messages", {"json": {"to": "fault", "text": "1"}, **KEYED}),
    "push": ("/push/messages", {"json": {"device_token": "1", "title": "1", "body": "1"}, **KEYED}),
}
SYSTEMS = pytest.mark.parametrize("system", REQUESTS)
ABOUT_PERSONS = (
    *("accounts", "passports", "snils", "inn", "signatures"),
    *("services.pension", "services.taxes", "services.property", "services.clinic"),
)


def order(http: httpx.Client, system: str, mode: str, **more: Any) -> None:
    http.put(f"/faults/{system}", json={"mode": mode, **more}).raise_for_status()


def call(http: httpx.Client, system: str, timeout: float = 5) -> httpx.Response:
    path, request = REQUESTS[system]
    return http.post(path, timeout=timeout, **request)


def mails_to(http: httpx.Client, address: str) -> int:
    return len(http.get("/inbox/messages", params={"to": address}).json())


@SYSTEMS
def test_unavailable_is_503_until_it_is_cured(http: httpx.Client, system: str) -> None:
    order(http, system, "unavailable")
    assert [call(http, system).status_code for _ in range(3)] == [503] * 3
    http.delete(f"/faults/{system}").raise_for_status()
    assert call(http, system).is_success


@SYSTEMS
def test_garbage_is_a_success_that_is_none(http: httpx.Client, system: str) -> None:
    order(http, system, "garbage", times=1)
    answer = call(http, system)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert call(http, system).headers["content-type"] == "application/json"


@SYSTEMS
def test_slow_answers_late(http: httpx.Client, system: str) -> None:
    order(http, system, "slow", delay_s=0.1, times=1)
    started = time.monotonic()
    assert call(http, system).is_success
    assert time.monotonic() - started >= 0.1


@SYSTEMS
def test_an_error_inside_is_called_a_success(http: httpx.Client, system: str) -> None:
    order(http, system, "error_inside", times=1)
    answer = call(http, system)
    assert (answer.status_code, list(answer.json())) == (200, ["error"])


@SYSTEMS
def test_a_malformed_answer_has_none_of_the_right_fields(http: httpx.Client, system: str) -> None:
    right = call(http, system).json()
    order(http, system, "malformed", times=1)
    answer = call(http, system)
    assert answer.status_code == 200
    assert not (answer.json().keys() & right.keys()) - {"status"}


@pytest.mark.parametrize("system", ABOUT_PERSONS)
def test_an_answer_about_another_person_looks_right(http: httpx.Client, system: str) -> None:
    right = call(http, system).json()
    order(http, system, "other_person", times=1)
    answer = call(http, system)
    another = answer.json()
    assert another.keys() == right.keys()
    assert (right["snils"] if "snils" in right else right["full_name"]) not in answer.text
    assert people()["acc-1002"].full_name in answer.text


def test_a_malformed_answer_hides_work_that_is_done(http: httpx.Client) -> None:
    order(http, "sms", "malformed", times=1)
    http.post("/sms/messages", json={"to": "hidden", "text": "1"}, headers={"Idempotency-Key": "hidden"})
    assert len(http.get("/sms/messages", params={"to": "hidden"}).json()) == 1


def test_one_service_fails_and_the_others_answer(http: httpx.Client) -> None:
    order(http, "services.pension", "unavailable")
    assert call(http, "services.pension").status_code == 503
    assert http.get("/services/pension/submissions").status_code == 200
    assert all(call(http, f"services.{other}").is_success for other in ("taxes", "property", "clinic"))


def test_timeout_after_work_is_work_without_an_answer(http: httpx.Client) -> None:
    order(http, "sms", "timeout_after_work", delay_s=1, times=1)
    with pytest.raises(httpx.ReadTimeout):
        http.post(
            "/sms/messages",
            json={"to": "late", "text": "1"},
            headers={"Idempotency-Key": "late"},
            timeout=0.2,
        )
    assert len(http.get("/sms/messages", params={"to": "late"}).json()) == 1


def test_what_the_citizen_does_fails_with_the_registry(http: httpx.Client) -> None:
    order(http, "accounts", "unavailable", times=1)
    assert http.post("/accounts/acc-1001/sign-in", json={"password": "x"}).status_code == 503


def test_looking_at_a_gateway_uses_up_no_fault(http: httpx.Client) -> None:
    order(http, "sms", "unavailable", times=1)
    assert http.get("/sms/messages").status_code == 200
    assert call(http, "sms").status_code == 503


def test_faults_are_counted_down_and_listed(http: httpx.Client) -> None:
    order(http, "inn", "unavailable", times=2)
    assert http.get("/faults").json() == {"inn": {"mode": "unavailable", "delay_s": 30.0, "times": 2}}
    assert call(http, "inn").status_code == 503
    assert http.get("/faults").json()["inn"]["times"] == 1
    assert call(http, "inn").status_code == 503
    assert http.get("/faults").json() == {}
    assert call(http, "inn").status_code == 200


@pytest.mark.parametrize(
    ("system", "mode"),
    [
        *[("weather", "slow"), ("services", "slow"), ("services.weather", "slow"), ("sms", "melting")],
        *[("reports", "garbage"), ("smtp", "malformed"), ("sms", "other_person")],
    ],
)
def test_an_unknown_fault_is_refused(http: httpx.Client, system: str, mode: str) -> None:
    assert http.put(f"/faults/{system}", json={"mode": mode}).status_code == 422


def test_mail_unavailable_is_421(http: httpx.Client, sandbox: SandboxProcess) -> None:
    order(http, "smtp", "unavailable", times=1)
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        send(sandbox, letter("421@example.org"))
    assert refused.value.smtp_code == 421
    assert mails_to(http, "421@example.org") == 0


def test_mail_garbage_is_451_and_kept_nowhere(http: httpx.Client, sandbox: SandboxProcess) -> None:
    order(http, "smtp", "garbage", times=1)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(sandbox, letter("451@example.org"))
    assert refused.value.smtp_code == 451
    assert mails_to(http, "451@example.org") == 0


def test_mail_timeout_after_work_hangs_up_on_a_kept_letter(http: httpx.Client, sandbox: SandboxProcess) -> None:
    order(http, "smtp", "timeout_after_work", times=1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sandbox, letter("drop@example.org", "<drop@hotline>"))
    assert mails_to(http, "drop@example.org") == 1
    assert http.get("/inbox/accepted/drop@hotline").status_code == 200


def test_mail_slow_is_late(http: httpx.Client, sandbox: SandboxProcess) -> None:
    order(http, "smtp", "slow", delay_s=0.1, times=1)
    started = time.monotonic()
    send(sandbox, letter("slow@example.org"))
    assert time.monotonic() - started >= 0.1
    assert mails_to(http, "slow@example.org") == 1
