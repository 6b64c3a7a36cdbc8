"""Account unlock (ULK-1…ULK-4): the lock is confirmed, then the subscriber, and only then is it taken away."""

from temporalio import workflow

from activities.interfaces import AccountActivities
from domain.actors import SYSTEM, Role
from domain.appeal import Category, Status
from domain.clocks import Budget
from domain.comparison import disagreements
from domain.contracts import events
from domain.contracts.commands import Classify, IdentifySubscriber, ReviewLock
from domain.contracts.registries import AccountOrder
from domain.deadlines import ClockName
from domain.lock import LockVerdict
from domain.notifications import Template
from workflows.case import Case, Stage
from workflows.procedures.account_evidence import correct, examine_account, known_account
from workflows.procedures.compromise import examine_report
from workflows.procedures.consultation import answer_question
from workflows.procedures.triage import record_category


async def confirm_lock(case: Case) -> Stage | None:
    """The lock is confirmed in the account's audit log, before anybody speaks of taking it away (ULK-1)."""
    case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
    case.begin_work("Проверяем блокировку по журналу учётной записи.")
    judgement = await examine_account(case, ClockName.REACTION)
    return _follows(case, judgement.verdict) if judgement else None


async def review_lock(case: Case) -> Stage:
    """A lock without a reason in the log is never taken away by machine: a specialist says what it is."""
    taken = await case.require(ReviewLock, from_={Role.SPECIALIST}, clock=ClockName.REACTION)
    reviewed = taken.decision
    case.journal.record(events.LockReviewed(verdict=reviewed.verdict, reason=reviewed.reason), taken.actor)
    return _follows(case, reviewed.verdict)


async def identify_subscriber(case: Case) -> Stage | None:
    """Unlocking by telephone begins with the subscriber's identity (ULK-2).

    Where the details do not agree with the account, that is for a specialist to judge.
    """
    doubtful = disagreements(case.journal.view.comparison)
    taken = await case.require(
        IdentifySubscriber, from_={Role.SPECIALIST if doubtful else Role.OPERATOR}, clock=ClockName.REACTION
    )
    reason = taken.decision.reason
    if taken.decision.identified:
        case.journal.record(events.SubscriberIdentified(reason=reason), taken.actor)
        return unlock_account
    left = case.policy.identification_attempts - case.journal.view.facts.examination.failed_identifications - 1
    case.journal.record(events.SubscriberNotIdentified(reason=reason, attempts_left=left), taken.actor)
    if left <= 0:
        case.reject("Личность абонента не установлена, поэтому учётная запись не разблокирована.")
        return None
    return correct_details if doubtful else identify_subscriber


async def correct_details(case: Case) -> Stage | None:
    """The citizen may have mistyped what does not agree; then everything is examined anew."""
    doubtful = disagreements(case.journal.view.comparison)
    reason = "Данные не совпали с данными учётной записи."
    return confirm_lock if await correct(case, doubtful, reason, ClockName.REACTION) else None


async def unlock_account(case: Case) -> Stage | None:
    """The lock is taken away, unless the log says something else by now; then safe sign-in is taught (ULK-3)."""
    before = case.journal.view.facts.examination.lock
    judgement = await examine_account(case, ClockName.REACTION)
    if judgement is None:
        return None
    if before is None or judgement.verdict is not before.verdict:
        return _follows(case, judgement.verdict)
    number = case.state.appeal.number
    order = AccountOrder(number=number, account_id=known_account(case).account_id, order_id=f"{number}-unlock")
    done = await case.call(
        "unlock_account",
        lambda: workflow.execute_activity_method(AccountActivities.unlock_account, order, **case.asking()),
    )
    case.journal.record(events.AccountUnlocked(order_id=order.order_id, unlocked_at=done.at))
    case.journal.record(events.ResultPublished(summary="Учётная запись разблокирована.", steps=_DONE))
    case.close(Status.COMPLETED, "Учётная запись разблокирована, правила безопасного входа отправлены.")
    case.tell(Template.ACCOUNT_UNLOCKED)
    return None


_DONE = [
    "Блокировка подтверждена по журналу учётной записи",
    "Личность установлена по телефону",
    "Блокировка снята",
]


def _follows(case: Case, verdict: LockVerdict) -> Stage:
    """What follows from why the account is locked."""
    match verdict:
        case LockVerdict.LOCKED_BY_FAILURES:
            return identify_subscriber
        case LockVerdict.UNEXPLAINED:
            return review_lock
        case LockVerdict.ATTACK:
            found = Classify(
                category=Category.ACCOUNT_SECURITY, reason="Журнал учётной записи показывает подбор пароля."
            )
            record_category(case, found, SYSTEM)
            return examine_report
        case LockVerdict.NOT_LOCKED:
            case.clocks.stop(ClockName.REACTION)
            case.set_status(Status.IN_PROGRESS, "Блокировки в учётной записи нет. Оператор подскажет, как войти.")
            case.tell(Template.LOCK_NOT_FOUND)
            return answer_question
