"""Why a decision can't be taken now: the one rule the workflow's validators ask."""

from collections.abc import Collection

from domain.calendar import CALENDARS
from domain.case import CaseView
from domain.comparison import disagreements
from domain.contracts.commands import (
    AddDetails,
    AdoptCalendar,
    AnswerQuestion,
    CheckDocuments,
    Classify,
    Command,
    ConfirmAuthority,
    Decision,
    HandOver,
    RecordRequest,
    SupplyDetails,
)
from domain.contracts.expectation import Expectation
from domain.procedures import Procedure, procedure_of
from domain.standing import standing_decisions

# Letter and opening code go there: whoever could name other ones would get into another's account.
_CONTACTS = {"phone": "телефон", "email": "адрес электронной почты"}
CLOSED = "Обращение закрыто. Его можно оценить, обратиться повторно или в вышестоящую инстанцию."


class Refusal(ValueError):
    """A decision that the case does not take; `kind` names the reason for programs, the text is for people."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def answered_expectation(view: CaseView, command: Command, answered: Collection[str] = ()) -> Expectation | None:
    """The open expectation that this decision of this actor answers, or None.

    `answered` are the ids of expectations whose decision is already there, but not yet in the journal; only one
    that repeats takes another.
    """
    return next((open_ for open_ in _about(view, command.decision, answered) if open_.admits(command.actor)), None)


def refuse_unless_expected(view: CaseView, command: Command, answered: Collection[str] = ()) -> None:
    """Raise `Refusal` unless the case takes this decision from this actor and its content holds together."""
    decision = command.decision
    permitted = standing_decisions(view).get(decision.type, frozenset())
    if view.is_closed and not permitted and not _about(view, decision, answered):
        raise Refusal("closed", CLOSED)
    if not permitted and not _about(view, decision, answered):
        raise Refusal("not_expected", "Обращение сейчас не ждёт такого решения.")
    if command.actor.role not in permitted and answered_expectation(view, command, answered) is None:
        raise Refusal("role_not_allowed", "Это решение принимает сотрудник с другой ролью.")
    if contradiction := _contradiction(view, decision):
        raise Refusal("contradiction", contradiction)


def _about(view: CaseView, decision: Decision, answered: Collection[str]) -> list[Expectation]:
    subject = getattr(decision, "operation", None)
    return [
        open_
        for open_ in view.expectations
        if open_.is_about(decision.type, subject) and (open_.repeats or open_.id not in answered)
    ]


def _contradiction(view: CaseView, decision: Decision) -> str | None:  # noqa: C901 - a table of decisions
    match decision:
        case RecordRequest(processing_hours=hours, processing_working_days=days):
            if sum(term is not None for term in (hours, days)) != 1:
                return "Назначьте время обработки: либо в часах, либо в рабочих днях."
            if not 0 < (hours or days or 0) <= 1000:
                return "Время обработки — целое число от 1 до 1000."
        case SupplyDetails(details=details) if not details.supplied_items():
            return "В сообщении нет ни одного из нужных данных."
        case AddDetails(text=text, scans=scans) if not text and not scans:
            return "Добавьте текст или файлы."
        case AddDetails() if any(open_.command == "SupplyDetails" for open_ in view.expectations):
            return "Обращение ждёт данных: отправьте их ответом на запрос (SupplyDetails)."
        case Classify(category=category) if category == view.category:
            return "Обращение уже отнесено к этой категории."
        case Classify() if procedure_of(view) is Procedure.ESCALATION:
            return "Обращение в вышестоящую инстанцию не переносят в другую категорию."
        case HandOver(unit=unit) if unit == view.unit:
            return "Обращение уже передано этому подразделению."
        case HandOver() if not any(open_.transferable for open_ in view.expectations):
            return "Сейчас передать нечего: обращение не ждёт решения, которое может принять другое подразделение."
        case AdoptCalendar(version=version) if version not in CALENDARS:
            return "Такой версии производственного календаря нет."
        case AnswerQuestion(acts=acts) if not acts and procedure_of(view) is Procedure.LEGAL_CONSULTATION:
            return "Назовите нормативные акты, на которых основан ответ."
        case CheckDocuments(match=True) | ConfirmAuthority(confirmed=True) if not view.account_found:
            return "Учётная запись в реестре не найдена: подтвердить совпадение нельзя."
        case CheckDocuments(match=True) | ConfirmAuthority(confirmed=True) if doubtful := _doubtful_contacts(view):
            return f"Не совпадает с учётной записью: {doubtful}. Туда уйдёт ответ с кодом: подтвердить нельзя."
    return None


def _doubtful_contacts(view: CaseView) -> str:
    doubtful = _CONTACTS.keys() & disagreements(view.comparison)
    return ", ".join(_CONTACTS[field] for field in sorted(doubtful))
