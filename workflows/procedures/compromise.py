"""Suspected compromise (SEC-1, SEC-2): the account is secured at once, then access recovered and the threat named."""

from temporalio import workflow

from activities.interfaces import AccountActivities, CaseActivities
from domain.actors import SYSTEM, Role
from domain.appeal import Category, Channel, RecoveryReason, Relation, Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.appeal import Appeal
from domain.contracts.commands import DecideSecuring, ReviewThreat
from domain.contracts.linked import LinkedOrder
from domain.contracts.registries import AccountOrder
from domain.deadlines import ClockName
from domain.notifications import Template
from domain.number import format_number
from domain.ownership import is_proven
from domain.threat import Threat
from workflows.case import Case, Stage
from workflows.procedures.account_evidence import examine_account, known_account


async def examine_report(case: Case) -> Stage | None:
    """On evidence that the account is the reporter's, nobody is waited for; without it, a specialist decides."""
    case.clocks.start(ClockName.COMPROMISE, Budget(minutes=case.policy.compromise_minutes))
    case.begin_work("Защищаем учётную запись.")
    if await examine_account(case, ClockName.COMPROMISE) is None:
        return None
    return secure_account if is_proven(case.journal.view.comparison) else decide_securing


async def decide_securing(case: Case) -> Stage | None:
    """Ending a stranger's sessions would be an attack of its own: a specialist looks at the comparison first."""
    taken = await case.require(DecideSecuring, from_={Role.SPECIALIST}, clock=ClockName.COMPROMISE)
    decided = taken.decision
    case.journal.record(events.SecuringDecided(secure=decided.secure, reason=decided.reason), taken.actor)
    if decided.secure:
        return secure_account
    case.reject(decided.reason)
    return None


async def secure_account(case: Case) -> Stage:
    """Sessions are ended and a new password is forced, recovery is begun, and the citizen is told what to do."""
    if case.journal.view.facts.examination.secured_at is None:
        await _secure(case)
    recovery = await _recovery(case)
    for clock in (ClockName.COMPROMISE, ClockName.REACTION):
        case.clocks.stop(clock)
    case.set_status(Status.APPROVED, "Сеансы завершены, прежний пароль отключён. Специалист проверяет угрозу.")
    case.tell(Template.ACCOUNT_SECURED, recovery=format_number(recovery))
    return review_threat


async def review_threat(case: Case) -> None:
    """A specialist names the threat and the measures taken against it."""
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.threat_review_minutes))
    taken = await case.require(ReviewThreat, from_={Role.SPECIALIST}, clock=ClockName.PROCESSING)
    threat, measures = taken.decision.threat, taken.decision.measures
    case.journal.record(events.ThreatReviewed(threat=threat, measures=measures), taken.actor)
    case.complete("Учётная запись защищена, угроза проверена.", result=_result(threat), steps=measures)


def _result(threat: Threat) -> str:
    return f"Учётная запись защищена. Что показала проверка: {threat.russian}."


async def _secure(case: Case) -> None:
    number = case.state.appeal.number
    order = AccountOrder(number=number, account_id=known_account(case).account_id, order_id=f"{number}-secure")
    done = await case.call(
        "secure_account",
        lambda: workflow.execute_activity_method(AccountActivities.secure_account, order, **case.asking()),
    )
    case.journal.record(events.AccountSecured(order_id=order.order_id, **done.model_dump()))


async def _recovery(case: Case) -> str:
    """The number of the appeal by which access is recovered; it is opened once."""
    for linked in case.journal.view.facts.relations.linked:
        if linked.relation is Relation.RECOVERY:
            return linked.number
    order = _recovery_order(case)
    opened = await case.call(
        "open_linked",
        lambda: workflow.execute_activity_method(CaseActivities.open_linked, order, **case.asking()),
    )
    case.journal.record(events.LinkedAppealOpened(relation=order.relation, number=opened.number))
    return opened.number


def _recovery_order(case: Case) -> LinkedOrder:
    """The same citizen through the same portal, so that whoever sees this appeal sees that one."""
    view = case.journal.view
    appeal = Appeal(
        number="",
        portal=view.portal,
        citizen=view.citizen,
        opened_by=SYSTEM,
        channel=Channel.INTERNAL,
        received_at=workflow.now(),
        category=Category.PASSWORD_RECOVERY,
        recovery_reason=RecoveryReason.INTRUSION_SUSPECTED,
        related_number=view.number,
        relation=Relation.RECOVERY,
        service=view.service,
        details=view.details,
    )
    return LinkedOrder(parent=view.number, relation=Relation.RECOVERY, appeal=appeal)
