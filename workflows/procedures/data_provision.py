"""Provision of data (DAT-1…DAT-3): the right to them is checked, then they leave encrypted within minutes."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.interfaces import DataActivities
from domain.actors import Role
from domain.appeal import DeliveryWay, Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.appeal import DataRequest
from domain.contracts.commands import ConfirmAuthority, FetchData
from domain.contracts.provision import DataDisposal, DataOrder, DataParcel
from domain.deadlines import ClockName
from domain.intake import provided_documents
from domain.notifications import Template
from workflows.case import SYSTEM_RETRY, SYSTEM_TRY, Case, Lapsed, Nudge, Stage, Taken
from workflows.clocks import due_at
from workflows.procedures.registry_check import ask_registries, show_comparison

FETCHERS = {Role.CITIZEN, Role.PORTAL}


async def check_authority(case: Case) -> Stage:
    """The request goes on record; where the registry confirms the requester, nobody is waited for (DAT-1)."""
    case.clocks.start(ClockName.REACTION, Budget(minutes=case.policy.reaction_minutes))
    if not case.journal.view.facts.provision.requested:
        authority, requested = _authority(case), _request(case).model_dump()
        case.journal.record(events.DataRequested(on_authority=bool(authority), personal=authority, **requested))
        case.set_status(Status.IN_PROGRESS, "Проверяем право на получение данных.")
    documents = provided_documents(case.journal.view.details)
    show_comparison(case, await ask_registries(case, documents), documents)
    view = case.journal.view
    if view.facts.provision.authority or not view.account_found or not all(row.agrees for row in view.comparison):
        return decide_authority
    case.journal.record(events.AuthorityConfirmed(by_registry=True, reason="Все данные совпали с данными реестров."))
    return provide_data


async def decide_authority(case: Case) -> Stage | None:
    """What the registry does not confirm, such as a power of attorney, is for a specialist to judge (DAT-1)."""
    taken = await case.require(ConfirmAuthority, from_={Role.SPECIALIST}, clock=ClockName.REACTION)
    reason = taken.decision.reason
    if taken.decision.confirmed:
        case.journal.record(events.AuthorityConfirmed(by_registry=False, reason=reason), taken.actor)
        return provide_data
    case.journal.record(events.AuthorityDenied(reason=reason), taken.actor)
    case.reject(f"Право на получение данных не подтверждено. {reason}")
    return None


async def provide_data(case: Case) -> Stage | None:
    """The term runs from the confirmed authority; the file leaves by one way, its code by another (DAT-2, DAT-3)."""
    case.clocks.stop(ClockName.REACTION)
    case.clocks.start(ClockName.PROVISION, Budget(minutes=case.policy.provision_minutes))
    parcel = await _prepared_in_time(case)
    await case.leave_if_diverted()
    if parcel is None:
        _ask_to_repeat(case)
        return None
    case.clocks.stop(ClockName.PROVISION)
    if _request(case).delivery is DeliveryWay.CABINET:
        _offer(case, parcel)
        return await_download
    _record_parcel(case, parcel, _expiry(case))
    case.journal.record(events.ResultPublished(summary="Данные отправлены на вашу электронную почту.", steps=_DONE))
    case.close(Status.COMPLETED, "Данные отправлены на электронную почту, код к ним — в СМС.")
    case.tell(Template.DATA_SENT, credential=parcel.parcel_id)
    return None


async def await_download(case: Case) -> None:
    """The file lies in the cabinet for as long as it was promised, and each time it is taken is on record (DAT-2)."""
    prepared = case.journal.view.facts.provision.prepared
    if prepared is None:
        raise LookupError("no data were prepared, and without them no stage gets here")
    while True:
        match await case.expect(FetchData, from_=FETCHERS, clock=ClockName.AVAILABILITY, lapses=True, repeats=True):
            case Taken(actor=actor):
                case.journal.record(events.DataFetched(parcel_id=prepared.parcel_id), actor)
            case Lapsed() | Nudge():
                break
    disposal = DataDisposal(parcel_id=prepared.parcel_id)
    await case.call(
        "destroy_data",
        lambda: workflow.execute_activity_method(DataActivities.destroy_data, disposal, **case.asking()),
    )
    await case.leave_if_diverted()
    case.journal.record(events.DataDestroyed(parcel_id=prepared.parcel_id))
    fetched = case.journal.view.facts.provision.fetched > 0
    case.complete("Срок хранения данных истёк, файл удалён.", result=_FETCHED if fetched else _NOT_FETCHED)


_DONE = [
    "Право на получение данных подтверждено",
    "Данные подготовлены и зашифрованы",
    "Данные и код к ним отправлены",
]
_FETCHED = "Данные переданы вам в личном кабинете."
_NOT_FETCHED = "Данные были готовы, но их не скачали в срок. Если они ещё нужны, отправьте запрос снова."


async def _prepared_in_time(case: Case) -> DataParcel | None:
    """The encrypted file; None when no system could give it within the term, or one of them refused (DAT-3)."""
    order = _order(case)
    work = asyncio.create_task(
        workflow.execute_activity_method(
            DataActivities.prepare_data, order, start_to_close_timeout=SYSTEM_TRY, retry_policy=SYSTEM_RETRY
        )
    )
    # The clock is what ends it, and it is the case's own: so the term is the one that the citizen was promised.
    await workflow.wait_condition(
        lambda: work.done() or case.is_diverted or case.clocks.is_breached(ClockName.PROVISION)
    )
    if work.done():
        try:
            return work.result()
        except ActivityError as failure:
            case.journal.record(events.DataProvisionFailed(reason=str(failure.cause or failure)))
            return None
    work.cancel()
    with suppress(asyncio.CancelledError, ActivityError):
        await work
    if not case.is_diverted:
        case.journal.record(events.DataProvisionFailed(reason="no system has given the data within the term"))
    return None


def _order(case: Case) -> DataOrder:
    findings, request, number = case.state.findings, _request(case), case.state.appeal.number
    if findings is None or findings.account is None:
        raise LookupError("the account was not found, and without it no authority is confirmed")
    return DataOrder(
        order_id=f"{number}-data",
        number=number,
        account_id=findings.account.account_id,
        login=findings.account.login,
        data_set=request.data_set,
        format=request.format,
        time_zone=case.journal.view.details.time_zone,
        ordered_at=workflow.now(),
        expires_at=_expiry(case) + timedelta(minutes=case.policy.provision_minutes),
    )


def _ask_to_repeat(case: Case) -> None:
    reason = "Из-за технического сбоя данные не удалось подготовить в срок. Пожалуйста, повторите запрос."
    case.journal.record(events.ResultPublished(summary=reason, steps=[]))
    case.close(Status.REJECTED, reason)
    case.tell(Template.DATA_FAILED)


def _offer(case: Case, parcel: DataParcel) -> None:
    clock = case.clocks.start(ClockName.AVAILABILITY, Budget(minutes=case.policy.data_available_minutes))
    _record_parcel(case, parcel, due_at(clock))
    case.set_status(Status.APPROVED, "Данные готовы, их можно скачать в личном кабинете.")
    case.tell(Template.DATA_READY, credential=parcel.parcel_id, available_until=due_at(clock).isoformat())


def _record_parcel(case: Case, parcel: DataParcel, until: datetime) -> None:
    case.journal.record(events.DataPrepared(available_until=until, **parcel.model_dump()))


def _expiry(case: Case) -> datetime:
    return workflow.now() + timedelta(minutes=case.policy.data_available_minutes)


def _request(case: Case) -> DataRequest:
    request = case.journal.view.data_request
    if request is None:
        raise LookupError("the appeal asks for no data, and without that this procedure does not serve it")
    return request


def _authority(case: Case) -> str | None:
    """On what ground the appeal's sender acts for somebody else; None when it is for themselves."""
    opener = case.state.appeal.opened_by
    return opener.authority if opener else None
