"""Appeals and decisions that tests begin with. The people are those of the sandbox."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from domain.contracts.commands import (
    AnswerQuestion,
    CheckDocuments,
    ConcludeProtocol,
    DecideEscalation,
    RecordRequest,
    ReportAccountSecurity,
)

ANNA: dict[str, Any] = {
    "full_name": "Смирнова Анна Петровна",
    "login": "smirnova.ap",
    "snils": "112-233-445 95",
    "phone": "+7 900 000-10-01",
    "email": "anna.smirnova@example.org",
    "description": "Не могу войти в личный кабинет: забыла пароль.",
    "scans": [{"kind": "snils", "reference": "portal:scan:1"}],
}

RECORDED = RecordRequest(processing_hours=4)
MATCHED = CheckDocuments(match=True, reason="СНИЛС и фамилия совпали.")
CONCLUDED = ConcludeProtocol(conclusion="Данные во всех сервисах совпадают, исправлять нечего.")


MISMATCHED = CheckDocuments(match=False, reason="Номер СНИЛС другой.")


def appeal(**changes: Any) -> dict[str, Any]:
    """An appeal for access recovery; a detail set to None is left out."""
    details = {name: value for name, value in (ANNA | changes).items() if value is not None}
    return {
        "channel": "web_form",
        "category": "password_recovery",
        "recovery_reason": "password_lost",
        "service": "Личный кабинет",
        "details": details,
    }


def verification(**changes: Any) -> dict[str, Any]:
    """An appeal for identity verification by passport; a detail set to None is left out."""
    scan = {"kind": "passport", "reference": "portal:scan:1", "format": "pdf"}
    asked = appeal(**{"snils": None, "passport": "45 10 738215", "scans": [scan]} | changes)
    return {"channel": "web_form", "category": "identity_verification", "details": asked["details"]}


def data_appeal(
    data_set: str = "profile", data_format: str = "xml", delivery: str = "email", **changes: Any
) -> dict[str, Any]:
    """A request for data of one's own account; a detail set to None is left out."""
    wanted = {"data_set": data_set, "format": data_format, "delivery": delivery}
    sent = appeal(**{"description": "Прошу выдать мои данные."} | changes)
    return sent | {"category": "data_request", "recovery_reason": None, "data_request": wanted}


def secured(two_factor: bool = True, at: datetime | None = None) -> ReportAccountSecurity:
    """The registry's report that the citizen has done everything, or all but the second factor; by default now."""
    now = at or datetime.now(UTC)
    return ReportAccountSecurity(
        signed_in_at=now, password_changed_at=now, two_factor_enabled_at=now if two_factor else None
    )


PACKAGE = ("passport", "snils", "exchange_screenshots", "application_copy")


GRANTED = DecideEscalation(
    granted=True,
    decision="Вернуть доступ к учётной записи.",
    grounds=["Личность подтверждена паспортом и СНИЛС.", "Отказ первой линии не обоснован."],
)


KIM: dict[str, Any] = {
    "full_name": "Ким Сергей Валерьевич",
    "login": "kim.sv",
    "snils": "140-256-317 19",
    "phone": "+7 900 000-10-03",
    "email": "s.kim@example.com",
    "description": "В разных сервисах показаны разные данные обо мне.",
}
"""The clinic has no record of him."""


AKHMETOV: dict[str, Any] = {
    "full_name": "Ахметов Тимур Рашидович",
    "login": "akhmetov.tr",
    "passport": "92 20 948163",
    "snils": "176-320-594 71",
    "phone": "+7 900 000-10-08",
    "email": "t.akhmetov@example.com",
    "description": "В разных сервисах показаны разные данные обо мне.",
}
"""The taxes know him by a passport of long ago."""


ALL_SERVICES = ("pension", "taxes", "property", "clinic")


def several_services(*services: str, person: dict[str, Any] = ANNA, **changes: Any) -> dict[str, Any]:
    """An appeal that concerns several services."""
    details = {name: value for name, value in (person | changes).items() if value is not None}
    return {
        "channel": "web_form",
        "category": "applications",
        "services": list(services or ALL_SERVICES),
        "details": details,
    }


def scan(kind: str, **changes: Any) -> dict[str, Any]:
    """A file of a document package that nothing is wrong with."""
    facts = {
        "kind": kind,
        "reference": f"portal:{kind}:1",
        "format": "pdf",
        "size_bytes": 400_000,
        "sha256": "0" * 64,
    }
    return facts | changes


def package(kind: str, *scans: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An appeal with a package of documents for a kind of service."""
    return {
        "channel": "web_form",
        "category": "forms_and_documents",
        "package": kind,
        "details": {name: value for name, value in (ANNA | {"scans": list(scans)} | changes).items() if value},
    }


def question(category: str | None = "payments", **changes: Any) -> dict[str, Any]:
    """An appeal that asks something; without a category, one that an operator has to classify first."""
    asked = {"description": "Почему платёж не отражается в личном кабинете?", "scans": None} | changes
    sent = {name: value for name, value in appeal(**asked).items() if name != "recovery_reason"}
    return sent | {"category": category, "service": "Оплата пошлин"}


def display_error() -> dict[str, Any]:
    """An appeal about a page that is shown wrong."""
    asked = question("technical_failure", description="Страница отображается криво.")
    return asked | {"failure": {"kind": "compatibility", "is_display_error": True}}


ANSWER = AnswerQuestion(
    summary="Платёж ещё не поступил из банка.",
    steps=["Подождите один рабочий день", "Обновите страницу «Платежи»"],
    knowledge=["payments/not-shown"],
)
LEGAL_ANSWER = AnswerQuestion(
    summary="Пошлину возвращают по заявлению.",
    steps=["Заполните заявление о возврате", "Отправьте его через личный кабинет"],
    acts=["Налоговый кодекс, статья 333.40"],
)


def about_application(description: str = "Не отправляется заявление.", **request: Any) -> dict[str, Any]:
    """A question about an application; what is given beside its words is of the request."""
    asked = appeal(description=description, scans=None) | {"category": "applications", "service": "Загранпаспорт"}
    return asked | {"recovery_reason": None} | request


def escalation(first: str | None, documents: Sequence[str] = PACKAGE, **details: Any) -> dict[str, Any]:
    """A request to the higher authority about a first appeal, with these documents."""
    scans = [{"kind": kind, "reference": f"portal:scan:{kind}"} for kind in documents]
    sent = appeal(**{"description": "Мне отказали без объяснений.", "scans": scans} | details)
    sent |= {"channel": "escalation", "relation": "escalation", "related_number": first, "category": None}
    return sent | {"recovery_reason": None, "service": None, "escalation_reason": "refused"}
