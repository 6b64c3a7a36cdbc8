"""Which documents a kind of service needs, and what is wrong with those that came (DOC-1, DOC-2)."""

from domain.appeal import DocumentKind, FileFormat, ServiceKind
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.contract import Contract

MEBIBYTE = 1024 * 1024
PASSPORT_BYTES_MAX = 5 * MEBIBYTE
FILE_BYTES_MAX = 10 * MEBIBYTE

_ALWAYS = (DocumentKind.PASSPORT, DocumentKind.CONSENT)
REQUIRED = {
    ServiceKind.GENERAL: _ALWAYS,
    ServiceKind.LEGAL_ENTITY: (*_ALWAYS, DocumentKind.REGISTRATION_CERTIFICATE),
    ServiceKind.PROPERTY: (*_ALWAYS, DocumentKind.OWNERSHIP_PROOF),
    ServiceKind.FINANCIAL: (*_ALWAYS, DocumentKind.INCOME_PROOF),
}
NAMES = {
    DocumentKind.PASSPORT: "скан паспорта",
    DocumentKind.CONSENT: "согласие на обработку персональных данных с электронной подписью",
    DocumentKind.REGISTRATION_CERTIFICATE: "свидетельство о регистрации (выписка из ЕГРЮЛ)",
    DocumentKind.OWNERSHIP_PROOF: "документ о праве собственности",
    DocumentKind.INCOME_PROOF: "справка о доходах 2-НДФЛ за последний налоговый период",
}


class Defect(Contract):
    """A document to send, or to send again: its item's name and, if it came, what is wrong with it."""

    item: str
    reason: str | None = None


def item_of(kind: DocumentKind) -> str:
    """The name under which a document is asked for."""
    return f"scan:{kind}"


def defects(package: ServiceKind, details: Details) -> list[Defect]:
    """What keeps a package from being complete, document by document; empty when nothing does (DOC-2)."""
    scans = {scan.kind: scan for scan in details.scans}
    found = []
    for kind in REQUIRED[package]:
        scan = scans.get(kind)
        if scan is None:
            found.append(Defect(item=item_of(kind)))
        elif reason := _fault(scan):
            found.append(Defect(item=item_of(kind), reason=reason))
    return found


def defects_in_words(package: ServiceKind, details: Details) -> str:
    """What is wrong with the files that came, each named; empty when none is faulty."""
    faulty = [defect for defect in defects(package, details) if defect.reason]
    return "\n".join(f"{_capitalised(NAMES[_kind(defect)])}: {defect.reason}." for defect in faulty)


def complete_package(package: ServiceKind, details: Details) -> list[DocumentScan]:
    """The documents that go to the service, in the order in which it lists them."""
    scans = {scan.kind: scan for scan in details.scans}
    return [scans[kind] for kind in REQUIRED[package]]


def _fault(scan: DocumentScan) -> str | None:
    is_passport = scan.kind is DocumentKind.PASSPORT
    permitted = (FileFormat.PDF,) if is_passport else (FileFormat.PDF, FileFormat.JPG, FileFormat.PNG)
    limit = PASSPORT_BYTES_MAX if is_passport else FILE_BYTES_MAX
    is_signed = scan.kind is DocumentKind.CONSENT
    if scan.format is None or scan.size_bytes is None or (is_signed and scan.sha256 is None):
        return "файл не удалось проверить, пришлите его ещё раз"
    if scan.format not in permitted:
        wanted = "PDF" if is_passport else "PDF, JPG или PNG"
        return f"файл в формате {scan.format.upper()} не подходит, нужен {wanted}"
    if scan.size_bytes > limit:
        return f"файл слишком большой, нужен не больше {limit // MEBIBYTE} МБ"
    return None


def _kind(defect: Defect) -> DocumentKind:
    return DocumentKind(defect.item.removeprefix("scan:"))


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]
