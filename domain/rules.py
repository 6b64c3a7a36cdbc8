"""Why a decision can't be taken now: the one rule the workflow's validators ask."""

from collections.abc import Collection
from datetime import datetime, timedelta

from domain.actors import Actor, Role
from domain.appeal import RepeatWay, Unit
from domain.calendar import CALENDARS
from domain.calendar.wording import moment_in_words
from domain.case import CaseView
from domain.checklist import CheckItem
from domain.comparison import disagreements
from domain.contracts.appeal import Policy
from domain.contracts.commands import (
    AddDetails,
    AdoptCalendar,
    AnswerQuestion,
    AskStatus,
    AssessFailure,
    CheckDocuments,
    Classify,
    Command,
    ConfirmAuthority,
    ConfirmCode,
    DecideSecuring,
    Decision,
    HandOver,
    IdentifySubscriber,
    JoinIncident,
    RecordCheck,
    RecordRequest,
    RejectAppeal,
    ReleaseCase,
    RepeatRequest,
    ReportAccountSecurity,
    ResolveIncident,
    ReviewLock,
    SupplyDetails,
    TakeCase,
)
from domain.contracts.expectation import Expectation
from domain.failures import MENDING_LEVELS
from domain.lock import LockVerdict
from domain.number import format_number
from domain.procedures import Procedure, is_legal_question, procedure_of
from domain.rights import Operation, may
from domain.standing import standing_decisions
from domain.units import UNIT_ROLES, role_of

# Letter and opening code go there: whoever could name other ones would get into another's account.
_CONTACTS = {"phone": "телефон", "email": "адрес электронной почты"}
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of those who report may differ from ours."""
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
    awaited = _about(view, decision, answered)
    if (view.is_closed or view.facts.dialogue.is_ending) and not permitted and not awaited:
        raise Refusal("closed", CLOSED)
    if not awaited and _about(view, decision):
        raise Refusal("not_expected", "Такое решение уже принято, и обращение его выполняет.")
    if not permitted and not awaited:
        raise Refusal("not_expected", "Обращение сейчас не ждёт такого решения.")
    if command.actor.role not in permitted and answered_expectation(view, command, answered) is None:
        raise Refusal("role_not_allowed", "Это решение принимает сотрудник с другой ролью.")
    if contradiction := _contradiction(view, decision) or _why_not_in_hand(view, decision.type, command.actor):
        raise Refusal("contradiction", contradiction)


def accepted_from(view: CaseView, actor: Actor) -> list[str]:
    """The decisions that this case takes from this actor now without awaiting them."""
    return [
        name
        for name, roles in standing_decisions(view).items()
        if actor.role in roles and not _why_not_in_hand(view, name, actor)
    ]


def refuse_if_changed(view: CaseView, command: Command, answered: Collection[str] = ()) -> None:
    """Raise `Refusal` when the case is not as its sender has seen it.

    A decision that was taken and is not in the journal yet, one of those `answered`, is a change too.
    """
    if command.seen is not None and (command.seen != view.last_sequence or answered):
        raise Refusal("changed", "Пока вы решали, обращение изменилось. Посмотрите, что произошло, и решите ещё раз.")


def refuse_foreign(view: CaseView, actor: Actor) -> None:
    """Raise `Refusal` when the case is none that this actor may decide on: for them it is not there.

    The API has asked the same before; a signal or an update that comes past the API is held to it too.
    """
    if not may(actor, Operation.SEND_COMMAND, view):
        raise Refusal("unknown_appeal", "Обращение не найдено.")


def refuse_beyond_limits(view: CaseView, decision: Decision, policy: Policy) -> None:
    """Raise `Refusal` when the citizen has used up what the policy grants per case.

    Neither the case, which carries all that was said, nor anybody's mailbox can be flooded.
    """
    match decision:
        case AskStatus() if view.facts.dialogue.status_reports >= policy.status_reports:
            raise Refusal("too_often", "Статус уже сообщён много раз. Его всегда видно в карточке обращения.")
        case AddDetails() if view.facts.dialogue.additions >= policy.additions:
            raise Refusal("too_often", "К обращению больше нельзя добавлять сведения. Дождитесь ответа по нему.")


def refuse_impossible_dates(view: CaseView, decision: Decision, now: datetime) -> None:
    """Raise `Refusal` when a report dates what it tells after `now`, or before it could have happened (REC-5)."""
    if not isinstance(decision, ReportAccountSecurity):
        return
    steps = (decision.signed_in_at, decision.password_changed_at, decision.two_factor_enabled_at)
    issued_at = view.facts.systems.password_issued_at
    for at in filter(None, steps):
        if at > now + CLOCK_SKEW:
            raise Refusal("contradiction", "Время шага ещё не наступило: укажите, когда он на самом деле сделан.")
        if issued_at and at < issued_at - CLOCK_SKEW:
            since = moment_in_words(issued_at)
            raise Refusal("contradiction", f"Укажите шаги, сделанные после выдачи одноразового пароля ({since}).")


def _about(view: CaseView, decision: Decision, answered: Collection[str] = ()) -> list[Expectation]:
    subject = getattr(decision, "operation", None) or getattr(decision, "item", None)
    return [
        open_
        for open_ in view.expectations
        if open_.is_about(decision.type, subject) and (open_.repeats or open_.id not in answered)
    ]


def _contradiction(view: CaseView, decision: Decision) -> str | None:
    """What in the decision does not hold together, or not with the case; each decision is of one area at the most."""
    return next((found for area in _AREAS if (found := area(view, decision))), None)


def _of_standing_decision(view: CaseView, decision: Decision) -> str | None:
    match decision:
        case AddDetails(text=text, scans=scans) if not text and not scans:
            return "Добавьте текст или файлы."
        case AddDetails() if any(open_.command == "SupplyDetails" for open_ in view.expectations):
            return "Обращение ждёт данных: отправьте их ответом на запрос (SupplyDetails)."
        case Classify(category=category, recovery_reason=reason) if (category, reason or view.recovery_reason) == (
            view.category,
            view.recovery_reason,
        ):
            return "Обращение уже отнесено к этой категории."
        case Classify() if procedure_of(view) is Procedure.ESCALATION:
            return "Обращение в вышестоящую инстанцию не переносят в другую категорию."
        case RejectAppeal() if procedure_of(view) is Procedure.ESCALATION:
            return "Обращение в вышестоящую инстанцию завершает официальное решение отдела контроля качества."
        case HandOver(unit=unit):
            return _why_not_handed_over(view, unit)
        case AdoptCalendar(version=version) if version not in CALENDARS:
            return "Такой версии производственного календаря нет."
        case RepeatRequest(service=service) if service not in view.services:
            return "Этот сервис не относится к обращению: назовите один из указанных в нём."
    return None


def _of_work_on_the_case(view: CaseView, decision: Decision) -> str | None:
    match decision:
        case SupplyDetails(details=details) if not details.supplied_items():
            return "В сообщении нет ни одного из нужных данных."
        case RecordRequest(processing_hours=hours, processing_working_days=days):
            return _contradiction_in_term(hours, days)
        case AnswerQuestion(acts=acts) if not acts and (is_legal_question(view) or view.unit is Unit.LEGAL):
            return "Назовите нормативные акты, на которых основан ответ."
        case AnswerQuestion(summary=summary, steps=steps) if number := _already_answered(view, [summary, *steps]):
            return f"Так уже ответили на обращение {format_number(number)}. Учтите то, что уже сделано."
        case RecordCheck() as check:
            return _contradiction_in_check(check)
    return None


def _of_failure(view: CaseView, decision: Decision) -> str | None:
    match decision:
        case AssessFailure(level=level) if level not in MENDING_LEVELS:
            return "Сбой устраняют первая линия, вторая линия или команда разработки: выберите одну из них."
        case AssessFailure(kind=None) if view.failure is None:
            return "Укажите вид сбоя: без него сбой не попадёт в журнал."
        case JoinIncident() | ResolveIncident():
            return _not_of_incident(view, decision)
    return None


def _of_account(view: CaseView, decision: Decision) -> str | None:
    match decision:
        case ReviewLock(verdict=LockVerdict.UNEXPLAINED):
            return "Укажите причину блокировки: ошибки входа, подбор пароля или блокировки нет."
        case IdentifySubscriber(identified=True) | DecideSecuring(secure=True) if not view.account_found:
            return "Учётная запись в реестре не найдена: менять в ней ничего нельзя."
        case IdentifySubscriber(identified=True) if "phone" in disagreements(view.comparison):
            return "Телефон не совпадает с учётной записью: личность абонента не установлена."
        case CheckDocuments(match=True) | ConfirmAuthority(confirmed=True) if not view.account_found:
            return "Учётная запись в реестре не найдена: подтвердить совпадение нельзя."
        case CheckDocuments(match=True) | ConfirmAuthority(confirmed=True) if doubtful := _doubtful_contacts(view):
            return f"Не совпадает с учётной записью: {doubtful}. Туда уйдёт ответ с кодом: подтвердить нельзя."
        case ConfirmCode(code_id=code_id) if not _is_latest(view, code_id):
            return "Вам отправлен новый код. Введите его."
    return None


_AREAS = (_of_standing_decision, _of_work_on_the_case, _of_failure, _of_account)


def _contradiction_in_term(hours: int | None, working_days: int | None) -> str | None:
    if (hours is None) == (working_days is None):
        return "Назначьте время обработки: либо в часах, либо в рабочих днях."
    if not 0 < (hours or working_days or 0) <= 1000:
        return "Время обработки — целое число от 1 до 1000."
    return None


def _why_not_handed_over(view: CaseView, unit: Unit) -> str | None:
    awaited = [open_ for open_ in view.expectations if open_.command == "AnswerQuestion" or open_.transferable]
    if any(not open_.transferable for open_ in awaited) and is_legal_question(view):
        return "На правовой вопрос отвечает юрист. Если вопрос не правовой, отнесите обращение к другой категории."
    if not awaited:
        return "Сейчас передать нечего: обращение не ждёт решения, которое может принять другое подразделение."
    if all(role_of(unit) in open_.roles for open_ in awaited):
        return "Обращение уже у этого подразделения."
    return None


def _why_not_in_hand(view: CaseView, command: str, actor: Actor) -> str | None:
    """What keeps the actor from taking the case or from letting it go: it is in somebody's hands, or in nobody's."""
    if command not in (TakeCase.__name__, ReleaseCase.__name__):
        return None
    holder, is_taking = view.assignee, command == TakeCase.__name__
    if holder is None:
        return None if is_taking else "Обращение никто не брал в работу."
    if holder.subject == actor.subject:
        return "Обращение уже у вас в работе." if is_taking else None
    if actor.role is Role.SUPERVISOR or (is_taking and _has_passed_by(view, holder)):
        return None
    return f"Обращение уже в работе у сотрудника {holder.subject}. Передать его другому может руководитель."


def _has_passed_by(view: CaseView, holder: Actor) -> bool:
    """Whether the case now awaits people of other units alone: whoever had it has done their part."""
    awaited = {role for open_ in view.expectations for role in open_.roles} & UNIT_ROLES
    return bool(awaited) and holder.role not in awaited


def _contradiction_in_check(check: RecordCheck) -> str | None:
    is_measured = check.packet_loss_percent is not None and check.latency_ms is not None
    is_of_network = check.item is CheckItem.NETWORK
    if is_of_network and not is_measured:
        return "Укажите результаты диагностики сети: потери пакетов в процентах и задержку в миллисекундах."
    if not is_of_network and (check.packet_loss_percent is not None or check.latency_ms is not None):
        return "Потери пакетов и задержку указывают только в диагностике сети."
    if check.rolled_back and check.item is not CheckItem.CHANGE_LOG:
        return "Что возвращено к прежней версии, указывают только при проверке журнала изменений сайта."
    return None


def _is_latest(view: CaseView, code_id: str) -> bool:
    latest = view.facts.verification.latest_code
    return latest is not None and latest.code_id == code_id


def _not_of_incident(view: CaseView, told: JoinIncident | ResolveIncident) -> str | None:
    failure = view.facts.failure
    if procedure_of(view) is not Procedure.TECHNICAL_FAILURE:
        return "Обращение не о техническом сбое."
    match told:
        case JoinIncident(signature=signature) if not failure.log or signature != failure.log.signature:
            return "Обращение сообщает о другом сбое."
        case JoinIncident() if failure.is_in_incident:
            return "Обращение уже присоединено к критическому сбою."
        case ResolveIncident(incident_number=number):
            if failure.joined is None or failure.joined.number != number or failure.joined.fixed_at:
                return "Обращение не ждёт устранения этого критического сбоя."
    return None


def _already_answered(view: CaseView, said: list[str]) -> str | None:
    """The earlier appeal that was answered in these very words, unless they are to be confirmed (REP-3)."""
    comparison = view.facts.relations.comparison
    if comparison is None or view.facts.relations.repeat_way is RepeatWay.CONFIRM:
        return None
    answered = {each.number: [each.answer.summary, *each.answer.steps] for each in comparison.contacts if each.answer}
    return next((number for number, before in answered.items() if _same_words(before, said)), None)


def _same_words(one: list[str], other: list[str]) -> bool:
    return " ".join(one).casefold().split() == " ".join(other).casefold().split()


def _doubtful_contacts(view: CaseView) -> str:
    doubtful = _CONTACTS.keys() & disagreements(view.comparison)
    return ", ".join(_CONTACTS[field] for field in sorted(doubtful))
