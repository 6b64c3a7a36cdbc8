"""Several services at once (MSV-1…MSV-4): each is checked, what it misses is sent again, a protocol tells it all."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from temporalio import workflow

from activities.interfaces import ServiceActivities
from domain.actors import Role
from domain.appeal import Status
from domain.clocks import Budget
from domain.contracts import events
from domain.contracts.commands import ConcludeProtocol
from domain.contracts.events.services import Purpose
from domain.contracts.services import ServiceCheck, ServiceOrder
from domain.deadlines import ClockName
from domain.notifications import Template
from domain.protocol import answer_in_words, latest_answers, next_request, operation_of, times_resent
from domain.services import SERVICES, compare_ages
from workflows.case import Case, Stage

RESULT = "Мы проверили ваши данные в каждом сервисе. Протокол проверки готов."


async def check_services(case: Case) -> Stage:
    """All services are asked side by side, and their time stamps compared (MSV-1, MSV-2)."""
    case.clocks.start(ClockName.PROCESSING, Budget(minutes=case.policy.services_minutes))
    case.begin_work("Проверяем данные в каждом из сервисов.")
    services = (_settle(case, service) for service in case.journal.view.services)
    # None may be left at work when another leaves: it would go on beside the stage that comes next.
    for outcome in await asyncio.gather(*services, return_exceptions=True):
        if outcome:
            raise outcome
    ages = compare_ages(latest_answers(case.journal.view.facts.protocol))
    case.journal.record(events.AgesCompared(**ages.model_dump()))
    return conclude_protocol


async def conclude_protocol(case: Case) -> None:
    """An operator draws the conclusion from what the services have answered (MSV-4)."""
    taken = await case.require(ConcludeProtocol, from_={Role.OPERATOR}, clock=ClockName.PROCESSING, transferable=True)
    conclusion = taken.decision.conclusion
    answers = latest_answers(case.journal.view.facts.protocol)
    case.journal.record(events.ProtocolConcluded(personal=conclusion), taken.actor)
    steps = [f"{SERVICES[answer.service]}: {answer_in_words(answer).lower()}" for answer in answers]
    case.journal.record(events.ResultPublished(summary=RESULT, steps=steps))
    case.close(Status.COMPLETED, "Данные проверены в каждом из сервисов.")
    case.tell(Template.APPEAL_COMPLETED, result=conclusion)


async def _settle(case: Case, service: str) -> None:
    """Ask one service until it is done with; what it has answered before is not asked again (MSV-3)."""
    while purpose := next_request(case.journal.view.facts.protocol, service):
        request = _REQUESTS[purpose]
        case.journal.record(await case.call(operation_of(purpose, service), partial(request, case, service)))


async def _check_service(case: Case, service: str) -> events.ServiceAnswered:
    case.journal.record(events.ServiceAsked(service=service, purpose="check"))
    check = ServiceCheck(service=service, asked_at=workflow.now(), details=case.journal.view.details)
    answer = await workflow.execute_activity_method(ServiceActivities.check_service, check, **case.asking())
    return events.ServiceAnswered(**answer.model_dump())


async def _resend_to_service(case: Case, service: str) -> events.DataResent:
    """However often it is tried, it is the same order until the service has taken it."""
    case.journal.record(events.ServiceAsked(service=service, purpose="resend"))
    view = case.journal.view
    order_id = f"{view.number}-{service}-{times_resent(view.facts.protocol, service) + 1}"
    order = ServiceOrder(number=view.number, service=service, order_id=order_id, details=view.details)
    receipt = await workflow.execute_activity_method(ServiceActivities.resend_to_service, order, **case.asking())
    return events.DataResent(service=service, order_id=order_id, **receipt.model_dump())


_REQUESTS: dict[Purpose, Callable[[Case, str], Awaitable[events.ServiceAnswered | events.DataResent]]] = {
    "check": _check_service,
    "resend": _resend_to_service,
}
