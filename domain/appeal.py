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
    """A document that confirms identity (REC-1)."""

    PASSPORT = "passport"
    SNILS = "snils"
    INN = "inn"
