"""The four papers, each filled with long names, long lists and typed nonsense."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from infra.papers import Confirmation, OfficialDecision, Protocol, ProtocolStep, TimeStamps, WrittenRequest
from infra.papers.paper import Paper
from tests.infra.contexts import FULL_NAME, HELP_PHONE, NUMBER

FIRST_NUMBER = "4821093755612044"
RECEIVED_AT = datetime(2026, 1, 12, 6, 30, tzinfo=UTC)
MADE_AT = datetime(2026, 1, 22, 15, 30, tzinfo=UTC)
LONG_LINK = "https://portal.example.ru/" + "x" * 140
_TERM = "Срок — 10 рабочих дней: с 13 по 26 января 2026 года. 17–18 и 24–25 января — выходные дни."

CONFIRMATION = Confirmation(
    number=NUMBER,
    full_name=FULL_NAME,
    made_at=MADE_AT,
    time_zone="Asia/Omsk",
    help_phone=HELP_PHONE,
    received_at=RECEIVED_AT,
    answered_at=MADE_AT - timedelta(days=1),
    status="Завершено",
    question="Как восстановить доступ к личному кабинету?\n\nСтраница входа не открывается.",
    answer="Доступ к личному кабинету можно восстановить по номеру телефона.",
    steps=[
        "Откройте страницу входа и нажмите «Не удаётся войти».",
        f"Если страница не открывается, перейдите по адресу {LONG_LINK}",
        "Введите код из сообщения.",
    ],
    acts=[
        "Федеральный закон от 27.07.2010 № 210-ФЗ «Об организации предоставления государственных и муниципальных "
        "услуг», статья 21.2",
        "Федеральный закон от 27.07.2006 № 152-ФЗ «О персональных данных», статья 14",
    ],
)
PROTOCOL = Protocol(
    number=NUMBER,
    full_name=FULL_NAME,
    made_at=MADE_AT,
    time_zone="Asia/Omsk",
    help_phone=HELP_PHONE,
    steps=[
        ProtocolStep(
            at=MADE_AT - timedelta(hours=5) + timedelta(seconds=37 * step),
            service=["Пенсии", "Налоги", "Недвижимость", "Поликлиника"][step % 4],
            step="Проверка данных" if step % 3 else "Повторный запрос",
            result="Данные совпадают" if step % 5 else "Сервис не ответил вовремя: ошибка 504, отправлено ещё раз",
        )
        for step in range(40)
    ],
    stamps=[
        TimeStamps("Пенсии", MADE_AT, MADE_AT + timedelta(seconds=2), MADE_AT - timedelta(days=40)),
        TimeStamps("Налоги", MADE_AT, MADE_AT - timedelta(minutes=1, seconds=5), MADE_AT - timedelta(days=3)),
        TimeStamps("Недвижимость", MADE_AT, MADE_AT, None),
        TimeStamps("Межведомственная поликлиника", MADE_AT),
    ],
    conclusion="Запись в сервисе «Поликлиника» отсутствовала. Данные отправлены повторно, сервис их принял.",
)
REQUEST = WrittenRequest(
    number=NUMBER,
    full_name=FULL_NAME,
    made_at=MADE_AT,
    time_zone="Asia/Omsk",
    help_phone=HELP_PHONE,
    first_number=FIRST_NUMBER,
    first_at=RECEIVED_AT,
    addressee="Отдел контроля качества",
    problem="Служба поддержки отказалась менять номер телефона в учётной записи.\nБез него войти нельзя.",
    documents=["Копия паспорта", "Копия СНИЛС", "Снимки экрана с перепиской", "Копия заявки"],
)
DECISION = OfficialDecision(
    number=NUMBER,
    full_name=FULL_NAME,
    made_at=MADE_AT,
    time_zone="Asia/Omsk",
    help_phone=HELP_PHONE,
    first_number=FIRST_NUMBER,
    first_at=RECEIVED_AT - timedelta(days=20),
    received_at=RECEIVED_AT,
    granted=True,
    decision="Номер телефона в учётной записи изменить.\nСрок исполнения — один рабочий день.",
    grounds=["Личность заявителя подтверждена паспортом и СНИЛС.", "Отказ первой линии не был обоснован."],
    decided_by="Отдел контроля качества",
    due_at=datetime(2026, 1, 26, 21, tzinfo=UTC),
    due_explained=_TERM,
)
REFUSAL = replace(DECISION, granted=False, grounds=[], made_at=DECISION.due_at + timedelta(seconds=1))
PAPERS: dict[str, Paper] = {
    "confirmation": CONFIRMATION,
    "protocol": PROTOCOL,
    "request": REQUEST,
    "decision": DECISION,
    "refusal": REFUSAL,
}
