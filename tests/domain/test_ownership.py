"""Whose account it is: what counts as evidence, and what does not (SEC-1, ULK-2)."""

from typing import Any

import pytest

from domain.comparison import disagreements
from domain.contracts.appeal import Details
from domain.contracts.registries import AccountRecord
from domain.ownership import compare_with_account, is_proven

ACCOUNT = AccountRecord(
    account_id="acc-1",
    login="kim.sv",
    full_name="Ким Сергей Валерьевич",
    snils="14025631719",
    phone="+79000001003",
    email="s.kim@example.com",
)
DECLARED = {"full_name": "ким  Сергей Валерьевич", "phone": "+79000001003", "email": "S.Kim@example.com"}


def rows_of(**changes: Any) -> list[str]:
    return disagreements(compare_with_account(Details(**{**DECLARED, **changes}), ACCOUNT))


@pytest.mark.requirement("SEC-1")
def test_everything_with_the_number_of_a_document_is_evidence() -> None:
    assert is_proven(compare_with_account(Details(**DECLARED, snils="14025631719"), ACCOUNT))


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize(
    ("changes", "disagreeing"),
    [
        ({"full_name": "Ким Сергей"}, ["full_name"]),
        ({"phone": "+79990000000"}, ["phone"]),
        ({"phone": None}, ["phone"]),
        ({"email": "thief@example.org"}, ["email"]),
        ({"snils": "11223344595"}, ["snils"]),
        ({"passport": "4510738215"}, ["passport"]),  # the account holds none to compare with
    ],
)
def test_one_value_that_does_not_agree_is_enough_for_a_doubt(changes: dict[str, str], disagreeing: list[str]) -> None:
    assert rows_of(**{"snils": "14025631719", **changes}) == disagreeing
    details = Details(**{**DECLARED, "snils": "14025631719", **changes})
    assert not is_proven(compare_with_account(details, ACCOUNT))


@pytest.mark.requirement("SEC-1")
def test_what_friends_and_thieves_know_is_no_evidence() -> None:
    rows = compare_with_account(Details(**DECLARED), ACCOUNT)
    assert disagreements(rows) == []
    assert not is_proven(rows)


@pytest.mark.requirement("SEC-1")
def test_nothing_agrees_with_an_account_that_is_not_there() -> None:
    rows = compare_with_account(Details(**DECLARED, snils="14025631719"), None)
    assert disagreements(rows) == [row.field for row in rows] == ["full_name", "phone", "email", "snils"]
