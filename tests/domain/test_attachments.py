"""What is taken for which purpose, and what is said of the rest (ATT-1, ATT-2, DOC-1, DOC-2)."""

import pytest

from domain.appeal import DocumentKind, FileFormat, ServiceKind
from domain.attachments import Fault, download_name, safe_name, terms_of, what_to_mend
from domain.packages import MEBIBYTE

PASSPORT = terms_of(DocumentKind.PASSPORT, ServiceKind.GENERAL)
ANY = terms_of(DocumentKind.SCREENSHOT, None)


@pytest.mark.requirement("ATT-1", "DOC-1")
def test_terms_depend_on_the_purpose() -> None:
    assert PASSPORT.fault(FileFormat.PDF, 5 * MEBIBYTE) is None
    assert PASSPORT.fault(FileFormat.PDF, 5 * MEBIBYTE + 1) is Fault.TOO_BIG
    assert PASSPORT.fault(FileFormat.JPG, 1) is Fault.WRONG_FORMAT
    consent = terms_of(DocumentKind.CONSENT, ServiceKind.GENERAL)
    assert consent.fault(FileFormat.DOCX, 1) is Fault.WRONG_FORMAT
    for found in FileFormat:
        assert ANY.fault(found, 10 * MEBIBYTE) is None
    assert terms_of(DocumentKind.PASSPORT, None).fault(FileFormat.JPG, 10 * MEBIBYTE) is None
    assert ANY.fault(FileFormat.PNG, 10 * MEBIBYTE + 1) is Fault.TOO_BIG


@pytest.mark.requirement("ATT-2", "DOC-2")
@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("fault", Fault)
def test_every_refusal_names_the_item_and_says_what_to_do(kind: DocumentKind, fault: Fault) -> None:
    sentence = what_to_mend(fault, terms_of(kind, None))
    assert sentence[0].isupper()
    assert sentence.endswith("Новое обращение не нужно.")
    assert sentence.count(".") >= 2


@pytest.mark.requirement("ATT-2", "DOC-2")
def test_limits_and_formats_are_named() -> None:
    assert "до 5 МБ" in what_to_mend(Fault.TOO_BIG, PASSPORT)
    assert "в формате PDF и" in what_to_mend(Fault.UNKNOWN, PASSPORT)
    assert "PDF, JPG, PNG или DOCX" in what_to_mend(Fault.UNKNOWN, ANY)


@pytest.mark.requirement("ATT-1")
def test_a_name_can_mislead_nobody() -> None:
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("C:\\tmp\\скан.pdf") == "скан.pdf"
    assert safe_name("a\u202egnp.exe\r\nX: y") == "agnp.exeX y"
    assert safe_name(None) == ""
    assert len(safe_name("я" * 500)) == 120
    assert download_name("скан.exe", DocumentKind.PASSPORT, FileFormat.PDF) == "скан.pdf"
    assert download_name("", DocumentKind.PASSPORT, FileFormat.PDF) == "passport.pdf"
