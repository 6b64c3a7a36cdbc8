"""Field by field: what agrees, what is contradicted, and what the citizen is asked again."""

from datetime import UTC, datetime

import pytest

from domain.appeal import DocumentKind
from domain.comparison import compare, differing_fields, disagreements, items_to_correct
from domain.contracts.appeal import Details
from domain.contracts.registries import AccountRecord, DocumentRecord, RegistryFindings
from domain.contracts.services import ServiceRecord

DETAILS = Details(
    full_name="Фёдоров Павел", login="fedorov", snils="10493827562", phone="+79000001007", email="p@example.org"
)
ACCOUNT = AccountRecord(
    account_id="1", **DETAILS.model_dump(include={"full_name", "login", "snils", "phone", "email"})
)
RECORD = DocumentRecord(kind=DocumentKind.SNILS, full_name="ФЕДОРОВ ПАВЕЛ")
ALL_AGREE = RegistryFindings(account=ACCOUNT, documents=[RECORD])


@pytest.mark.requirement("REC-3")
def test_names_agree_whatever_their_case_and_their_dots() -> None:
    assert disagreements(compare(DETAILS, ALL_AGREE, [DocumentKind.SNILS])) == []


@pytest.mark.requirement("REC-3", "VER-1")
@pytest.mark.parametrize(
    ("findings", "disagree", "asked"),
    [
        (RegistryFindings(), ["full_name", "snils", "snils_status", "phone", "email"], ["snils", "login"]),
        (RegistryFindings(documents=[RECORD]), ["full_name", "snils", "phone", "email"], ["login"]),
        (RegistryFindings(account=ACCOUNT), ["full_name", "snils_status"], ["snils"]),
        (
            RegistryFindings(account=ACCOUNT, documents=[RECORD.model_copy(update={"valid": False})]),
            ["snils_status"],
            ["snils"],
        ),
        (
            RegistryFindings(account=ACCOUNT.model_copy(update={"phone": "+79000000000"}), documents=[RECORD]),
            ["phone"],
            ["phone"],
        ),
        (RegistryFindings(account=ACCOUNT.model_copy(update={"email": None}), documents=[RECORD]), ["email"], []),
        (
            RegistryFindings(account=ACCOUNT, documents=[RECORD.model_copy(update={"full_name": "Другой Человек"})]),
            ["full_name"],
            ["full_name"],
        ),
    ],
)
def test_only_what_is_contradicted_is_asked_again(
    findings: RegistryFindings, disagree: list[str], asked: list[str]
) -> None:
    rows = compare(DETAILS, findings, [DocumentKind.SNILS])
    assert disagreements(rows) == disagree
    assert items_to_correct(rows, account_found=findings.account is not None) == asked


@pytest.mark.requirement("MSV-1")
@pytest.mark.parametrize(
    ("held", "differ"),
    [
        ({"full_name": "ФЕДОРОВ  ПАВЕЛ", "phone": DETAILS.phone}, []),
        ({"full_name": "Фёдоров Пётр", "phone": "+79000000000"}, ["full_name", "phone"]),
        ({"passport": "4510738215"}, []),
        ({}, []),
    ],
)
def test_a_service_differs_only_where_both_have_a_value(held: dict[str, str], differ: list[str]) -> None:
    record = ServiceRecord(found=True, answered_at=datetime(2026, 11, 22, tzinfo=UTC), **held)
    assert differing_fields(DETAILS, record) == differ


@pytest.mark.requirement("VER-1", "VAL-1")
@pytest.mark.parametrize(
    ("declared", "known", "asked"),
    [
        ("2010-05-20", "2010-05-20", []),
        ("2010-05-02", "2010-05-20", ["passport_issued_on"]),
        ("2010-05-20", None, []),
        (None, "2010-05-20", []),
    ],
)
def test_the_day_of_issue_is_compared_where_both_tell_it(
    declared: str | None, known: str | None, asked: list[str]
) -> None:
    details = DETAILS.model_copy(update={"passport": "4510738215", "passport_issued_on": declared})
    account = ACCOUNT.model_copy(update={"passport": "4510738215"})
    record = RECORD.model_copy(update={"kind": DocumentKind.PASSPORT, "issued_on": known})
    rows = compare(details, RegistryFindings(account=account, documents=[record]), [DocumentKind.PASSPORT])
    assert (disagreements(rows), items_to_correct(rows, account_found=True)) == (asked, asked)
    assert ("passport_issued_on" in {row.field for row in rows}) == (declared is not None)


@pytest.mark.requirement("VER-1")
def test_another_passport_has_another_day_of_issue() -> None:
    details = Details(passport="4510738215", passport_issued_on="2010-05-20")
    assert details.with_supplied(Details(passport="4509123456")).passport_issued_on is None
    both = Details(passport="4509123456", passport_issued_on="2009-01-30")
    assert details.with_supplied(both).passport_issued_on == "2009-01-30"
    assert details.with_supplied(Details(snils="10493827562")).passport_issued_on == "2010-05-20"
