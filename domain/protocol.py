"""The protocol of an appeal about several services: every step, its result, and what is to be done next (MSV-4)."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.events.services import Purpose
from domain.services import SERVICES

_PURPOSES: dict[str, str] = {"check": "Запрос сведений", "resend": "Повторный запрос"}
_FIELDS = {"full_name": "фамилия, имя и отчество", "passport": "паспорт", "phone": "номер телефона"}


Protocolled = (
    events.ServiceAsked
    | events.ServiceAnswered
    | events.DataResent
    | events.RepeatOrdered
    | events.RegistryUnavailable
    | events.AgesCompared
    | events.ProtocolConcluded
)


class ProtocolEntry(Contract):
    """One event of the protocol and when it was recorded."""

    at: AwareDatetime
    event: Annotated[Protocolled, Field(discriminator="type")]


class ProtocolStep(Contract):
    """One step as people read it; `defect` is what was wrong with an answer, for the staff."""

    at: AwareDatetime
    service: str | None = None
    step: str
    result: str
    defect: str | None = None


def with_step(entries: list[ProtocolEntry], event: events.Event, at: AwareDatetime) -> list[ProtocolEntry]:
    """The protocol after one more event; of systems' failures only a service's counts."""
    if not isinstance(event, Protocolled):
        return entries
    if isinstance(event, events.RegistryUnavailable) and not _asked_service(event.operation):
        return entries
    return [*entries, ProtocolEntry(at=at, event=event)]


def operation_of(purpose: Purpose, service: str) -> str:
    """What a request to a service is called where a person orders it again."""
    return f"{purpose}:{service}"


def next_request(entries: Sequence[ProtocolEntry], service: str) -> Purpose | None:
    """What to ask of a service next, by what it has answered so far; None when it is done with (MSV-3).

    Data go to it once if it has no record, and whenever a person orders it; then it is asked what it has now.
    """
    own = [event for event in _turns(entries) if event.service == service]
    match own[-1:]:
        case [] | [events.DataResent()]:
            return "check"
        case [events.RepeatOrdered()]:
            return "resend"
        case [events.ServiceAnswered(found=False)] if not times_resent(entries, service):
            return "resend"
    return None


def times_resent(entries: Sequence[ProtocolEntry], service: str) -> int:
    """How often a service has taken the citizen's data again."""
    return sum(isinstance(event, events.DataResent) and event.service == service for event in _turns(entries))


def latest_answers(entries: Sequence[ProtocolEntry]) -> list[events.ServiceAnswered]:
    """The last answer of each service, in the order in which they first answered."""
    answers = [entry.event for entry in entries if isinstance(entry.event, events.ServiceAnswered)]
    return list({answer.service: answer for answer in answers}.values())


def conclusion_of(entries: Sequence[ProtocolEntry]) -> str | None:
    """What a person has concluded, if that is done."""
    said = [entry.event.personal for entry in entries if isinstance(entry.event, events.ProtocolConcluded)]
    return said[-1] if said else None


def steps_of(entries: Sequence[ProtocolEntry]) -> list[ProtocolStep]:
    """Every step with its result, in the order in which they were done."""
    return [_step(entry) for entry in entries]


def answer_in_words(answer: events.ServiceAnswered) -> str:
    """What a service has on record, such as «Запись есть, данные совпадают»."""
    if not answer.found:
        return "Записи нет"
    if not answer.disagreeing_fields:
        return "Запись есть, данные совпадают"
    return f"Запись есть, не совпадает: {', '.join(_FIELDS[name] for name in answer.disagreeing_fields)}"


def ages_in_words(ages: events.AgesCompared) -> str:
    """Where the data are newest, where they are older, where there are none."""
    told = [
        ("Самые новые данные", ages.newest),
        ("Более старые", ages.older),
        ("Записи нет", ages.without_record),
    ]
    return ". ".join(f"{what}: {_named(services)}" for what, services in told if services)


def _turns(
    entries: Sequence[ProtocolEntry],
) -> list[events.ServiceAnswered | events.DataResent | events.RepeatOrdered]:
    """What changes whose turn it is: a request alone, or one that failed, does not."""
    turns = (events.ServiceAnswered, events.DataResent, events.RepeatOrdered)
    return [entry.event for entry in entries if isinstance(entry.event, turns)]


def _step(entry: ProtocolEntry) -> ProtocolStep:
    match entry.event:
        case events.ServiceAsked(service=service, purpose=purpose):
            return ProtocolStep(at=entry.at, service=service, step=_PURPOSES[purpose], result="Отправлен")
        case events.ServiceAnswered(service=service) as answer:
            step, result = f"{_PURPOSES['check']}: ответ", answer_in_words(answer)
            return ProtocolStep(at=entry.at, service=service, step=step, result=result)
        case events.DataResent(service=service):
            step = f"{_PURPOSES['resend']}: ответ"
            return ProtocolStep(at=entry.at, service=service, step=step, result="Данные приняты")
        case events.RepeatOrdered(service=service, reason=reason):
            step = f"{_PURPOSES['resend']}: решение сотрудника"
            return ProtocolStep(at=entry.at, service=service, step=step, result=reason)
        case events.RegistryUnavailable(operation=operation, reason=reason):
            return _failure(entry, operation, reason)
        case events.AgesCompared() as ages:
            return ProtocolStep(at=entry.at, step="Сравнение временных меток", result=ages_in_words(ages))
        case events.ProtocolConcluded(personal=conclusion):
            return ProtocolStep(at=entry.at, step="Вывод", result=conclusion)


def _failure(entry: ProtocolEntry, operation: str, reason: str) -> ProtocolStep:
    purpose = operation.partition(":")[0]
    return ProtocolStep(
        at=entry.at,
        service=_asked_service(operation),
        step=f"{_PURPOSES[purpose]}: ответ",
        result="Пригодного ответа нет",
        defect=reason,
    )


def _asked_service(operation: str) -> str | None:
    purpose, _, service = operation.partition(":")
    return service if purpose in _PURPOSES and service in SERVICES else None


def _named(services: Sequence[str]) -> str:
    return ", ".join(f"«{SERVICES[service]}»" for service in services)
