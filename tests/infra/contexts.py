"""What templates are given: every value as long as it gets, and the keys that the process promises."""

from domain.intake import ITEM_NAMES
from domain.notifications import Template

NUMBER = "1234567890123456"
GROUPED_NUMBER = "1234 5678 9012 3456"
HELP_PHONE = "8 800 000-00-00"
OPENING_CODE = "K7MQ-2XWD-94TR"
SUMMARY = "Забыла пароль, а код из СМС не приходит"

_SURNAME, _FIRST_NAME, _PATRONYMIC = "Константинопольская-Преображенская", "Александра-Виктория", "Аполлинариевна"
FULL_NAME = f"{_SURNAME}-Верхнеколымская {_FIRST_NAME}-Анна {_PATRONYMIC}"
GREETING = f"Здравствуйте, {_FIRST_NAME}-Анна {_PATRONYMIC}!"

_LINK = "https://portal.example.ru/".ljust(120, "x")
_INSTANT = "2026-09-30T13:30:00+00:00"
_TERMS = "ответ на вопрос: Срок — до 22 января 2026 года, 18:30 (время московское), отведено: 24 часа."
_DETAILS = {
    "items": "\n".join(ITEM_NAMES.values()),
    "deadline": _INSTANT,
    "reason": "Номер СНИЛС не совпал с данными реестра",
    "status_link": _LINK,
}
_FAILURE = {"kind": "compatibility", "service": "Запись на приём к врачу", "error_code": "ERR_CONNECTION_TIMED_OUT"}

ALWAYS = {
    "number": NUMBER,
    "full_name": FULL_NAME,
    "time_zone": "Asia/Yekaterinburg",
    "summary": SUMMARY,
    "help_phone": HELP_PHONE,
}
OWN = {
    Template.APPEAL_REGISTERED: {"registered_at": _INSTANT, "status_link": _LINK},
    Template.DETAILS_REQUESTED: _DETAILS,
    Template.DETAILS_REMINDER: _DETAILS,
    Template.PROCESSING_STARTED: {
        "due_at": _INSTANT,
        "due_explained": "Срок — 5 рабочих дней: 26 и 27 сентября — выходные",
        "status_link": _LINK,
    },
    Template.PASSWORD_ISSUED: {"expires_at": _INSTANT, "login": "anna", "opening_code": OPENING_CODE},
    Template.SECURING_REMINDER: {
        "remaining": "Войти с одноразовым паролем\nСменить пароль\nВключить двухфакторную аутентификацию",
        "expires_at": _INSTANT,
    },
    Template.ACCESS_RECOVERED: {"result_link": _LINK},
    Template.APPEAL_REJECTED: {"reason": "Документы не относятся к учётной записи", "result_link": _LINK},
    Template.APPEAL_COMPLETED: {"result": "Ответ на ваш вопрос дан", "result_link": _LINK},
    Template.ANSWER_GIVEN: {
        "answer": "Заявление не отправлялось, потому что не заполнено поле «Индекс»",
        "steps": "Откройте черновик заявления\nУкажите индекс\nНажмите «Отправить»",
        "acts": "Федеральный закон от 27.07.2010 № 210-ФЗ",
        "status_link": _LINK,
    },
    Template.CHECKS_DONE: {
        "done": "Совместимость браузера: браузер поддерживается.\n"
        "Качество соединения: помех нет. Потери пакетов 0 %, задержка 45 мс.",
        "status_link": _LINK,
    },
    Template.DATA_SENT: {"opening_code": OPENING_CODE, "result_link": _LINK},
    Template.DATA_READY: {"opening_code": OPENING_CODE, "available_until": _INSTANT, "status_link": _LINK},
    Template.DATA_FAILED: {"result_link": _LINK},
    Template.STATUS_REPORT: {
        "status": "В обработке",
        "reason": "Специалист сверяет документы",
        "terms": _TERMS,
        "status_link": _LINK,
    },
    Template.STAFF_MESSAGE: {"text": "Приём заявлений продлён до 30 ноября", "status_link": _LINK},
    Template.TERM_CHANGED: {"reason": "Утверждён календарь на 2028 год", "terms": _TERMS, "status_link": _LINK},
    Template.CODE_SENT: {"channel": "sms", "expires_at": _INSTANT, "status_link": _LINK},
    Template.LOCK_NOT_FOUND: {"status_link": _LINK},
    Template.ACCOUNT_UNLOCKED: {"result_link": _LINK},
    Template.ACCOUNT_SECURED: {"recovery": "6543 2109 8765 4321"},
    Template.DEADLINE_BREACHED: {
        "clock_name": "ожидание данных от заявителя",
        "due_at": _INSTANT,
        "category": "identity_verification",
    },
    Template.FAILURE_FIXED: {"fix": "Исправлена проверка размера файла", "status_link": _LINK},
    Template.INCIDENT_JOINED: {"incident": NUMBER, "declared_at": _INSTANT, "status_link": _LINK},
    Template.FAILURE_FOR_SECOND_LINE: _FAILURE,
    Template.FAILURE_FOR_DEVELOPMENT: _FAILURE,
    Template.INCIDENT_FOR_SUPERVISOR: _FAILURE | {"due_at": _INSTANT},
    Template.INCIDENT_FOR_DEVELOPMENT: _FAILURE | {"due_at": _INSTANT},
    Template.REPEAT_ASSESSED: {
        "reason": "Первая линия сделала всё, что могла",
        "steps": "Обращение рассмотрит старший специалист\nОн ответит вам в течение суток",
        "status_link": _LINK,
    },
    Template.ESCALATION_ARRIVED: {"due_at": _INSTANT, "due_explained": "Срок — 10 рабочих дней"},
    Template.ESCALATION_BREACHED: {"due_at": _INSTANT},
    Template.ESCALATION_DECIDED: {
        "outcome": "Официальное решение: запрос удовлетворён",
        "decision": "Доступ к учётной записи восстановить",
        "result_link": _LINK,
    },
}


def context(template: Template, **changes: str) -> dict[str, str]:
    """The whole context of a template, with changes."""
    return ALWAYS | OWN[template] | changes
