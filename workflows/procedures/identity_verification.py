"""Identity verification (VER-1…VER-3): registry, scan and code agree, or a specialist decides."""

from datetime import timedelta

from temporalio import workflow

from activities.interfaces import CodeActivities, RegistryActivities
from domain.actors import SYSTEM, Actor, Role
from domain.appeal import DocumentKind, FileFormat, Status
from domain.clocks import Budget
from domain.comparison import doubts
from domain.contracts import events
from domain.contracts.codes import CodeOrder
from domain.contracts.commands import ConfirmCode, DecideIdentity, RequestAnotherCode
from domain.contracts.registries import ScanCheck, ScanVerdict
from domain.deadlines import ClockName
from domain.intake import item_name
from domain.notifications import DeliveryChannel, Template
from workflows.case import Case, Stage, Taken
from workflows.procedures.intake import obtain
from workflows.procedures.registry_check import account_of, ask_registries, show_comparison

REQUESTERS = {Role.CITIZEN, Role.PORTAL, Role.OPERATOR}
_PASSPORT = [DocumentKind.PASSPORT]
_SCAN = f"scan:{DocumentKind.PASSPORT}"


async def verify_identity(case: Case) -> Stage:
    """The appeal is whole: everything from here on goes by itself, as long as nothing contradicts."""
    case.state.findings = None
    case.begin_work("Данные паспорта сверяются с реестром МВД.")
    return compare_passport


async def compare_passport(case: Case) -> Stage | None:
    """The passport data must agree with the ministry's registry and with the account (VER-1)."""
    show_comparison(case, await ask_registries(case, _PASSPORT), _PASSPORT)
    doubted = _doubted(case)
    if not doubted:
        case.journal.record(events.DocumentsMatched(reason="Данные совпали с реестром МВД и с учётной записью."))
        return check_scan
    case.state.mismatches += 1
    left = case.policy.details_attempts - case.state.mismatches
    named = ", ".join(item_name(item) for item in doubted)
    case.journal.record(events.DocumentsMismatched(reason=f"Не совпадает: {named}.", attempts_left=left))
    if left > 0:
        return request_current_passport
    case.reject(f"Данные не совпали с данными реестров: {named}.")
    return None


async def request_current_passport(case: Case) -> Stage | None:
    """The citizen gives current data, and these are checked again (VER-1)."""
    return await _obtained(case, _doubted(case), "Данные не совпали с данными реестров.")


async def check_scan(case: Case) -> Stage | None:
    """The verification must be able to read the scan; if its format is refused, another one will do (VER-2)."""
    check = _scan_check(case)
    verdict: ScanVerdict = await case.call(
        "check_scan",
        lambda: workflow.execute_activity_method(RegistryActivities.check_scan, check, **case.asking()),
    )
    if verdict.accepted:
        case.journal.record(events.ScanAccepted(format=check.format))
        return send_code
    # The list comes from outside, and the citizen will read it.
    formats = [format_ for format_ in FileFormat if format_ in verdict.accepted_formats]
    left = case.policy.details_attempts - case.journal.view.facts.verification.scan_refusals - 1
    case.journal.record(events.ScanRefused(format=check.format, accepted_formats=list(formats), attempts_left=left))
    if left > 0 and formats:
        return request_another_format
    return _given_to_specialist(case, "Скан паспорта не удалось проверить, решение примет специалист.")


async def request_another_format(case: Case) -> Stage | None:
    """The same appeal takes the scan in a permitted format (VER-2)."""
    formats = ", ".join(case.journal.view.facts.verification.accepted_formats).upper()
    return await _obtained(case, [_SCAN], f"Скан паспорта в прежнем формате проверить нельзя. Подойдёт: {formats}.")


async def send_code(case: Case) -> Stage | None:
    """A code goes to the account's own contact, over the first channel that was not tried yet (VER-3)."""
    if case.journal.view.is_closed:
        return None  # another code was asked for in the very moment in which the right one was entered
    case.clocks.stop(ClockName.CODE)
    while channel := _next_channel(case):
        contact = _contact(case, channel)
        if contact is None:
            case.journal.record(events.CodeUndelivered(channel=channel, reason="no_contact"))
            continue
        sent = await case.call("send_code", lambda: _send(case, channel, contact))  # noqa: B023 - awaited here
        if sent is None:
            case.journal.record(events.CodeUndelivered(channel=channel, reason="refused"))
            continue
        ordered_at = sent.expires_at - timedelta(minutes=case.policy.code_minutes)
        case.clocks.start(ClockName.CODE, Budget(minutes=case.policy.code_minutes), since=ordered_at)
        case.journal.record(sent)
        case.tell(Template.CODE_SENT, channel=channel, expires_at=sent.expires_at.isoformat())
        return await_code
    return _given_to_specialist(case, "Код не удалось доставить, личность проверит специалист.")


async def await_code(case: Case) -> Stage | None:
    """The citizen enters the code while it holds; for another one see `request_another_code` (VER-3)."""
    outcome = await case.expect(ConfirmCode, from_={Role.CITIZEN, Role.PORTAL}, clock=ClockName.CODE, lapses=True)
    if not isinstance(outcome, Taken) or _has_expired(case):
        case.journal.record(events.CodeExpired())
        return offer_another_code if _next_channel(case) else _given_to_specialist(case, _EXPIRED)
    if outcome.decision.code_digest == case.state.code_digest:
        _confirm(case, outcome.actor)
        return None
    left = case.policy.code_attempts - case.journal.view.facts.verification.wrong_codes - 1
    case.journal.record(events.CodeMismatched(attempts_left=left), outcome.actor)
    if left > 0:
        return await_code
    return _given_to_specialist(case, "Код введён неверно несколько раз, личность проверит специалист.")


async def offer_another_code(case: Case) -> Stage | None:
    """The code has expired; the citizen asks for another one whenever there is time for it (VER-3)."""
    case.clocks.start(ClockName.DETAILS, Budget(minutes=case.policy.details_minutes))
    outcome = await case.expect(RequestAnotherCode, from_=REQUESTERS, clock=ClockName.DETAILS, lapses=True)
    case.clocks.stop(ClockName.DETAILS)
    if isinstance(outcome, Taken):
        case.journal.record(events.AnotherCodeRequested(), outcome.actor)
        return send_code
    case.reject("Код подтверждения не введён в срок.")
    return None


async def decide_identity(case: Case) -> None:
    """Channels or tries are used up: a specialist decides on the evidence (VER-2, VER-3)."""
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.identity_decision_minutes))
    taken = await case.require(DecideIdentity, from_={Role.SPECIALIST}, clock=ClockName.PROCESSING)
    reason = taken.decision.reason
    if taken.decision.confirmed:
        _confirm(case, taken.actor, reason)
        return
    case.journal.record(events.IdentityDenied(reason=reason), taken.actor)
    case.reject(reason)


_CONFIRMED = "Личность подтверждена."
_EXPIRED = "Срок действия кода истёк, личность проверит специалист."


def _confirm(case: Case, actor: Actor, reason: str | None = None) -> None:
    """Put on record that the citizen is who they say, and end the case with that result."""
    steps = ["Данные паспорта совпали с реестром МВД и с учётной записью"]
    if case.journal.view.facts.verification.scan_accepted:
        steps.append("Скан паспорта принят")
    steps.append("Решение принял специалист" if reason else "Код подтверждения введён верно")
    # It is the system that confirms when everything agrees; who entered the code is in the entry before.
    case.journal.record(events.IdentityConfirmed(reason=reason), actor if reason else SYSTEM)
    case.complete(_CONFIRMED, result=_CONFIRMED, steps=steps)


async def _obtained(case: Case, items: list[str], reason: str) -> Stage | None:
    if not await obtain(case, items, reason):
        case.reject("Нужные данные не получены в срок.")
        return None
    case.clocks.stop(ClockName.DETAILS)
    case.state.findings = None  # the citizen may have changed more than was asked for: all is checked anew
    return compare_passport


def _given_to_specialist(case: Case, reason: str) -> Stage:
    case.clocks.stop(ClockName.CODE)
    case.set_status(Status.IN_PROGRESS, reason)
    return decide_identity


def _doubted(case: Case) -> list[str]:
    return doubts(case.journal.view.comparison, case.journal.view.account_found)


def _scan_check(case: Case) -> ScanCheck:
    scan = next(each for each in case.journal.view.details.scans if each.kind is DocumentKind.PASSPORT)
    return ScanCheck(reference=scan.reference, format=scan.format or "", sha256=scan.sha256)


def _next_channel(case: Case) -> DeliveryChannel | None:
    tried = {code.channel for code in case.journal.view.facts.verification.codes}
    return next((channel for channel in case.policy.code_channels if channel not in tried), None)


def _contact(case: Case, channel: DeliveryChannel) -> str | None:
    """The account's own contact: one that was only typed into the appeal might be anybody's."""
    account = account_of(case)
    return account.phone if channel is DeliveryChannel.SMS else account.email


async def _send(case: Case, channel: DeliveryChannel, contact: str) -> events.CodeSent | None:
    """Send a new code; None when the gateway refuses this contact."""
    order = CodeOrder(
        code_id=workflow.uuid4().hex,
        number=case.state.appeal.number,
        channel=channel,
        to=contact,
        expires_at=workflow.now() + timedelta(minutes=case.policy.code_minutes),
        time_zone=case.journal.view.details.time_zone,
    )
    receipt = await workflow.execute_activity_method(CodeActivities.send_code, order, **case.asking())
    if not receipt.accepted:
        return None
    case.state.code_digest = receipt.digest
    return events.CodeSent(code_id=order.code_id, channel=channel, expires_at=order.expires_at)


def _has_expired(case: Case) -> bool:
    code = case.journal.view.facts.verification.latest_code
    return code is None or code.expires_at is None or workflow.now() >= code.expires_at
