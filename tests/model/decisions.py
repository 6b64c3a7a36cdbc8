"""For every command some decisions as people make them, right and doubtful ones."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from domain.appeal import Category, DocumentKind, Unit
from domain.calendar import CURRENT_VERSION
from domain.contracts import commands
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import Decision
from domain.contracts.expectation import Expectation
from domain.lock import LockVerdict
from domain.threat import Threat

Made = Callable[[Expectation | None], Decision]

SCANS = [DocumentScan(kind=kind, reference=f"portal:scan:{kind}") for kind in DocumentKind]
WHOLE = Details(
    full_name="Смирнова Анна Петровна",
    login="smirnova.ap",
    snils="11223344595",
    phone="+79000001001",
    email="anna.smirnova@example.org",
    description="Не могу войти в личный кабинет.",
    scans=SCANS,
)


def _retry(awaited: Expectation | None) -> Decision:
    return commands.RetryRegistry(reason="Система снова отвечает.", operation=awaited.subject if awaited else None)


def _secured(awaited: Expectation | None) -> Decision:
    now = datetime.now(UTC)
    return commands.ReportAccountSecurity(signed_in_at=now, password_changed_at=now, two_factor_enabled_at=now)


def _always(decision: Decision) -> Made:
    return lambda awaited: decision


DECISIONS: dict[str, Sequence[Made]] = {
    "SupplyDetails": [
        _always(commands.SupplyDetails(details=WHOLE)),
        _always(commands.SupplyDetails(details=Details(snils="08765430300"))),
        _always(commands.SupplyDetails(details=Details())),
    ],
    "AddDetails": [_always(commands.AddDetails(text="Ошибка повторяется.")), _always(commands.AddDetails())],
    "AskStatus": [_always(commands.AskStatus())],
    "Withdraw": [_always(commands.Withdraw(reason="Всё заработало."))],
    "RejectAppeal": [_always(commands.RejectAppeal(reason="Это не обращение."))],
    "Classify": [_always(commands.Classify(category=each, reason="Другая тема.")) for each in Category],
    "HandOver": [_always(commands.HandOver(unit=unit, reason="Сложный вопрос.")) for unit in Unit],
    "AdoptCalendar": [_always(commands.AdoptCalendar(version=CURRENT_VERSION, reason="Календарь утверждён."))],
    "RetryRegistry": [_retry],
    "AnswerQuestion": [
        _always(
            commands.AnswerQuestion(summary="Поле заполнено неверно.", steps=["Исправьте поле."], acts=["№ 210-ФЗ"])
        ),
        _always(commands.AnswerQuestion(summary="Обратитесь позже.", steps=["Подождите час."])),
    ],
    "ConfirmSolution": [
        _always(commands.ConfirmSolution(solved=True)),
        _always(commands.ConfirmSolution(solved=False, comment="Ошибка осталась.")),
    ],
    "RateSatisfaction": [_always(commands.RateSatisfaction(score=4))],
    "RecordRequest": [
        _always(commands.RecordRequest(processing_hours=4)),
        _always(commands.RecordRequest(processing_working_days=2)),
        _always(commands.RecordRequest()),
    ],
    "CheckDocuments": [
        _always(commands.CheckDocuments(match=True, reason="Данные совпали.")),
        _always(commands.CheckDocuments(match=False, reason="Другой номер.")),
    ],
    "ConcludeProtocol": [_always(commands.ConcludeProtocol(conclusion="Данные совпадают."))],
    "RepeatRequest": [
        _always(commands.RepeatRequest(service=service, reason="Данные устарели.")) for service in ("taxes", "clinic")
    ],
    "DecidePackage": [
        _always(commands.DecidePackage(accept=accept, reason="Скан не читается.")) for accept in (False, True)
    ],
    "ReportAccountSecurity": [_secured],
    "IdentifySubscriber": [
        _always(commands.IdentifySubscriber(identified=True, reason="Назвал кодовое слово.")),
        _always(commands.IdentifySubscriber(identified=False, reason="Не назвал дату рождения.")),
    ],
    "ReviewLock": [_always(commands.ReviewLock(verdict=each, reason="Посмотрел журнал.")) for each in LockVerdict],
    "DecideSecuring": [
        _always(commands.DecideSecuring(secure=True, reason="Владелец подтвердил по телефону.")),
        _always(commands.DecideSecuring(secure=False, reason="Данные не совпали с данными учётной записи.")),
    ],
    "ReviewThreat": [
        _always(commands.ReviewThreat(threat=each, measures=["Проверено устройство."])) for each in Threat
    ],
}
