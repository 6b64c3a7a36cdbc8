"""The words for an appeal: where it came from, what it is about, how far it is (INT-1, CLS-1, STS-1)."""

from enum import StrEnum


class Channel(StrEnum):
    """Where an appeal was received (INT-1)."""

    PHONE = "phone"
    CHAT = "chat"
    WEB_FORM = "web_form"
    MOBILE_APP = "mobile_app"
    EMAIL = "email"
    ESCALATION = "escalation"
    INTERNAL = "internal"
    """Opened by the case of another appeal or by the system; no portal can name it."""


class Category(StrEnum):
    """What an appeal is about (CLS-1)."""

    REGISTRATION = "registration"
    PASSWORD_RECOVERY = "password_recovery"  # noqa: S105 - a category's name
    APPLICATIONS = "applications"
    PAYMENTS = "payments"
    TECHNICAL_FAILURE = "technical_failure"
    ACCOUNT_SECURITY = "account_security"
    IDENTITY_VERIFICATION = "identity_verification"
    FORMS_AND_DOCUMENTS = "forms_and_documents"
    LEGAL_QUESTION = "legal_question"
    DATA_REQUEST = "data_request"
    OTHER = "other"


class Unit(StrEnum):
    """Who works on an appeal; a complex one is handed to a profile unit and stays the same appeal (CLS-2)."""

    FIRST_LINE = "first_line"
    SECOND_LINE = "second_line"
    LEGAL = "legal"
    DEVELOPMENT = "development"
    QUALITY_CONTROL = "quality_control"

    @property
    def russian(self) -> str:
        return _UNITS[self]


_UNITS = {
    Unit.FIRST_LINE: "первая линия",
    Unit.SECOND_LINE: "вторая линия",
    Unit.LEGAL: "юридическая группа",
    Unit.DEVELOPMENT: "команда разработки",
    Unit.QUALITY_CONTROL: "отдел контроля качества",
}


class Relation(StrEnum):
    """How an appeal of its own follows an earlier one (REP-1, ESC-2, SEC-1)."""

    REPEAT = "repeat"
    ESCALATION = "escalation"
    RECOVERY = "recovery"


class RepeatWay(StrEnum):
    """How a repeat goes on: what was done is confirmed, it is solved anew, or the second line takes over (REP-4)."""

    CONFIRM = "confirm"
    SOLVE = "solve"
    ESCALATE = "escalate"


class EscalationReason(StrEnum):
    """When a citizen turns to a higher authority (ESC-1)."""

    REFUSED = "refused"
    REPEATED_FAILURES = "repeated_failures"
    ACCOUNT_CHANGE = "account_change"

    @property
    def russian(self) -> str:
        return _ESCALATION_REASONS[self]


_ESCALATION_REASONS = {
    EscalationReason.REFUSED: "Поддержка отказала в решении вопроса.",
    EscalationReason.REPEATED_FAILURES: "Сбои повторяются и мешают пользоваться услугами.",
    EscalationReason.ACCOUNT_CHANGE: "Нужно изменить параметры учётной записи, это решает руководящий орган.",
}


class RecoveryReason(StrEnum):
    """Why access has to be recovered (REC-1)."""

    LOCKED = "locked"
    PASSWORD_LOST = "password_lost"  # noqa: S105 - a reason's name
    INTRUSION_SUSPECTED = "intrusion_suspected"


class Status(StrEnum):
    """How far an appeal is; the citizen reads the Russian word (STS-1)."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    APPROVED = "approved"
    REJECTED = "rejected"
    COMPLETED = "completed"

    @property
    def russian(self) -> str:
        return _RUSSIAN[self]

    @property
    def is_final(self) -> bool:
        return self in (Status.REJECTED, Status.COMPLETED)


_RUSSIAN = {
    Status.RECEIVED: "Получено",
    Status.IN_PROGRESS: "В обработке",
    Status.APPROVED: "Одобрено",
    Status.REJECTED: "Отклонено",
    Status.COMPLETED: "Завершено",
}


class DocumentKind(StrEnum):
    """A document or picture that the citizen can attach (REC-1, DOC-1, ESC-3, INT-2)."""

    PASSPORT = "passport"
    SNILS = "snils"
    INN = "inn"
    REGISTRATION_CERTIFICATE = "registration_certificate"
    OWNERSHIP_PROOF = "ownership_proof"
    CONSENT = "consent"
    INCOME_PROOF = "income_proof"
    EXCHANGE_SCREENSHOTS = "exchange_screenshots"
    APPLICATION_COPY = "application_copy"
    SCREENSHOT = "screenshot"


ESCALATION_PACKAGE = (
    DocumentKind.PASSPORT,
    DocumentKind.SNILS,
    DocumentKind.EXCHANGE_SCREENSHOTS,
    DocumentKind.APPLICATION_COPY,
)
"""What a request to a higher authority is made of (ESC-3)."""

IDENTITY_DOCUMENTS = (DocumentKind.PASSPORT, DocumentKind.SNILS, DocumentKind.INN)
"""Those of which one confirms identity (REC-1)."""


class FileFormat(StrEnum):
    """The formats that the portal takes (ATT-1)."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    DOCX = "docx"


class FailureKind(StrEnum):
    """The four kinds of technical failure (TEC-1)."""

    AUTHENTICATION = "authentication"
    ACCESS = "access"
    COMPATIBILITY = "compatibility"
    DATA_ENTRY = "data_entry"


class ServiceKind(StrEnum):
    """The kinds of service that ask for different document packages (DOC-1)."""

    GENERAL = "general"
    LEGAL_ENTITY = "legal_entity"
    PROPERTY = "property"
    FINANCIAL = "financial"


class DataSet(StrEnum):
    """What can be asked for of one's own account (DAT-1)."""

    PROFILE = "profile"
    SIGN_INS = "sign_ins"


class DataFormat(StrEnum):
    """The formats of provided data (DAT-2)."""

    PDF = "pdf"
    XML = "xml"
    CSV = "csv"


class DeliveryWay(StrEnum):
    """How provided data reach the citizen (DAT-2)."""

    EMAIL = "email"
    CABINET = "cabinet"
