"""Appeals and decisions that tests begin with. The people are those of the sandbox."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from domain.contracts.commands import (
    AnswerQuestion,
    CheckDocuments,
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


def secured(two_factor: bool = True) -> ReportAccountSecurity:
    """The registry's report that the citizen has done everything, or all but the second factor."""
    now = datetime.now(UTC)
    return ReportAccountSecurity(
        signed_in_at=now, password_changed_at=now, two_factor_enabled_at=now if two_factor else None
    )


PACKAGE = ("passport", "snils", "exchange_screenshots", "application_copy")


GRANTED = DecideEscalation(
    granted=True,
    decision="Вернуть доступ к учётной записи.",
    grounds=["Личность подтверждена паспортом и СНИЛС.", "Отказ первой линии не обоснован."],
)


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
