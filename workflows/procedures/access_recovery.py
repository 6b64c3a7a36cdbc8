"""Access recovery (REC-1…REC-6): from the citizen's documents to an account that is safe again."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.interfaces import CredentialActivities, RegistryActivities
from domain.actors import SYSTEM, Actor, Role
from domain.appeal import Status
from domain.case import AccountSecurity
from domain.clocks import Budget
from domain.comparison import items_to_correct
from domain.contracts import events
from domain.contracts.commands import CheckDocuments, RecordRequest, ReportAccountSecurity
from domain.contracts.registries import PasswordIssue, RegistryFindings, SecurityCheck
from domain.deadlines import ClockName
from domain.intake import provided_documents
from domain.notifications import Template
from workflows.case import Case, Lapsed, Nudge, Stage, Taken
from workflows.clocks import due_at, term_of
from workflows.procedures.intake import obtain
from workflows.procedures.registry_check import account_of, ask_registries, show_comparison


async def record_request(case: Case) -> Stage:
    """The operator takes the request on record and sets the processing time (REC-2)."""
    async with case.meanwhile(_ask_registries(case)):  # they answer while the operator reads
        case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
        taken = await case.require(RecordRequest, from_={Role.OPERATOR}, clock=ClockName.REACTION)
        case.clocks.stop(ClockName.REACTION)
        budget = _processing_budget(taken.decision)
        clock = case.clocks.start(ClockName.PROCESSING, budget)
        recorded = events.RequestRecorded(processing_time=budget.russian, note=taken.decision.note)
        case.journal.record(recorded, taken.actor)
        case.set_status(Status.IN_PROGRESS, f"Специалист сверяет документы, срок: {budget.russian}.")
        case.tell(Template.PROCESSING_STARTED, **term_of(clock))
    return check_documents


async def check_documents(case: Case) -> Stage | None:
    """A specialist decides whether the documents match the registered data (REC-3)."""
    show_comparison(case, await _ask_registries(case), provided_documents(case.journal.view.details))
    taken = await case.require(CheckDocuments, from_={Role.SPECIALIST}, clock=ClockName.PROCESSING)
    reason = taken.decision.reason
    if taken.decision.match:
        case.journal.record(events.DocumentsMatched(reason=reason), taken.actor)
        return issue_password
    case.state.mismatches += 1
    left = case.policy.details_attempts - case.state.mismatches
    case.journal.record(events.DocumentsMismatched(reason=reason, attempts_left=left), taken.actor)
    if left > 0:
        return request_current_data
    case.reject("Документы не совпали с данными реестров.")
    return None


async def request_current_data(case: Case) -> Stage | None:
    """After a mismatch the citizen gives current data, and these are checked again (VER-1)."""
    case.clocks.pause_promised()
    if not await obtain(case, _items_to_correct(case), reason="Данные не совпали с данными реестров."):
        case.reject("Уточнённые данные не получены в срок.")
        return None
    case.clocks.stop(ClockName.DETAILS)
    case.clocks.resume_promised()
    case.state.findings = None
    return check_documents


async def issue_password(case: Case) -> Stage:
    """A new password is generated and sent encrypted; no person and no log ever sees it (REC-4)."""
    issue = await case.call("issue_password", lambda: _issue(case))
    case.state.password_expires_at = issue.expires_at
    case.journal.record(events.PasswordIssued(issue_id=issue.issue_id, expires_at=issue.expires_at))
    case.clocks.stop_promised()
    case.clocks.start(ClockName.SECURING, Budget(minutes=case.policy.securing_minutes))
    case.set_status(Status.APPROVED, "Документы совпали, одноразовый пароль отправлен.")
    case.tell(
        Template.PASSWORD_ISSUED,
        credential=issue.issue_id,
        login=account_of(case).login,
        expires_at=issue.expires_at.isoformat(),
    )
    return await_secured_account


async def await_secured_account(case: Case) -> None:
    """The case is done when the account registry reports sign-in, new password and two factors (REC-5)."""
    while not case.journal.view.security.is_complete:
        outcome = await case.expect(
            ReportAccountSecurity,
            from_={Role.REGISTRY},
            clock=ClockName.SECURING,
            lapses=True,
            nudges_minutes=case.policy.securing_reminders_minutes,
            repeats=True,  # each step of the citizen is a report of its own, and two may come at once
        )
        match outcome:
            case Taken(decision=report, actor=actor):
                _record_security(case, AccountSecurity(**report.model_dump(exclude={"type"})), actor)
            case Nudge():
                await _ask_and_remind(case)
            case Lapsed():
                _record_security(case, await case.call("check_account_security", lambda: _security(case)))
                if not case.journal.view.security.is_complete:
                    left = "; ".join(case.journal.view.security.remaining_steps()).lower()
                    case.reject(f"Учётная запись не защищена в срок, осталось: {left}.")
                    return
    case.journal.record(events.ResultPublished(summary="Доступ к учётной записи восстановлен.", steps=_DONE))
    case.close(Status.COMPLETED, "Доступ восстановлен, учётная запись защищена.")
    case.tell(Template.ACCESS_RECOVERED)


_DONE = [
    "Документы проверены",
    "Одноразовый пароль выдан",
    "Пароль сменён, двухфакторная аутентификация включена",
    "Данные учётной записи сохранены",
]


def _processing_budget(request: RecordRequest) -> Budget:
    if request.processing_hours:
        return Budget(minutes=request.processing_hours * 60)
    return Budget(working_days=request.processing_working_days)


async def _ask_registries(case: Case) -> RegistryFindings:
    return await ask_registries(case, provided_documents(case.journal.view.details))


def _items_to_correct(case: Case) -> list[str]:
    view = case.journal.view
    doubted = items_to_correct(view.comparison, view.account_found)
    return doubted or [kind.value for kind in provided_documents(view.details)]


async def _issue(case: Case) -> PasswordIssue:
    number, given_up = case.state.appeal.number, case.state.passwords_issued
    case.state.passwords_issued += 1
    issue = PasswordIssue(
        issue_id=f"{number}-{case.state.passwords_issued}",
        replaces=f"{number}-{given_up}" if given_up else None,
        number=number,
        account_id=account_of(case).account_id,
        expires_at=workflow.now() + timedelta(minutes=case.policy.securing_minutes),
    )
    await workflow.execute_activity_method(CredentialActivities.issue_password, issue, **case.asking())
    return issue


async def _ask_and_remind(case: Case) -> None:
    """A report of the registry may have been lost: ask before bothering the citizen."""
    try:
        _record_security(case, await _security(case))
    except ActivityError as failure:
        case.journal.record(
            events.RegistryUnavailable(operation="check_account_security", reason=str(failure.cause or failure))
        )
    security, clock = case.journal.view.security, case.journal.view.clocks[ClockName.SECURING]
    if not security.is_complete:
        case.tell(
            Template.SECURING_REMINDER,
            remaining="\n".join(security.remaining_steps()),
            expires_at=(case.state.password_expires_at or due_at(clock)).isoformat(),
        )


async def _security(case: Case) -> AccountSecurity:
    return await workflow.execute_activity_method(
        RegistryActivities.check_account_security,
        SecurityCheck(number=case.state.appeal.number, account_id=account_of(case).account_id),
        **case.asking(),
    )


def _record_security(case: Case, security: AccountSecurity, actor: Actor = SYSTEM) -> None:
    known = case.journal.view.security.merged(security)
    if known != case.journal.view.security:
        case.journal.record(events.AccountSecurityReported(**known.model_dump()), actor)
