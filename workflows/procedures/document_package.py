"""Document packages (DOC-1…DOC-3): complete and signed, they are processed without a person.

Completeness comes first of all: the intake asks for what is missing or faulty before a package gets here.
"""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.interfaces import RegistryActivities, ServiceActivities
from domain.actors import Role
from domain.appeal import DocumentKind, ServiceKind, Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import DecidePackage
from domain.contracts.registries import ConsentCheck, ConsentVerdict
from domain.contracts.services import PackageItem, PackageOrder, PackageOutcome
from domain.deadlines import ClockName
from domain.packages import complete_package, item_of
from workflows.case import Case, Stage
from workflows.procedures.intake import complete_details, obtain

UNSIGNED = "Согласие на обработку персональных данных не подписано вашей электронной подписью."
FORGED = "Подпись под согласием на обработку персональных данных не подтвердилась."
DONE = "Документы проверены, услуга готова."


async def check_consent(case: Case) -> Stage | None:
    """The package is whole again after every change, and its consent bears the citizen's signature (DOC-1)."""
    if not await complete_details(case):
        return None
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.package_minutes))
    case.clocks.resume(ClockName.PROCESSING)
    case.begin_work("Документы проверяются, это займёт несколько минут.")
    verdict = await case.call("verify_consent", lambda: _verify_consent(case))
    if verdict.valid:
        case.journal.record(events.ConsentVerified(signed_at=verdict.signed_at))
        return process_package
    case.journal.record(events.ConsentRefused(is_signed=verdict.signed_at is not None))
    case.clocks.pause(ClockName.PROCESSING)
    return obtain_signed_consent


async def obtain_signed_consent(case: Case) -> Stage | None:
    """The citizen sends another consent in the same appeal, for as often as the policy allows (DOC-1)."""
    facts = case.journal.view.facts
    if facts.consent.refusals >= case.policy.details_attempts:
        case.reject("Согласие на обработку персональных данных с вашей подписью не получено.")
        return None
    reason = FORGED if facts.consent.is_signed else UNSIGNED
    if not await obtain(case, [item_of(DocumentKind.CONSENT)], reason):
        case.reject("Подписанное согласие на обработку персональных данных не получено в срок.")
        return None
    return check_consent


async def process_package(case: Case) -> Stage | None:
    """The service processes the package by itself, and the citizen is told that it is ready (DOC-3)."""
    outcome = await case.call("process_package", lambda: _process_automatically(case))
    if isinstance(outcome, events.PackageRefused):
        case.journal.record(outcome)
        case.set_status(Status.IN_PROGRESS, "Документы проверяет специалист.")
        return decide_package
    case.journal.record(events.PackageProcessed(**outcome.model_dump()))
    case.complete("Документы обработаны автоматически.", result=DONE)
    return None


async def decide_package(case: Case) -> None:
    """What the service would not process by itself, a specialist decides."""
    taken = await case.require(DecidePackage, from_={Role.SPECIALIST}, clock=ClockName.PROCESSING, transferable=True)
    decision = taken.decision
    case.journal.record(events.PackageDecided(accepted=decision.accept, reason=decision.reason), taken.actor)
    if decision.accept:
        case.complete("Документы принял специалист.", result=DONE)
    else:
        case.reject(decision.reason)


async def _verify_consent(case: Case) -> ConsentVerdict:
    details = case.journal.view.details
    consent = next(scan for scan in details.scans if scan.kind is DocumentKind.CONSENT)
    check = ConsentCheck(reference=consent.reference, sha256=consent.sha256 or "", snils=details.snils or "")
    return await workflow.execute_activity_method(RegistryActivities.verify_consent, check, **case.asking())


async def _process_automatically(case: Case) -> PackageOutcome | events.PackageRefused:
    """The outcome, or the refusal of a service that has understood: only silence is worth asking again."""
    number, kind = case.state.appeal.number, _kind_of_package(case)
    scans = complete_package(kind, case.journal.view.details)
    order = PackageOrder(
        number=number,
        service=kind,
        order_id=f"{number}-{kind}-1",
        items=[PackageItem(kind=scan.kind, reference=scan.reference) for scan in scans],
    )
    try:
        return await workflow.execute_activity_method(ServiceActivities.process_package, order, **case.asking())
    except ActivityError as failure:
        cause = failure.cause
        if isinstance(cause, ApplicationError) and cause.type == "RegistryRefusal":
            return events.PackageRefused(reason=cause.message)
        raise


def _kind_of_package(case: Case) -> ServiceKind:
    kind = case.journal.view.package
    if kind is None:
        raise LookupError("without a kind of service no package gets here")
    return kind
