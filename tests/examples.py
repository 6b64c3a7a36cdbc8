"""Appeals and decisions that tests begin with. The people are those of the sandbox."""

from datetime import UTC, datetime
from typing import Any

from domain.contracts.commands import CheckDocuments, RecordRequest, ReportAccountSecurity

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
