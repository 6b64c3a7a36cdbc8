"""The invented persons are such as a careful validator accepts, and none of them can be real."""

import httpx
import pytest
from stdnum.ru import inn

from sandbox.people import Person, people

PEOPLE = pytest.mark.parametrize("person", people().values(), ids=lambda person: person.account_id)


def snils_checksum(snils: str) -> str:
    weighed = sum(int(digit) * weight for digit, weight in zip(snils[:9], range(9, 0, -1), strict=True))
    return f"{weighed % 101 % 100:02d}"


@PEOPLE
def test_numbers_have_valid_check_digits(person: Person) -> None:
    assert inn.is_valid(person.inn)
    assert person.snils[9:] == snils_checksum(person.snils)


@PEOPLE
def test_passport_series_names_the_year_of_its_blank(person: Person) -> None:
    assert 0 <= person.issued_on.year % 100 - int(person.passport[2:4]) <= 1


@PEOPLE
def test_mail_goes_to_reserved_domains_only(person: Person) -> None:
    assert person.email.rpartition("@")[2] in {"example.org", "example.com", "example.net"}


def test_no_two_persons_share_an_identifier() -> None:
    for field in ("account_id", "login", "passport", "snils", "inn", "phone", "email"):
        assert len({getattr(person, field) for person in people().values()}) == len(people()) >= 8


def test_everybody_is_listed_for_a_demonstration(http: httpx.Client) -> None:
    listed = http.get("/people").json()
    assert [person["account_id"] for person in listed] == list(people())
    assert "Смирнова Анна Петровна" in {person["full_name"] for person in listed}
    assert max(len(person["full_name"]) for person in listed) > 60
    assert "Asia/Vladivostok" in {person["time_zone"] for person in listed}
