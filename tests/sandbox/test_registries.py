"""The registries of passports, SNILS and INN agree with the accounts, but for the persons made to differ."""

import httpx
import pytest

from sandbox.people import people

ANNA, OLGA, PAVEL = people()["acc-1001"], people()["acc-1006"], people()["acc-1007"]


def passport_of(http: httpx.Client, passport: str) -> httpx.Response:
    return http.post("/passports/lookup", json={"passport": passport})


def test_a_passport_is_found(http: httpx.Client) -> None:
    assert passport_of(http, ANNA.passport).json() == {
        "passport": ANNA.passport,
        "full_name": "Смирнова Анна Петровна",
        "birth_date": "1990-04-12",
        "issued_on": "2010-05-20",
        "issued_by": "ГУ МВД России по г. Москве",
        "status": "valid",
    }


def test_a_changed_surname_is_known_to_the_ministry_only(http: httpx.Client) -> None:
    account = http.post("/accounts/lookup", json={"snils": OLGA.snils}).json()
    assert account["full_name"] == "Лебедева Ольга Николаевна"
    assert passport_of(http, account["passport"]).json()["full_name"] == "Соколова Ольга Николаевна"


def test_a_passport_can_be_lost_or_unknown_or_no_number(http: httpx.Client) -> None:
    assert passport_of(http, PAVEL.passport).json()["status"] == "lost"
    assert passport_of(http, "4599999999").status_code == 404
    assert passport_of(http, "45 10").status_code == 422


@pytest.mark.parametrize("format_", ["pdf", "jpg", "PDF"])
def test_a_scan_is_accepted(http: httpx.Client, format_: str) -> None:
    given = {"reference": "portal:scan:1", "format": format_, "sha256": "0" * 64}
    assert http.post("/passports/scans", json=given).json() == {"accepted": True}


@pytest.mark.parametrize("format_", ["png", "docx"])
def test_a_scan_in_another_format_is_refused_with_those_that_are_accepted(http: httpx.Client, format_: str) -> None:
    answer = http.post("/passports/scans", json={"reference": "portal:scan:1", "format": format_})
    assert (answer.status_code, answer.json()) == (200, {"accepted": False, "accepted_formats": ["pdf", "jpg"]})


def test_snils_and_inn_are_found(http: httpx.Client) -> None:
    named = {"full_name": ANNA.full_name, "birth_date": "1990-04-12"}
    assert http.post("/snils/lookup", json={"snils": ANNA.snils}).json() == {"snils": ANNA.snils, **named}
    assert http.post("/inn/lookup", json={"inn": ANNA.inn}).json() == {"inn": ANNA.inn, **named}
    assert http.post("/snils/lookup", json={"snils": "00000000000"}).status_code == 404
    assert http.post("/inn/lookup", json={"inn": "000000000000"}).status_code == 404
