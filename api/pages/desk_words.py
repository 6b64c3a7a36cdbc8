"""What the staff reads of a case: its decisions, its journal and its ways in, in words."""

import re
from datetime import UTC, date, datetime

from api.pages.labels import CHOICES, Deed
from domain.actors import Role
from domain.appeal import Channel, Relation
from domain.calendar.wording import day_in_words, duration_in_words
from domain.contracts.appeal import Details

DEEDS: dict[str, Deed] = {
    "Classify": Deed("Отнести к категории", "Сохранить категорию", "От категории зависит, как пойдёт работа."),
    "RecordRequest": Deed(
        "Зарегистрировать запрос", "Зарегистрировать", "Назначьте срок обработки, если он известен."
    ),
    "CheckDocuments": Deed("Проверить документы", "Сохранить решение", "Сравните документы с данными реестров."),
    "AnswerQuestion": Deed("Ответить заявителю", "Отправить ответ", "Заявитель получит ответ сразу."),
    "AssessRepeat": Deed("Решить, как продолжить повторное обращение", "Сохранить решение"),
    "DecideEscalation": Deed("Принять официальное решение", "Принять решение"),
    "RecordCheck": Deed("Записать результат проверки", "Записать"),
    "AssessFailure": Deed("Оценить сбой", "Сохранить оценку"),
    "ReportFix": Deed("Сообщить, что сбой устранён", "Сообщить"),
    "ConfirmAuthority": Deed("Проверить право на данные", "Сохранить решение"),
    "DecideIdentity": Deed("Решить, подтверждена ли личность", "Сохранить решение"),
    "IdentifySubscriber": Deed("Опознать абонента по телефону", "Сохранить"),
    "ReviewLock": Deed("Назвать причину блокировки", "Сохранить"),
    "DecideSecuring": Deed("Решить, защитить ли учётную запись", "Сохранить решение"),
    "ReviewThreat": Deed("Назвать угрозу и принятые меры", "Сохранить"),
    "ConcludeProtocol": Deed("Завершить протокол", "Завершить"),
    "DecidePackage": Deed("Решить по пакету документов", "Сохранить решение"),
    "RetryRegistry": Deed("Повторить запрос в систему", "Повторить запрос", "Система не ответила вовремя."),
    "RepeatRequest": Deed("Отправить данные в сервис ещё раз", "Отправить"),
    "SupplyDetails": Deed("Записать сведения со слов заявителя", "Сохранить сведения"),
    "ConfirmSolution": Deed("Спросить заявителя, решён ли вопрос", "Записать ответ"),
    "RequestAnotherCode": Deed("Отправить новый код", "Отправить код"),
    "RateSatisfaction": Deed("Записать оценку заявителя", "Записать оценку"),
    "TakeCase": Deed("Взять в работу", "Взять в работу", "Коллеги увидят, что обращением занимаетесь вы."),
    "ReleaseCase": Deed("Снять с себя", "Снять с себя", "Обращение сможет взять другой сотрудник."),
    "HandOver": Deed("Передать другому подразделению", "Передать", "Номер обращения и сроки останутся прежними."),
    "TellCitizen": Deed("Написать заявителю", "Отправить сообщение"),
    "AddDetails": Deed("Добавить со слов заявителя", "Добавить"),
    "AskStatus": Deed("Отправить заявителю справку о ходе обращения", "Отправить справку"),
    "Withdraw": Deed("Отозвать по просьбе заявителя", "Отозвать обращение"),
    "RejectAppeal": Deed("Отклонить обращение", "Отклонить", "Заявитель прочитает причину."),
    "AdoptCalendar": Deed("Перейти на другой производственный календарь", "Перейти"),
}
RECLASSIFY = Deed("Изменить категорию", "Изменить категорию", "Работа начнётся заново, по правилам новой категории.")
AWAITED_OF_OTHERS = {
    "ConfirmCode": "Ввести код подтверждения",
    "FetchData": "Забрать данные в личном кабинете",
    "ReportAccountSecurity": "Сменить пароль и защитить учётную запись",
}
CHANNELS = {Channel(value): text for value, text in CHOICES["channel"].items()}
RELATIONS = {
    Relation.REPEAT: "повторное обращение",
    Relation.ESCALATION: "обращение в вышестоящую инстанцию",
    Relation.RECOVERY: "восстановление доступа",
}
MESSAGE_STATES = {
    "queued": "в очереди",
    "sending": "отправляется",
    "accepted": "отправлено",
    "failed": "не доставлено",
    "skipped": "не отправлялось",
    "unknown": "неизвестно, дошло ли",
    "superseded": "отменено",
}
MESSAGE_CHANNELS = {"email": "письмо", "sms": "СМС", "push": "уведомление"}
RECIPIENTS = {
    "citizen": "Заявителю",
    "supervisor": "Руководителю",
    "second_line": "Второй линии",
    "development": "Разработчикам",
    "authority": "Вышестоящей инстанции",
}
EVENTS = {
    "AppealRegistered": "Обращение зарегистрировано",
    "PlanDrafted": "Составлен план работы",
    "StatusChanged": "Изменён статус",
    "ClockChanged": "Изменён срок",
    "ClockRang": "Прошла часть срока",
    "DecisionExpected": "Ожидается решение",
    "DecisionEscalated": "Решение передано и руководителю",
    "DecisionReassigned": "Решение ждут от другого подразделения",
    "DecisionTaken": "Решение принято",
    "DecisionRefused": "Решение не принято обращением",
    "ExpectationClosed": "Решение больше не ожидается",
    "DetailsRequested": "Запрошены сведения",
    "DetailsSupplied": "Сведения получены",
    "DetailsAdded": "Добавлены сведения",
    "RegistriesAnswered": "Реестры ответили",
    "RegistryUnavailable": "Реестр не ответил",
    "MessageQueued": "Подготовлено сообщение",
    "MessageUndelivered": "Сообщение не доставлено",
    "ResultPublished": "Опубликован результат",
    "AttemptAbandoned": "Шаг отменён и выполнен заново",
    "AppealErased": "Личные данные удалены",
    "CitizenTold": "Заявителю отправлено сообщение",
    "StatusAsked": "Запрошена справка о ходе обращения",
    "AppealClassified": "Определена категория",
    "HandedOver": "Передано другому подразделению",
    "CaseTaken": "Взято в работу",
    "CaseReleased": "Снято с сотрудника",
    "AppealWithdrawn": "Обращение отозвано",
    "AppealRefused": "Обращение отклонено",
    "CalendarAdopted": "Принят другой календарь",
    "QuestionAnswered": "Заявителю дан ответ",
    "SolutionConfirmed": "Заявитель подтвердил решение",
    "SolutionDenied": "Заявителю не помогло",
    "SatisfactionRated": "Заявитель поставил оценку",
    "PreviousFound": "Найдено прошлое обращение",
    "LinkedAppealOpened": "Открыто связанное обращение",
    "RepeatCompared": "Повторное обращение сопоставлено с прошлыми",
    "RepeatAssessed": "Решено, как продолжить повторное обращение",
    "WrittenRequestComposed": "Составлен письменный запрос",
    "EscalationDecided": "Принято официальное решение",
    "ChecklistBegun": "Начата проверка по списку",
    "CheckRecorded": "Записан результат проверки",
    "FailureLogged": "Сбой записан",
    "FailureAssessed": "Сбой оценён",
    "FailureFixed": "Сбой устранён",
    "IncidentJoined": "Обращение присоединено к инциденту",
    "IncidentResolved": "Инцидент устранён",
    "IncidentOpened": "Открыт инцидент",
    "AppealJoined": "К инциденту присоединено обращение",
    "DataRequested": "Запрошены данные",
    "AuthorityConfirmed": "Право на данные подтверждено",
    "AuthorityDenied": "Право на данные не подтверждено",
    "DataPrepared": "Данные подготовлены",
    "DataProvisionFailed": "Данные не получены",
    "DataFetched": "Данные выданы",
    "DataDestroyed": "Подготовленные данные уничтожены",
    "RequestRecorded": "Запрос зарегистрирован",
    "DocumentsMatched": "Документы совпали с реестром",
    "DocumentsMismatched": "Документы не совпали с реестром",
    "PasswordIssued": "Выдан одноразовый пароль",
    "AccountSecurityReported": "Сообщено о защите учётной записи",
    "LockJudged": "Проверена причина блокировки",
    "LockReviewed": "Названа причина блокировки",
    "SubscriberIdentified": "Абонент опознан",
    "SubscriberNotIdentified": "Абонент не опознан",
    "AccountUnlocked": "Учётная запись разблокирована",
    "SecuringDecided": "Решено о защите учётной записи",
    "AccountSecured": "Учётная запись защищена",
    "ThreatReviewed": "Названа угроза",
    "ServiceAsked": "Запрос в сервис",
    "ServiceAnswered": "Сервис ответил",
    "DataResent": "Данные отправлены в сервис ещё раз",
    "RepeatOrdered": "Назначена повторная отправка данных",
    "AgesCompared": "Сопоставлены даты записей сервисов",
    "ProtocolConcluded": "Протокол завершён",
    "ConsentVerified": "Подпись под согласием верна",
    "ConsentRefused": "Согласие не подписано как нужно",
    "PackageProcessed": "Пакет документов обработан",
    "PackageRefused": "Сервис не принял пакет документов",
    "PackageDecided": "Решено по пакету документов",
    "ScanAccepted": "Скан принят",
    "ScanRefused": "Скан не принят",
    "CodeSent": "Отправлен код подтверждения",
    "CodeUndelivered": "Код не доставлен",
    "AnotherCodeRequested": "Запрошен новый код",
    "CodeMismatched": "Введён неверный код",
    "CodeExpired": "Код просрочен",
    "IdentityConfirmed": "Личность подтверждена",
    "IdentityDenied": "Личность не подтверждена",
}
_PERSON = {
    "full_name": "Фамилия, имя и отчество",
    "login": "Логин",
    "phone": "Телефон",
    "email": "Электронная почта",
    "snils": "СНИЛС",
    "passport": "Паспорт",
    "passport_issued_on": "Дата выдачи паспорта",
    "inn": "ИНН",
}
_MINUTES_OF_A_DAY = 24 * 60
_GROUPS = {
    "phone": (r"^\+7(\d{3})(\d{3})(\d\d)(\d\d)$", r"+7 \1 \2-\3-\4"),
    "snils": (r"^(\d{3})(\d{3})(\d{3})(\d\d)$", r"\1-\2-\3 \4"),
    "passport": (r"^(\d\d)(\d\d)(\d{6})$", r"\1 \2 \3"),
}
PEOPLE = {
    Role.CITIZEN: "заявитель",
    Role.OPERATOR: "оператор",
    Role.SPECIALIST: "специалист",
    Role.LEGAL: "юрист",
    Role.QUALITY_CONTROL: "контроль качества",
    Role.DEVELOPER: "разработчик",
    Role.SUPERVISOR: "руководитель",
    Role.AUDITOR: "аудитор",
    Role.PORTAL: "портал",
    Role.REGISTRY: "реестр",
    Role.SYSTEM: "система",
}


def deed_title(command: str) -> str:
    """What somebody is to do, for lists."""
    return DEEDS[command].title if command in DEEDS else AWAITED_OF_OTHERS.get(command, command)


def category_name(category: str | None) -> str:
    """What the appeal is about."""
    return CHOICES["category"].get(category or "", "Категория не определена")


def compared_name(field: str) -> str:
    """The row of a comparison."""
    name = _PERSON[field.removesuffix("_status")]
    return f"{name}: документ в реестре" if field.endswith("_status") else name


def person_rows(details: Details) -> list[tuple[str, str]]:
    """Who the citizen is, as far as they have said so."""
    return [(text, in_groups(value, name)) for name, text in _PERSON.items() if (value := getattr(details, name))]


def in_groups(value: str, name: str) -> str:
    """A number as it stands on the document or is said on the telephone, a day in words; any other value as it is."""
    if name == "passport_issued_on":
        return day_in_words(date.fromisoformat(value))
    pattern, groups = _GROUPS.get(name, ("", ""))
    return re.sub(pattern, groups, value) if pattern else value


def time_left(due_at: datetime) -> tuple[str, bool]:
    """How long there is until then, and whether it is past; nobody counts the minutes of days."""
    minutes = int((due_at - datetime.now(UTC)).total_seconds() // 60)
    told = abs(minutes) if abs(minutes) < _MINUTES_OF_A_DAY else abs(minutes) // 60 * 60
    return f"{'просрочено на' if minutes < 0 else 'осталось'} {duration_in_words(told)}", minutes < 0
