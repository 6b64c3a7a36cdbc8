"""For every command some decisions as people make them, right and doubtful ones."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from domain.appeal import Category, DocumentKind, FailureKind, FileFormat, RepeatWay, Unit
from domain.calendar import CURRENT_VERSION
from domain.case import CaseView
from domain.checklist import CheckItem
from domain.contracts import commands
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import Decision
from domain.contracts.expectation import Expectation
from domain.lock import LockVerdict
from domain.threat import Threat
from infra.codes import ConfirmationCodes
from infra.settings import DEVELOPMENT_SECRET

Made = Callable[[Expectation | None, CaseView], Decision]
"""What somebody sends, who may look at what is awaited and at the case."""


CODES = ConfirmationCodes(DEVELOPMENT_SECRET.encode())
SCANS = [
    DocumentScan(kind=kind, reference=f"portal:scan:{kind}", format=FileFormat.PDF, size_bytes=1000)
    for kind in DocumentKind
]
WHOLE = Details(
    full_name="Смирнова Анна Петровна",
    login="smirnova.ap",
    passport="4510738215",
    snils="11223344595",
    phone="+79000001001",
    email="anna.smirnova@example.org",
    description="Не могу войти в личный кабинет.",
    scans=SCANS,
)


def _retry(awaited: Expectation | None, _view: CaseView) -> Decision:
    return commands.RetryRegistry(reason="Система снова отвечает.", operation=awaited.subject if awaited else None)


def _secured(_awaited: Expectation | None, view: CaseView) -> Decision:
    # By the case's own clock, which walks move forward.
    now = view.facts.systems.password_issued_at or datetime.now(UTC)
    return commands.ReportAccountSecurity(signed_in_at=now, password_changed_at=now, two_factor_enabled_at=now)


def _always(decision: Decision) -> Made:
    return lambda awaited, view: decision


def _check(awaited: Expectation | None, _view: CaseView) -> Decision:
    item = CheckItem(awaited.subject) if awaited and awaited.subject else CheckItem.NETWORK
    measured = {"packet_loss_percent": 0.5, "latency_ms": 40.0} if item is CheckItem.NETWORK else {}
    return commands.RecordCheck(item=item, passed=True, finding="Замечаний нет.", **measured)


def _code(is_right: bool) -> Made:
    def entered(_awaited: Expectation | None, view: CaseView) -> Decision:
        latest = view.facts.verification.latest_code
        code_id = (latest and latest.code_id) or "none"
        digits = CODES.code(code_id) if is_right else "000000"
        return commands.ConfirmCode(code_id=code_id, code_digest=CODES.digest(code_id, digits))

    return entered


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
    "TakeCase": [_always(commands.TakeCase())],
    "ReleaseCase": [_always(commands.ReleaseCase())],
    "TellCitizen": [_always(commands.TellCitizen(text="Мы продлили приём заявлений."))],
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
    "ConfirmAuthority": [
        _always(commands.ConfirmAuthority(confirmed=True, reason="Доверенность проверена.")),
        _always(commands.ConfirmAuthority(confirmed=False, reason="Доверенность отозвана.")),
    ],
    "AssessFailure": [
        _always(commands.AssessFailure(level=unit, status_text="Ищем причину.", kind=FailureKind.ACCESS))
        for unit in Unit
    ],
    "ReportFix": [_always(commands.ReportFix(summary="Исправлено."))],
    "RecordCheck": [
        _check,
        _always(commands.RecordCheck(item=CheckItem.NETWORK, passed=False, finding="Ничего не измерено.")),
    ],
    "ConfirmCode": [_code(is_right=True), _code(is_right=False)],
    "RequestAnotherCode": [_always(commands.RequestAnotherCode())],
    "DecideIdentity": [
        _always(commands.DecideIdentity(confirmed=True, reason="Установлена по видеосвязи.")),
        _always(commands.DecideIdentity(confirmed=False, reason="Документ чужой.")),
    ],
    "AssessRepeat": [
        _always(commands.AssessRepeat(way=way, reason="Так быстрее.", next_steps=["Ответим сегодня."]))
        for way in RepeatWay
    ],
    "DecideEscalation": [
        _always(commands.DecideEscalation(granted=granted, decision="Решено.", grounds=["Документы проверены."]))
        for granted in (True, False)
    ],
    "FetchData": [_always(commands.FetchData())],
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

ONLY_OF_THE_SYSTEM = {"ReportDelivery", "JoinIncident", "ResolveIncident"}
"""What no person ever sends."""
