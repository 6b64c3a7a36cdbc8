"""What an appeal must hold before people can work on it, and what to do first with it (INT-3, INT-4)."""

from datetime import timedelta

from domain import packages
from domain.appeal import ESCALATION_PACKAGE, IDENTITY_DOCUMENTS, DocumentKind, ServiceKind
from domain.contracts.appeal import Appeal, Details
from domain.contracts.events import AppealRegistered
from domain.procedures import Procedure

IDENTITY_DOCUMENT = "identity_document"
FILES_COME_WITHIN = timedelta(minutes=5)
"""So long after an appeal nothing is asked for while a document that was announced with it has not come."""

ITEM_NAMES = {
    "full_name": "фамилия, имя и отчество",
    "login": "логин учётной записи",
    "email": "адрес электронной почты",
    "phone": "номер телефона",
    "description": "краткое описание проблемы",
    "passport": "серия и номер паспорта",
    "passport_issued_on": "дата выдачи паспорта",
    "snils": "номер СНИЛС",
    "inn": "номер ИНН",
    IDENTITY_DOCUMENT: "номер и скан одного из документов: паспорт, СНИЛС или ИНН",
    "scan:passport": "скан паспорта",
    "scan:snils": "скан СНИЛС",
    "scan:inn": "скан ИНН",
    "first_appeal": "номер вашего обращения, решение по которому вы просите пересмотреть",
    "scan:exchange_screenshots": "снимки экрана с перепиской с первой линией поддержки",
    "scan:application_copy": "оригинал или копия заявки",
    "scan:screenshot": "снимок экрана",
    **{packages.item_of(kind): name for kind, name in packages.NAMES.items()},
}

_REACHABLE = ("full_name", "email", "phone", "description")
_REQUIRED = {
    Procedure.ACCESS_RECOVERY: ("full_name", "login", "email", "phone", "description"),
    Procedure.DATA_PROVISION: ("full_name", "login", "email", "phone"),
    Procedure.IDENTITY_VERIFICATION: (
        *("full_name", "login", "email", "phone", "description"),
        *("passport", "scan:passport"),
    ),
    Procedure.ACCOUNT_UNLOCK: ("full_name", "login", "phone"),
    # Whoever fears for an account is not held up by anything that it can be secured without.
    Procedure.COMPROMISE: ("full_name", "login", "phone"),
    Procedure.MULTI_SERVICE: (*_REACHABLE, "snils"),
    Procedure.DOCUMENT_PACKAGE: (*_REACHABLE, "snils"),
}
_NEED_IDENTITY_DOCUMENT = frozenset({Procedure.ACCESS_RECOVERY, Procedure.DATA_PROVISION})

_PLANS = {
    Procedure.DATA_PROVISION: [
        "Проверить право заявителя на данные по реестру учётных записей",
        "Подготовить и зашифровать данные",
        "Передать данные и отправить код к ним в СМС",
    ],
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
    Procedure.DISPLAY_ERROR: [
        "Проверить совместимость браузера, расширения и кэш",
        "Измерить потери пакетов и задержку сети",
        "Проверить журнал изменений сайта и при необходимости вернуть прежнюю версию",
        "Сообщить заявителю и убедиться, что страница отображается правильно",
    ],
    Procedure.IDENTITY_VERIFICATION: [
        "Сверить данные паспорта с реестром МВД",
        "Проверить, что скан паспорта подходит по формату",
        "Подтвердить личность кодом, отправленным на контакты учётной записи",
    ],
    Procedure.TECHNICAL_FAILURE: [
        "Проверить запись о сбое и решить, кто его устраняет",
        "Сообщить заявителю, что с ним делают",
        "Дождаться устранения и убедиться, что сбоя больше нет",
    ],
    Procedure.ACCESS_RECOVERY: [
        "Зафиксировать запрос и назначить время обработки",
        "Сверить документы заявителя с данными реестров",
        "Выдать одноразовый пароль",
        "Убедиться, что заявитель сменил пароль и включил двухфакторную аутентификацию",
    ],
    Procedure.ACCOUNT_UNLOCK: [
        "Подтвердить блокировку по журналу учётной записи",
        "Установить личность абонента по телефону",
        "Разблокировать учётную запись и отправить правила безопасного входа",
    ],
    Procedure.COMPROMISE: [
        "Завершить сеансы и потребовать смены пароля",
        "Отправить рекомендации и начать восстановление доступа",
        "Определить угрозу и принять меры",
    ],
    Procedure.REPEATED_CONTACT: [
        "Сравнить обращение с предыдущими: что уже сделано и что отвечено",
        "Решить: подтвердить сделанное, решить заново или передать старшему специалисту",
        "Сообщить заявителю следующие шаги",
        "Ответить с учётом уже сделанного",
    ],
    Procedure.ESCALATION: [
        "Проверить пакет: паспорт, СНИЛС, снимки переписки, заявка",
        "Составить письменный запрос по первому обращению",
        "Передать в отдел контроля качества",
        "Вынести официальное решение за 10 рабочих дней",
    ],
    Procedure.MULTI_SERVICE: [
        "Дождаться проверки данных в каждом сервисе и сравнения временных меток",
        "Повторить запрос к сервису, который не ответил",
        "Сделать вывод: он войдёт в протокол инцидента",
    ],
    Procedure.DOCUMENT_PACKAGE: [
        "Дождаться проверки комплектности и электронной подписи",
        "Если услуга откажет в автоматической обработке, решить вопрос вручную",
    ],
}


def registration(appeal: Appeal, calendar_version: str) -> AppealRegistered:
    """The first fact of every journal: what was received, and the calendar it is handled by."""
    shared = appeal.model_dump(include=set(AppealRegistered.model_fields) & set(Appeal.model_fields))
    return AppealRegistered(calendar_version=calendar_version, personal=appeal.details, **shared)


def provided_documents(details: Details) -> list[DocumentKind]:
    """The documents given whole, with number and scan (REC-1)."""
    scanned = {scan.kind for scan in details.scans}
    return [kind for kind in IDENTITY_DOCUMENTS if kind in scanned and getattr(details, kind)]


def missing_items(procedure: Procedure, details: Details, package: ServiceKind | None = None) -> list[str]:
    """The items the citizen has to add, by name; empty when the appeal is whole (INT-3, DOC-2)."""
    missing = [item for item in _REQUIRED.get(procedure, _REACHABLE) if not _is_given(details, item)]
    if package and procedure is Procedure.DOCUMENT_PACKAGE:
        return [*missing, *(defect.item for defect in packages.defects(package, details))]
    if procedure not in _NEED_IDENTITY_DOCUMENT or provided_documents(details):
        return missing
    return [*missing, *_missing_document(details)]


def have_come(announced: list[DocumentKind], details: Details) -> bool:
    """Whether a file of each document that was announced with the appeal is there."""
    return set(announced) <= {scan.kind for scan in details.scans}


def what_is_wrong(procedure: Procedure, details: Details, package: ServiceKind | None) -> str:
    """Why some of what came has to come again, each file named; empty when nothing has (DOC-2)."""
    if package and procedure is Procedure.DOCUMENT_PACKAGE:
        return packages.defects_in_words(package, details)
    return ""


def item_name(item: str) -> str:
    """What an item is called in a message to the citizen."""
    return ITEM_NAMES[item]


def missing_of_package(details: Details, first_appeal_is_known: bool) -> list[str]:
    """What a request to a higher authority still lacks, by name (ESC-2, ESC-3)."""
    scanned = {scan.kind for scan in details.scans}
    missing = [f"scan:{kind}" for kind in ESCALATION_PACKAGE if kind not in scanned]
    problem = [] if details.description else ["description"]
    return [*([] if first_appeal_is_known else ["first_appeal"]), *problem, *missing]


def draft_plan(
    procedure: Procedure, missing: list[str], related: list[str], unknown_previous: bool = False
) -> list[str]:
    """The preliminary action plan for the operator (INT-4).

    With `unknown_previous`, the appeal that the citizen names as the previous one is none of theirs (REP-1).
    """
    plan = list(_PLANS.get(procedure, []))
    if missing:
        plan.insert(0, "Дождаться недостающих данных от заявителя")
    if related:
        plan.insert(0, f"Посмотреть связанные обращения: {', '.join(related)}")
    if unknown_previous:
        plan.insert(0, "Уточнить номер предыдущего обращения: названного нет среди обращений заявителя")
    return plan


def _is_given(details: Details, item: str) -> bool:
    kind = item.removeprefix("scan:")
    return any(scan.kind == kind for scan in details.scans) if kind != item else bool(getattr(details, item))


def _missing_document(details: Details) -> list[str]:
    numbered = [f"scan:{kind}" for kind in IDENTITY_DOCUMENTS if getattr(details, kind)]
    scanned = [scan.kind.value for scan in details.scans if scan.kind in IDENTITY_DOCUMENTS]
    return (numbered or scanned or [IDENTITY_DOCUMENT])[:1]
