"""Document packages: what each kind of service needs, and what is wrong with a file."""

from typing import Any

import pytest

from domain.appeal import DocumentKind, ServiceKind
from domain.contracts.appeal import Details, DocumentScan
from domain.packages import FILE_BYTES_MAX, PASSPORT_BYTES_MAX, complete_package, defects, defects_in_words
from tests.examples import scan


def details(*scans: dict[str, Any]) -> Details:
    return Details(scans=[DocumentScan.model_validate(each) for each in scans])


PASSPORT, CONSENT = scan("passport"), scan("consent")
WHOLE = {
    ServiceKind.GENERAL: details(PASSPORT, CONSENT),
    ServiceKind.LEGAL_ENTITY: details(PASSPORT, CONSENT, scan("registration_certificate")),
    ServiceKind.PROPERTY: details(PASSPORT, CONSENT, scan("ownership_proof")),
    ServiceKind.FINANCIAL: details(PASSPORT, CONSENT, scan("income_proof")),
}


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("kind", ServiceKind)
def test_each_kind_of_service_has_its_package(kind: ServiceKind) -> None:
    assert defects(kind, WHOLE[kind]) == []
    for left_out in WHOLE[kind].scans:
        rest = Details(scans=[each for each in WHOLE[kind].scans if each != left_out])
        assert [(found.item, found.reason) for found in defects(kind, rest)] == [(f"scan:{left_out.kind}", None)]
    assert defects_in_words(kind, Details()) == "", "what never came is not faulty"


@pytest.mark.requirement("DOC-1", "DOC-2")
@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (scan("passport", format="jpg"), "файл в формате JPG не подходит, нужен PDF"),
        (scan("passport", size_bytes=PASSPORT_BYTES_MAX + 1), "файл слишком большой, нужен не больше 5 МБ"),
        (scan("consent", format="docx"), "файл в формате DOCX не подходит, нужен PDF, JPG или PNG"),
        (scan("consent", size_bytes=FILE_BYTES_MAX + 1), "файл слишком большой, нужен не больше 10 МБ"),
        (scan("passport", format=None), "файл не удалось проверить, пришлите его ещё раз"),
        (scan("passport", size_bytes=None), "файл не удалось проверить, пришлите его ещё раз"),
        (scan("consent", sha256=None), "файл не удалось проверить, пришлите его ещё раз"),
    ],
)
def test_a_faulty_file_is_named_with_what_is_wrong(faulty: dict[str, Any], reason: str) -> None:
    others = [each for each in (PASSPORT, CONSENT) if each["kind"] != faulty["kind"]]
    (found,) = defects(ServiceKind.GENERAL, details(*others, faulty))
    assert (found.item, found.reason) == (f"scan:{faulty['kind']}", reason)


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize(
    "accepted",
    [
        scan("passport", size_bytes=PASSPORT_BYTES_MAX),
        scan("passport", sha256=None),
        scan("consent", format="jpg"),
        scan("consent", format="png", size_bytes=FILE_BYTES_MAX),
    ],
)
def test_a_file_up_to_the_limit_is_accepted(accepted: dict[str, Any]) -> None:
    others = [each for each in (PASSPORT, CONSENT) if each["kind"] != accepted["kind"]]
    assert defects(ServiceKind.GENERAL, details(*others, accepted)) == []


@pytest.mark.requirement("DOC-2")
def test_words_name_each_faulty_file_in_a_line_of_its_own() -> None:
    faulty = details(scan("passport", format="png"), scan("consent", size_bytes=None))
    assert defects_in_words(ServiceKind.FINANCIAL, faulty).splitlines() == [
        "Скан паспорта: файл в формате PNG не подходит, нужен PDF.",
        "Согласие на обработку персональных данных с электронной подписью: "
        "файл не удалось проверить, пришлите его ещё раз.",
    ]


@pytest.mark.requirement("DOC-2")
def test_a_file_sent_again_takes_the_place_of_the_earlier_one() -> None:
    better = details(scan("passport", reference="portal:passport:2"))
    mended = details(scan("passport", format="png"), CONSENT).with_supplied(better)
    assert defects(ServiceKind.GENERAL, mended) == []
    sent = complete_package(ServiceKind.GENERAL, mended)
    assert [each.reference for each in sent] == ["portal:passport:2", "portal:consent:1"]
    assert [each.kind for each in sent] == [DocumentKind.PASSPORT, DocumentKind.CONSENT]
