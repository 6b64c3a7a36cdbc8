"""What the account registry knows of the account that a citizen names, put on record for whoever decides."""

from temporalio import workflow

from activities.interfaces import RegistryActivities
from domain.comparison import disagreements
from domain.contracts import events
from domain.contracts.registries import AccountLog, AccountQuestion, AccountRecord
from domain.deadlines import ClockName
from domain.lock import LockJudgement, judge
from domain.ownership import compare_with_account
from workflows.case import Case
from workflows.procedures.intake import obtain

UNKNOWN = "Учётная запись с таким логином не найдена."


async def examine_account(case: Case, clock: ClockName) -> LockJudgement | None:
    """Compare the details with the account and judge its log, each put on record where it says something new.

    A login that nobody knows is asked for again, as often as the policy allows; `clock` stands still meanwhile. None
    when that is in vain and the case is rejected.
    """
    while True:
        log = await _read_log(case)
        judgement = _record(case, log)
        if log.account:
            case.state.account = log.account
            return judgement
        if case.state.mismatches + 1 >= case.policy.details_attempts:
            case.reject(UNKNOWN)
            return None
        if not await correct(case, ["login"], UNKNOWN, clock):
            return None


async def correct(case: Case, items: list[str], reason: str, clock: ClockName) -> bool:
    """Ask the citizen for other data while `clock` stands still; False when none come and the case is rejected."""
    case.clocks.pause(clock)
    if not await obtain(case, items, reason):
        case.reject("Уточнённые данные не получены в срок.")
        return False
    case.state.mismatches += 1
    case.clocks.stop(ClockName.DETAILS)
    case.clocks.resume(clock)
    return True


def known_account(case: Case) -> AccountRecord:
    """The account, once it has been examined."""
    if case.state.account is None:
        raise LookupError("the account was not examined, and without that no stage gets here")
    return case.state.account


async def _read_log(case: Case) -> AccountLog:
    question = AccountQuestion(number=case.state.appeal.number, login=case.journal.view.details.login or "")
    return await case.call(
        "read_account_log",
        lambda: workflow.execute_activity_method(RegistryActivities.read_account_log, question, **case.asking()),
    )


def _record(case: Case, log: AccountLog) -> LockJudgement:
    view = case.journal.view
    rows, found = compare_with_account(view.details, log.account), log.account is not None
    if (rows, found) != (view.comparison, view.account_found):
        case.journal.record(
            events.RegistriesAnswered(account_found=found, disagreeing_fields=disagreements(rows), personal=rows)
        )
    judgement = judge(log)
    if found and judgement != view.facts.examination.lock:
        case.journal.record(events.LockJudged(**judgement.model_dump()))
    return judgement
