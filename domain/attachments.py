"""Files that citizens attach: what is taken for which purpose, and what to mend in what is not (ATT-1, ATT-2)."""

from dataclasses import dataclass
from enum import StrEnum

from domain.appeal import DocumentKind, FileFormat, ServiceKind
from domain.intake import item_name
from domain.packages import FILE_BYTES_MAX, MEBIBYTE, PASSPORT_BYTES_MAX, REQUIRED

OF_A_PACKAGE = (FileFormat.PDF, FileFormat.JPG, FileFormat.PNG)
_NAMES = {
    FileFormat.PDF: "PDF",
    FileFormat.JPG: "JPG",
    FileFormat.PNG: "PNG",
    FileFormat.DOCX: "DOCX",
}
MEDIA_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.JPG: "image/jpeg",
    FileFormat.PNG: "image/png",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NAME_AT_MOST = 120


class FileState(StrEnum):
    """How far a file is. Nobody sees one that waits for the scanner, and nobody ever one that was refused."""

    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"

    @property
    def russian(self) -> str:
        return _STATES[self]


_STATES = {
    FileState.WAITING: "Проверяется",
    FileState.CLEAN: "Принят",
    FileState.REFUSED: "Не принят",
}


class Fault(StrEnum):
    """What is wrong with a file."""

    EMPTY = "file_empty"
    TOO_BIG = "file_too_big"
    UNKNOWN = "file_type_unknown"
    WRONG_FORMAT = "file_format_wrong"
    MACROS = "file_with_macros"
    ENCRYPTED = "file_encrypted"
    ACTIVE = "file_active"
    BOMB = "file_bomb"
    DAMAGED = "file_damaged"
    MALWARE = "file_malware"
    REJECTED = "file_not_expected"


@dataclass(frozen=True)
class Terms:
    """What a file must be for its purpose."""

    kind: DocumentKind
    formats: tuple[FileFormat, ...]
    bytes_max: int

    @property
    def formats_in_words(self) -> str:
        """The formats as a citizen reads them, such as «PDF, JPG или PNG»."""
        *first, last = [_NAMES[each] for each in self.formats]
        return f"{', '.join(first)} или {last}" if first else last

    def fault(self, found: FileFormat, size_bytes: int) -> Fault | None:
        """What is wrong with a file of this true format and size for its purpose."""
        if size_bytes > self.bytes_max:
            return Fault.TOO_BIG
        return None if found in self.formats else Fault.WRONG_FORMAT


def terms_of(kind: DocumentKind, package: ServiceKind | None) -> Terms:
    """What is taken as this document, within a package of this kind of service or outside of one (ATT-1, DOC-1)."""
    if package is None or kind not in REQUIRED[package]:
        return Terms(kind, tuple(FileFormat), FILE_BYTES_MAX)
    if kind is DocumentKind.PASSPORT:
        return Terms(kind, (FileFormat.PDF,), PASSPORT_BYTES_MAX)
    return Terms(kind, OF_A_PACKAGE, FILE_BYTES_MAX)


def what_to_mend(fault: Fault, terms: Terms) -> str:
    """The sentence that names the very item and says what to do; the appeal stays the same (ATT-2, DOC-2)."""
    item = item_name(f"scan:{terms.kind}")
    return f"{item[0].upper()}{item[1:]}: {how_to_mend(fault, terms)} Новое обращение не нужно."


def how_to_mend(fault: Fault, terms: Terms) -> str:
    """What is wrong with a file and what to do, without saying which file it is."""
    match fault:
        case Fault.TOO_BIG:
            limit = terms.bytes_max // MEBIBYTE
            return f"файл слишком большой. Уменьшите его до {limit} МБ и приложите ещё раз."
        case Fault.UNKNOWN | Fault.WRONG_FORMAT:
            return f"такой файл не подходит. Сохраните документ в формате {terms.formats_in_words} и приложите."
        case _:
            return _MENDING[fault]


_MENDING = {
    Fault.EMPTY: "файл пуст. Проверьте его и приложите ещё раз.",
    Fault.MACROS: "в документе есть макросы или внедрённые объекты. Сохраните его без них или в PDF и приложите.",
    Fault.ENCRYPTED: "файл защищён паролем. Снимите защиту и приложите его ещё раз.",
    Fault.ACTIVE: "в файле есть сценарии или вложения. Сохраните документ без них, например через печать в PDF.",
    Fault.BOMB: "файл слишком велик в распакованном виде. Уменьшите изображение или документ и приложите ещё раз.",
    Fault.DAMAGED: "файл не читается. Откройте его у себя, сохраните заново и приложите ещё раз.",
    Fault.MALWARE: "в файле найдена вредоносная программа. Проверьте устройство антивирусом и приложите другой файл.",
    Fault.REJECTED: "файл проверен, но обращение его больше не ждёт. Посмотрите статус обращения.",
}


def safe_name(sent: str | None) -> str:
    """The citizen's name of the file, without folders and without signs that could mislead a reader or a system."""
    last = (sent or "").replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*%;')
    return kept.strip(" .")[:NAME_AT_MOST]


def download_name(name: str, kind: DocumentKind, found: FileFormat) -> str:
    """The name under which a file is saved: its ending is always that of its true format."""
    stem = name.rsplit(".", maxsplit=1)[0] if "." in name else name
    return f"{stem or kind.value}.{found.value}"
