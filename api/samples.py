"""Examples for the description: what callers send and what they get."""

from typing import Any

from domain.appeal import DocumentKind
from domain.attachments import FileState

NUMBER = "4821093755612044"
_TEXT = "4821 0937 5561 2044"
_AT = "2026-11-23T09:00:00Z"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_FILE = "0f8fad5bd9cb469fa16570867728950e"
_ANNA = {
    "full_name": "Смирнова Анна Петровна",
    "login": "smirnova.ap",
    "phone": "+7 900 000-10-01",
    "email": "anna.smirnova@example.org",
}


def _named(words: str, value: Any) -> dict[str, Any]:
    return {"summary": words, "value": value}


_APPEALS = {
    "password": _named(
        "A lost password, with a scan that the portal keeps",
        {
            "channel": "web_form",
            "category": "password_recovery",
            "recovery_reason": "password_lost",
            "service": "Личный кабинет",
            "citizen": "citizen-1001",
            "details": _ANNA
            | {
                "snils": "112-233-445 95",
                "description": "Не могу войти: забыла пароль.",
                "scans": [{"kind": "snils", "reference": "portal:scan:1001"}],
            },
        },
    ),
    "question": _named(
        "A question that an operator classifies",
        {"channel": "mobile_app", "details": _ANNA | {"description": "Почему платёж не отражается в кабинете?"}},
    ),
    "data": _named(
        "Data of one's own account",
        {
            "channel": "web_form",
            "category": "data_request",
            "data_request": {"data_set": "profile", "format": "xml", "delivery": "email"},
            "details": _ANNA | {"snils": "112-233-445 95", "description": "Прошу выдать мои данные."},
        },
    ),
    "failure": _named(
        "A technical failure",
        {
            "channel": "web_form",
            "category": "technical_failure",
            "service": "Оплата пошлин",
            "failure": {"kind": "access", "error_code": "504"},
            "details": _ANNA | {"description": "Страница оплаты не открывается."},
        },
    ),
}

_DECISIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "SupplyDetails": ("The citizen's side gives what was asked for", {"details": {"snils": "112-233-445 95"}}),
    "AddDetails": ("The citizen's side adds to an appeal", {"text": "Ошибка повторяется."}),
    "AskStatus": ("The citizen asks to be told the status", {"question": "Когда будет ответ?"}),
    "Withdraw": ("The citizen takes the appeal back", {"reason": "Всё заработало."}),
    "ConfirmSolution": ("The citizen says whether it has helped", {"solved": True}),
    "RateSatisfaction": ("The citizen rates the closed appeal", {"score": 5}),
    "ConfirmCode": ("The citizen enters the confirmation code", {"code": "123456"}),
    "RequestAnotherCode": ("The citizen asks for another code", {}),
    "RecordRequest": ("An operator records the request and sets the term", {"processing_hours": 4}),
    "CheckDocuments": (
        "A specialist compares the documents with the registries",
        {"match": True, "reason": "СНИЛС и фамилия совпали."},
    ),
    "AnswerQuestion": (
        "An operator answers",
        {"summary": "Платёж ещё не поступил из банка.", "steps": ["Подождите один рабочий день."]},
    ),
    "Classify": ("An operator says what it is about", {"category": "registration", "reason": "Не может войти."}),
    "TellCitizen": ("Somebody of the staff tells the citizen something", {"text": "Мы уточняем данные в банке."}),
    "RejectAppeal": ("An operator rejects it", {"reason": "Это не обращение."}),
    "HandOver": ("An operator hands it over", {"unit": "legal", "reason": "Вопрос о законе."}),
    "TakeCase": ("One of the staff takes the case to work on", {}),
    "ReleaseCase": ("Whoever has taken it lets it go", {}),
    "AdoptCalendar": (
        "A supervisor counts the deadlines by a newer calendar",
        {"version": "2026-11-22", "reason": "Календарь утверждён."},
    ),
    "RetryRegistry": ("A person has a silent system asked again", {"reason": "Система снова отвечает."}),
    "ReportAccountSecurity": ("The account registry reports what the citizen did", {"signed_in_at": _AT}),
    "ConfirmAuthority": (
        "A specialist has checked a power of attorney",
        {"confirmed": True, "reason": "Доверенность проверена."},
    ),
    "RecordCheck": (
        "An operator works off the checklist of a wrong page",
        {"item": "browser", "passed": True, "finding": "Браузер поддерживается."},
    ),
    "DecideIdentity": (
        "A specialist decides without a code",
        {"confirmed": True, "reason": "Личность установлена по видеосвязи."},
    ),
    "IdentifySubscriber": (
        "An operator identifies the caller",
        {"identified": True, "reason": "Назвал кодовое слово."},
    ),
    "ReviewLock": (
        "A specialist reads the account's audit log",
        {"verdict": "locked_by_failures", "reason": "В журнале пять ошибок входа."},
    ),
    "DecideSecuring": (
        "A specialist decides whether to secure an account",
        {"secure": True, "reason": "Владелец подтвердил по телефону."},
    ),
    "ReviewThreat": (
        "A specialist judges a compromise",
        {"threat": "password_guessing", "measures": ["Проверено устройство."]},
    ),
    "AssessFailure": (
        "An operator says who mends a failure",
        {"level": "first_line", "status_text": "Ищем причину.", "kind": "access"},
    ),
    "ReportFix": ("Who mends a failure reports that it is mended", {"summary": "Исправлено."}),
    "AssessRepeat": (
        "An operator says how a repeat is dealt with",
        {"way": "solve", "reason": "Вопрос решается заново.", "next_steps": ["Ответим сегодня."]},
    ),
    "DecideEscalation": (
        "Quality control decides an escalation",
        {"granted": True, "decision": "Вернуть доступ.", "grounds": ["Личность подтверждена."]},
    ),
    "ConcludeProtocol": ("An operator concludes a check of services", {"conclusion": "Данные совпадают."}),
    "RepeatRequest": ("An operator has one service asked again", {"service": "taxes", "reason": "Данные устарели."}),
    "DecidePackage": ("A specialist decides on a package", {"accept": False, "reason": "Скан не читается."}),
}

_BATCH: dict[str, Any] = {
    "id": "7f9c2ba4-e88f-4d26-9f0f-0d6b3c0e5b1a",
    "command": "HandOver",
    "total": 2,
}
_PROGRESS = {
    "ordered_by": "chief-1",
    "ordered_at": _AT,
    "is_over": True,
    "ended_at": _AT,
    "done": 1,
    "refused": 1,
    "unknown": 0,
    "waiting": 0,
    "cancelled": 0,
}
_REFUSED = {
    "position": 2,
    "number": NUMBER,
    "outcome": "refused",
    "code": "contradiction",
    "reason": "Обращение уже у этого подразделения.",
    "at": _AT,
}

_TALLY = {
    "registered": 40,
    "open": 10,
    "kept": 28,
    "running": 7,
    "at_risk": 2,
    "breached": 3,
    "repeats": 5,
    "first_day_over": 36,
    "closed_within_day": 27,
    "rated": 12,
    "mean_score": 4.25,
    "mean_hours_to_close": 9.5,
}

_ENDPOINT = {
    "id": "5d41402abc4b2a76b9719d911017c592",
    "url": "https://portal.example.org/webhooks",
    "types": ["appeal.status_changed", "appeal.result_published"],
    "enabled": True,
    "disabled_because": None,
    "made_at": _AT,
    "last_delivered_at": None,
}
_DELIVERY = {
    "id": "evt_7d793037a0760186574b0282f2f435e7",
    "endpoint_id": _ENDPOINT["id"],
    "type": "appeal.status_changed",
    "number": NUMBER,
    "position": 3,
    "state": "delivered",
    "attempts": 1,
    "answered": 204,
    "fault": None,
    "made_at": _AT,
    "changed_at": _AT,
}
_ENDPOINT_SENT = {
    "news": _named("News of status and result", {"url": _ENDPOINT["url"], "types": _ENDPOINT["types"]}),
    "off": _named("Everything, later", {"url": _ENDPOINT["url"], "enabled": False}),
}

_CHECK = {"is_polite": True, "is_brief": False, "fits_question": True, "note": "Хватило бы первых двух шагов."}

REQUESTS: dict[str, dict[str, Any]] = {
    "add_endpoint": _ENDPOINT_SENT,
    "change_endpoint": _ENDPOINT_SENT,
    "open_appeal": _APPEALS,
    "send_command": {name: _named(words, {"type": name} | body) for name, (words, body) in _DECISIONS.items()},
    "attach_file": {"scan": _named("A screenshot", {"kind": DocumentKind.SCREENSHOT.value, "file": "(the file)"})},
    "order_batch": {
        "numbers": _named(
            "Hand these over",
            {
                "decision": {"type": "HandOver", "unit": "second_line", "reason": "Первая линия перегружена."},
                "numbers": [NUMBER],
            },
        ),
        "filter": _named(
            "Write to all who ask about payments",
            {
                "decision": {"type": "TellCitizen", "text": "Оплата снова работает."},
                "filter": {"category": "payments"},
            },
        ),
    },
    "check_reply": {
        "good": _named("Polite and to the point, but long", _CHECK),
        "short": _named("Without a note", dict.fromkeys(("is_polite", "is_brief", "fits_question"), True)),
    },
    "request_erasure": {"order": _named("By a court's order", {"ground": "court_order"})},
}
"""By operation: named examples of its body."""

QUERIES = {
    "endpoint_id": _ENDPOINT["id"],
    "delivery_id": _DELIVERY["id"],
    "batch_id": _BATCH["id"],
    "number": NUMBER,
    "file_id": _FILE,
    "position": 12,
    "first": 1,
    "second": 1,
    "since": "2026-11-01",
    "until": "2026-11-30",
}

_STATUS = {"status": "received", "status_text": "Получено"}
_ENTRY = {
    "position": 1,
    "sequence": 1,
    "at": _AT,
    "type": "StatusChanged",
    "actor": {"subject": "hotline", "role": "system", "authority": None},
    "event": {"type": "StatusChanged", "status": "received", "reason": "Обращение зарегистрировано."},
    "personal_digest": "",
    "previous_hash": "0" * 64,
    "hash": _HASH,
}
_ATTACHMENT = {
    "id": _FILE,
    "kind": "screenshot",
    "name": "screen.png",
    "format": "png",
    "size_bytes": 48_213,
    "state": "clean",
    "state_text": "Принят",
    "received_at": _AT,
    "checked_at": _AT,
    "has_preview": True,
}
_LINKED = {"number": NUMBER, "number_text": _TEXT, "relation": None, "previous": None, "category": "payments"}
_ERASURE: dict[str, Any] = {
    "number": NUMBER,
    "ground": "court_order",
    "requested_by": "chief-1",
    "requested_at": _AT,
    "expires_at": "2026-11-30T09:00:00Z",
    "approved_by": None,
    "approved_at": None,
    "erased_at": None,
}

_OF_LISTED = {
    "number": NUMBER,
    "number_text": _TEXT,
    **_STATUS,
    "channel": "web_form",
    "category": "password_recovery",
    "service": "Личный кабинет",
    "unit": None,
    "assignee": None,
    "due_at": _AT,
}
_LISTED = _OF_LISTED | {"registered_at": _AT, "closed_at": None, "is_breached": False}
_TASK = _OF_LISTED | {"command": "CheckDocuments", "role": "specialist", "subject": None, "since": _AT}
_MESSAGE = {
    "template": "appeal_registered",
    "recipient": "citizen",
    "channel": "email",
    "state": "accepted",
    "reason": None,
    "attempts": 1,
    "queued_at": _AT,
    "changed_at": _AT,
}
ANSWERS: dict[str, Any] = {
    "OpenedOut": {"number": NUMBER, "number_text": _TEXT, **_STATUS},
    "AppealOut": {
        "number": NUMBER,
        "number_text": _TEXT,
        **_STATUS,
        "statuses": [{**_STATUS, "at": _AT, "reason": "Обращение зарегистрировано."}],
        "channel": "web_form",
        "category": "password_recovery",
        "service": "Личный кабинет",
        "received_at": _AT,
        "registered_at": _AT,
        "clocks": [
            {
                "name": "reaction",
                "name_text": "Реакция на обращение",
                "budget_text": "2 часа",
                "due_at": "2026-11-23T11:00:00Z",
                "is_running": True,
                "is_breached": False,
                "explanation": "Срок — 2 часа, до 23.11.2026 14:00 по московскому времени.",
                "ran": [{"since": _AT, "until": None}],
                "paused": [],
                "days": [],
                "is_provisional": False,
            }
        ],
        "expects": [
            {"command": "RecordRequest", "roles": ["operator"], "since": _AT, "due_at": "2026-11-23T11:00:00Z"}
        ],
        "accepts": ["AddDetails", "AskStatus", "Withdraw"],
        "requested_items": [],
        "result_ready": False,
    },
    "JournalOut": {"number": NUMBER, "entries": [_ENTRY], "next_after": None},
    "ResultOut": {
        "number": NUMBER,
        "ready": True,
        "status": "completed",
        "status_text": "Завершено",
        "message": "Доступ к учётной записи восстановлен.",
        "steps": [],
        "published_at": _AT,
        "acts": [],
    },
    "ProtocolOut": {"number": NUMBER, "number_text": _TEXT, "steps": [], "stamps": [], "conclusion": None},
    "ReceiptOut": {"command_id": "7f9c2ba4-e88f-4d26-9f0f-0d6b3c0e5b1a", "type": "AskStatus", "accepted_at": _AT},
    "AttachmentOut": _ATTACHMENT,
    "AttachmentOut:202": {
        **_ATTACHMENT,
        "state": "waiting",
        "state_text": FileState.WAITING.russian,
        "checked_at": None,
        "has_preview": False,
    },
    "AttachmentsOut": {"attachments": [_ATTACHMENT]},
    "ChainOut": {"appeals": [{**_LINKED, **_STATUS, "registered_at": _AT}]},
    "ChainJournalOut": {"entries": [{"number": NUMBER, **_ENTRY}], "next_after": None},
    "AccessesOut": {
        "number": NUMBER,
        "accesses": [
            {
                "id": _FILE,
                "at": _AT,
                "subject": "operator-7",
                "role": "operator",
                "operation": "read_appeal",
                "ground": "task",
                "request_id": "b1946ac92492d2347c6235b4d2611184",
                "hash": _HASH,
            }
        ],
        "next_after": None,
    },
    "ConsistencyOut": {"first": 1, "second": 2, "path": [_HASH]},
    "KeysOut": {
        "keys": [
            {
                "key": "hotline.example+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                "public_key_pem": "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n",
            }
        ]
    },
    "ProofOut": {
        "number": NUMBER,
        "checkpoint": "hotline.example\n1\n…\n\n— hotline.example …\n",
        "size": 1,
        "entries": [{"position": 1, "hash": _HASH, "index": 0, "path": []}],
        "next_after": None,
    },
    "ErasureOut": _ERASURE | {"approved_by": "quality-2", "approved_at": _AT, "erased_at": _AT},
    "ForeseenOpeningOut": {
        "procedure": "access_recovery",
        "missing": [{"item": "snils", "name": "номер СНИЛС"}],
        "awaits": "SupplyDetails",
    },
    "ForeseenOut": {
        "accepted": True,
        "events": ["DecisionTaken"],
        "awaits": [{"command": "CheckDocuments", "roles": ["specialist"]}],
        "moves_on": True,
    },
    "RepliesOut": {"replies": [{"number": NUMBER, "position": 12, "at": _AT, "unit": "first_line"}]},
    "ReplyOut": {
        "number": NUMBER,
        "position": 12,
        "at": _AT,
        "category": "payments",
        "service": "Оплата пошлин",
        "error_code": None,
        "received_at": "2026-11-23T08:00:00Z",
        "question": "Почему платёж не отражается в кабинете?",
        "before": [{"at": "2026-11-23T08:30:00Z", "by": "citizen", "text": "Прошёл час, платежа всё ещё нет."}],
        "reply": ["Платёж появится до вечера.", "Проверьте завтра раздел «Оплата пошлин»."],
    },
    "CheckedOut": {"number": NUMBER, "position": 12, "check": _CHECK},
    "BatchOrderedOut": _BATCH,
    "BatchOut": _BATCH | _PROGRESS,
    "BatchItemsOut": {"items": [_REFUSED], "next_after": None},
    "FiguresOut": {
        "since": "2026-10-31T21:00:00Z",
        "until": "2026-11-30T21:00:00Z",
        "at": _AT,
        "total": _TALLY,
        "by_channel": [_TALLY | {"value": "web_form"}],
        "by_category": [_TALLY | {"value": "payments"}],
        "by_relation": [_TALLY],
        "by_score": [_TALLY | {"value": "4"}],
        "units": [{"unit": "second_line", "handed_over": 4, "open": 2, "breached": 0, "waiting": 12, "late": 3}],
        "difficulties": [{"category": "payments", "service": "Налоги", "count": 9}],
        "incidents": [
            {
                "number": NUMBER,
                "signature": "access|Налоги|500",
                "opened_at": _AT,
                "fixed_at": _AT,
                "appeals": [NUMBER],
            }
        ],
        "failures": [{"signature": "access|Налоги|500", "count": 4, "unanswered": 1, "median_minutes": 6.5}],
        "corrections": [{"was": "other", "now": "payments", "count": 2}],
        "advice": [{"suggestion": "look_after_terms", "count": 2, "of": 10}],
    },
    "AppealsOut": {"appeals": [_LISTED], "next_after": None, "taken_for": None},
    "TasksOut": {"tasks": [_TASK], "next_after": None},
    "MessagesOut": {"number": NUMBER, "messages": [_MESSAGE]},
    "EndpointOut": _ENDPOINT,
    "EndpointsOut": {"endpoints": [_ENDPOINT]},
    "SecretOut": {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "former_valid_until": _AT},
    "DeliveryOut": _DELIVERY,
    "DeliveriesOut": {"deliveries": [_DELIVERY], "next_after": None},
    "Health": {"status": "ok"},
}
"""By the name of what an answer in JSON is: an example of it."""
