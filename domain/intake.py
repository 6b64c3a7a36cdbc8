"""What an appeal must hold before people can work on it, and what to do first with it (INT-3, INT-4)."""

from domain.appeal import IDENTITY_DOCUMENTS, DocumentKind
from domain.contracts.appeal import Details
from domain.procedures import Procedure

IDENTITY_DOCUMENT = "identity_document"

ITEM_NAMES = {
    "full_name": "фамилия, имя и отчество",
    "login": "логин учётной записи",
    "email": "адрес электронной почты",
    "phone": "номер телефона",
    "description": "краткое описание проблемы",
    "passport": "серия и номер паспорта",
    "snils": "номер СНИЛС",
    "inn": "номер ИНН",
    IDENTITY_DOCUMENT: "номер и скан одного из документов: паспорт, СНИЛС или ИНН",
    "scan:passport": "скан паспорта",
    "scan:snils": "скан СНИЛС",
    "scan:inn": "скан ИНН",
}

_REACHABLE = ("full_name", "email", "phone", "description")
_REQUIRED = {
    Procedure.ACCESS_RECOVERY: ("full_name", "login", "email", "phone", "description"),
    Procedure.DATA_PROVISION: ("full_name", "login", "email", "phone"),
}
_NEED_IDENTITY_DOCUMENT = frozenset({Procedure.ACCESS_RECOVERY, Procedure.DATA_PROVISION})

_PLANS = {
    Procedure.TRIAGE: ["Прочитать обращение и отнести его к категории"],
    Procedure.CONSULTATION: [
        "Найти ответ в базе знаний",
        "Ответить заявителю или передать вопрос профильному подразделению",
        "Убедиться, что вопрос решён",
    ],
    Procedure.LEGAL_CONSULTATION: [
        "Подобрать нормативные акты",
        "Ответить заявителю со ссылками на акты",
        "Убедиться, что вопрос решён",
    ],
    Procedure.ACCESS_RECOVERY: [
        "Зафиксировать запрос и назначить время обработки",
        "Сверить документы заявителя с данными реестров",
        "Выдать одноразовый пароль",
        "Убедиться, что заявитель сменил пароль и включил двухфакторную аутентификацию",
    ],
    Procedure.DATA_PROVISION: [
        "Проверить право заявителя на данные по реестру учётных записей",
        "Подготовить и зашифровать данные",
        "Передать данные и отправить код к ним в СМС",
    ],
}


def provided_documents(details: Details) -> list[DocumentKind]:
    """The documents given whole, with number and scan (REC-1)."""
    scanned = {scan.kind for scan in details.scans}
    return [kind for kind in IDENTITY_DOCUMENTS if kind in scanned and getattr(details, kind)]


def missing_items(procedure: Procedure, details: Details) -> list[str]:
    """The items the citizen has to add, by name; empty when the appeal is whole (INT-3)."""
    missing = [item for item in _REQUIRED.get(procedure, _REACHABLE) if not getattr(details, item)]
    if procedure not in _NEED_IDENTITY_DOCUMENT or provided_documents(details):
        return missing
    return [*missing, *_missing_document(details)]


def item_name(item: str) -> str:
    """What an item is called in a message to the citizen."""
    return ITEM_NAMES[item]


def draft_plan(procedure: Procedure, missing: list[str], related: list[str]) -> list[str]:
    """The preliminary action plan for the operator (INT-4)."""
    plan = list(_PLANS.get(procedure, []))
    if missing:
        plan.insert(0, "Дождаться недостающих данных от заявителя")
    if related:
        plan.insert(0, f"Посмотреть связанные обращения: {', '.join(related)}")
    return plan


def _missing_document(details: Details) -> list[str]:
    numbered = [f"scan:{kind}" for kind in IDENTITY_DOCUMENTS if getattr(details, kind)]
    scanned = [scan.kind.value for scan in details.scans if scan.kind in IDENTITY_DOCUMENTS]
    return (numbered or scanned or [IDENTITY_DOCUMENT])[:1]
