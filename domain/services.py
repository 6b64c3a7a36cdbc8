"""The services that an appeal can concern together, and how old what they have on record is (MSV-1, MSV-2)."""

from collections.abc import Iterable

from domain.contracts.contract import Contract
from domain.contracts.services import ServiceAnswer

SERVICES = {
    "pension": "Пенсионное обеспечение",
    "taxes": "Налоги",
    "property": "Недвижимость",
    "clinic": "Запись к врачу",
}
"""What each service is called in its address, and by people."""


class Ages(Contract):
    """Which services hold the newest data, which hold older ones, and which hold none (MSV-2)."""

    newest: list[str]
    older: list[str]
    without_record: list[str]


def known_service(name: str) -> str:
    """The name, if it is a service's; else `ValueError` with a sentence for whoever sent it."""
    if name not in SERVICES:
        raise ValueError(f"Такого сервиса нет: проверьте имя. Допустимы: {', '.join(SERVICES)}.")
    return name


def compare_ages(answers: Iterable[ServiceAnswer]) -> Ages:
    """Compare when the services' records last changed, each by its service's own time stamp."""
    recorded = {answer.service: answer.recorded_at for answer in answers}
    known = {service: at for service, at in recorded.items() if at}
    newest_at = max(known.values(), default=None)
    return Ages(
        newest=[service for service, at in known.items() if at == newest_at],
        older=[service for service, at in known.items() if at != newest_at],
        without_record=[service for service in recorded if service not in known],
    )
