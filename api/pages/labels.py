"""What a field, a choice and a decision are called on a page: the one table of the forms' Russian."""

from dataclasses import dataclass

from domain.appeal import Status
from domain.services import SERVICES


@dataclass(frozen=True)
class Label:
    """A field's name with a hint; `how` tells the browser which keys to show and what to fill in by itself."""

    text: str
    hint: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    is_long: bool = False
    is_short: bool = False


FIELDS: dict[str, Label] = {
    "category": Label("О чём обращение"),
    "service": Label("Какой сервис или раздел портала", "Например: личный кабинет, запись к врачу."),
    "recovery_reason": Label("Почему нет доступа"),
    "Appeal.services": Label("Сервисы, в которых данные не сходятся", "Отметьте, если в них о вас записано разное."),
    "package": Label("Для какой услуги вы готовите документы", "От этого зависит, какие файлы нужно приложить."),
    "data_set": Label("Какие данные вам нужны", "Только о вашей учётной записи."),
    "DataRequest.format": Label("В каком виде"),
    "delivery": Label("Как их передать", "Данные зашифрованы. Код к ним придёт в СМС."),
    "full_name": Label("Фамилия, имя и отчество", autocomplete="name"),
    "login": Label("Логин на портале", "То, что вы вводите при входе.", autocomplete="username"),
    "passport": Label("Серия и номер паспорта", "10 цифр, например 45 09 123456.", inputmode="numeric"),
    "passport_issued_on": Label("Дата выдачи паспорта", "Например: 20.05.2010.", is_short=True),
    "snils": Label("СНИЛС", "11 цифр, например 112-233-445 95.", inputmode="numeric"),
    "inn": Label("ИНН", "12 цифр, например 500100732259.", inputmode="numeric"),
    "phone": Label("Телефон", "Например: +7 916 123-45-67.", autocomplete="tel", inputmode="tel"),
    "email": Label("Электронная почта", "Например: ivanov@example.ru.", autocomplete="email", inputmode="email"),
    "description": Label(
        "Что случилось",
        "Что вы делали, что получилось и какое сообщение увидели. Если есть код ошибки, укажите его.",
        is_long=True,
    ),
    "first_appeal": Label("Номер обращения, решение по которому нужно пересмотреть", inputmode="numeric"),
    "related_number": Label("Номер прошлого обращения", "16 цифр из письма о регистрации.", inputmode="numeric"),
    "escalation_reason": Label("Почему вы обращаетесь в вышестоящую инстанцию"),
    "received_at": Label("Когда поступило обращение"),
    "time_zone": Label("Часовой пояс", "Например: Asia/Vladivostok."),
    "code": Label("Код подтверждения", "6 цифр из сообщения.", autocomplete="one-time-code", inputmode="numeric"),
    "text": Label("Сообщение", is_long=True),
    "is_polite": Label("Ответ вежливый?"),
    "is_brief": Label("Ответ краткий?"),
    "fits_question": Label("Ответ по существу вопроса?"),
    "Check.note": Label("Замечание", "Можно не заполнять.", is_long=True),
    "question": Label("Ваш вопрос", "Можно не заполнять.", is_long=True),
    "Advice.value": Label("Верное значение", "Так, как его нужно ввести. Можно не заполнять, если есть совет."),
    "Advice.text": Label("Совет", "Коротко: что исправить или где посмотреть."),
    "comment": Label("Комментарий", "Можно не заполнять.", is_long=True),
    "reason": Label("Причина", is_long=True),
    "note": Label("Заметка", is_long=True),
    "solved": Label("Вопрос решён?"),
    "score": Label("Оценка"),
    "kind": Label("Какой это документ"),
    "file": Label("Файл", "PDF, JPG, PNG или DOCX."),
    "Withdraw.reason": Label("Почему вы отзываете обращение", "Можно не заполнять.", is_long=True),
    "unit": Label("Какому подразделению передать"),
    "level": Label("Кто устраняет сбой"),
    "status_text": Label("Что сказать заявителю", is_long=True),
    "Failure.kind": Label("Вид сбоя"),
    "AssessFailure.kind": Label("Вид сбоя"),
    "error_code": Label("Код ошибки", "Как на экране, например 413."),
    "is_display_error": Label("Страница отображается неверно?"),
    "processing_hours": Label("Срок обработки в часах", inputmode="numeric"),
    "processing_working_days": Label("Срок обработки в рабочих днях", inputmode="numeric"),
    "match": Label("Документы совпадают с данными реестров?"),
    "summary": Label("Суть ответа", is_long=True),
    "steps": Label("Что сделать заявителю", "Каждый шаг с новой строки."),
    "acts": Label("Нормативные акты", "Каждый с новой строки. Обязательны в ответе юриста."),
    "knowledge": Label("Статьи базы знаний", "Каждая с новой строки. Можно не заполнять."),
    "way": Label("Как продолжить"),
    "next_steps": Label("Что будет дальше", "Каждый шаг с новой строки."),
    "granted": Label("Удовлетворить просьбу?"),
    "decision": Label("Решение", is_long=True),
    "grounds": Label("Основания", "Каждое с новой строки."),
    "Wanted.text": Label(
        "Номер обращения или данные заявителя",
        "Номер, телефон, электронная почта, СНИЛС, ИНН или паспорт — целиком. "
        "Поиск по человеку попадёт в журнал доступа.",
    ),
    "Wanted.category": Label("О чём обращение"),
    "item": Label("Что проверено"),
    "passed": Label("Здесь всё в порядке?"),
    "finding": Label("Что обнаружено", is_long=True),
    "packet_loss_percent": Label("Потери пакетов, %", "Только для проверки соединения.", inputmode="decimal"),
    "latency_ms": Label("Задержка, мс", "Только для проверки соединения.", inputmode="numeric"),
    "rolled_back": Label("Что отменено на сайте", "Только для проверки последних изменений."),
    "ReportFix.summary": Label("Что сделано", "Это прочитает каждый, кого коснулся сбой.", is_long=True),
    "confirmed": Label("Подтвердить?"),
    "identified": Label("Абонент опознан?"),
    "verdict": Label("Причина блокировки"),
    "secure": Label("Защитить учётную запись?"),
    "threat": Label("Угроза"),
    "measures": Label("Принятые меры", "Каждая с новой строки."),
    "conclusion": Label("Итог проверки", is_long=True),
    "accept": Label("Принять пакет?"),
    "operation": Label("Какая система"),
    "version": Label("Версия календаря"),
    "channel": Label("Канал"),
    "status": Label("Статус"),
    "is_breached": Label("Пропущен ли срок"),
    "BatchFilter.unit": Label("У кого сейчас"),
    "BatchFilter.category": Label("Тема"),
    "since": Label("С какого дня"),
    "until": Label("По какой день"),
    "RepeatRequest.service": Label("В какой сервис"),
}

_FAILURES = {
    "authentication": "Не получается войти",
    "access": "Нет доступа к разделу или услуге",
    "compatibility": "Страница не работает в браузере или приложении",
    "data_entry": "Не сохраняются введённые данные",
}
CHOICES: dict[str, dict[str, str]] = {
    "category": {
        "registration": "Регистрация на портале",
        "password_recovery": "Не могу войти: пароль или блокировка",
        "applications": "Заявления и услуги",
        "payments": "Платежи",
        "technical_failure": "Портал не работает или показывает ошибку",
        "account_security": "Кто-то мог войти в мою учётную запись",
        "identity_verification": "Подтверждение личности",
        "forms_and_documents": "Формы и документы",
        "legal_question": "Вопрос о законе",
        "data_request": "Получить данные своей учётной записи",
        "other": "Другое",
    },
    "recovery_reason": {
        "locked": "Учётная запись заблокирована",
        "password_lost": "Пароль забыт или потерян",
        "intrusion_suspected": "Есть подозрение на взлом",
    },
    "Appeal.services": SERVICES,
    "package": {
        "general": "Обычная услуга",
        "legal_entity": "Услуга для юридического лица",
        "property": "Услуга, связанная с недвижимостью",
        "financial": "Финансовая услуга",
    },
    "data_set": {"profile": "Сведения учётной записи", "sign_ins": "История входов"},
    "DataRequest.format": {"pdf": "PDF — для чтения и печати", "csv": "CSV — таблица", "xml": "XML — для программ"},
    "delivery": {"cabinet": "Скачать на странице обращения", "email": "Письмом на электронную почту"},
    "escalation_reason": {
        "refused": "Поддержка отказала в решении вопроса",
        "repeated_failures": "Сбои повторяются и мешают пользоваться услугами",
        "account_change": "Нужно изменить параметры учётной записи",
    },
    "score": {"5": "5 — отлично", "4": "4 — хорошо", "3": "3 — сносно", "2": "2 — плохо", "1": "1 — очень плохо"},
    "channel": {
        "phone": "Телефон",
        "chat": "Чат",
        "web_form": "Форма на портале",
        "mobile_app": "Мобильное приложение",
        "email": "Электронная почта",
        "escalation": "Вышестоящая инстанция",
        "internal": "Открыто системой",
    },
    "BatchFilter.status": {status.value: status.russian for status in Status if not status.is_final},
    "kind": {
        "passport": "Паспорт",
        "snils": "СНИЛС",
        "inn": "ИНН",
        "registration_certificate": "Свидетельство о регистрации",
        "ownership_proof": "Документ о собственности",
        "consent": "Согласие",
        "income_proof": "Справка о доходах",
        "exchange_screenshots": "Снимки экрана с перепиской",
        "application_copy": "Заявка: оригинал или копия",
        "screenshot": "Снимок экрана",
    },
    "Failure.kind": _FAILURES,
    "AssessFailure.kind": _FAILURES,
    "way": {
        "confirm": "Подтвердить прежний ответ",
        "solve": "Решать заново",
        "escalate": "Передать второй линии",
    },
    "verdict": {
        "locked_by_failures": "Заявитель ошибался при вводе пароля",
        "not_locked": "Учётная запись не заблокирована",
        "attack": "Попытка взлома",
        "unexplained": "Причина не установлена",
    },
    "RepeatRequest.service": SERVICES,
}
YES_AND_NO = {"true": "Да", "false": "Нет"}


@dataclass(frozen=True)
class Deed:
    """A decision as the person who takes it reads it: the heading of its form, the word on its button."""

    title: str
    button: str
    about: str = ""


DEEDS: dict[str, Deed] = {
    "SupplyDetails": Deed("Дополните обращение", "Отправить сведения", "Без этих сведений мы не можем продолжить."),
    "ConfirmSolution": Deed("Решён ли ваш вопрос?", "Ответить"),
    "ConfirmCode": Deed("Подтвердите, что это вы", "Подтвердить", "Мы отправили вам код из 6 цифр."),
    "RequestAnotherCode": Deed("Код не пришёл?", "Получить новый код"),
    "RateSatisfaction": Deed("Оцените работу поддержки", "Поставить оценку"),
    "AddDetails": Deed("Добавить сообщение", "Добавить"),
    "AskStatus": Deed("Спросить о ходе обращения", "Спросить", "Мы пришлём сообщение о том, что уже сделано."),
    "Withdraw": Deed("Отозвать обращение", "Отозвать", "Мы прекратим работу по нему."),
}


def label_of(name: str, model: str = "") -> Label:
    """The label of a field, by its model where the same name means another thing."""
    return FIELDS.get(f"{model}.{name}") or FIELDS.get(name) or Label(name)
