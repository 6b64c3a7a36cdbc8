"""Technical failures that tests begin with, and what people decide on them."""

import asyncio
from typing import Any

from temporalio.client import WorkflowHandle

from domain.actors import Role
from domain.appeal import FailureKind, Unit
from domain.case import CaseView
from domain.contracts.appeal import Failure
from domain.contracts.commands import AssessFailure, ReportFix
from domain.contracts.incident import WatchedReport
from domain.failures import incident_id, signature_of
from domain.number import candidate
from infra.incidents import Incidents
from tests.examples import ANNA
from tests.house import House

TO_DEVELOPMENT = AssessFailure(level=Unit.DEVELOPMENT, status_text="Разработчики уже ищут причину.")
TO_SECOND_LINE = AssessFailure(level=Unit.SECOND_LINE, status_text="Специалист проверяет настройки входа.")
FIXED = ReportFix(summary="Сервис снова принимает заявления.")


def service(home: House) -> str:
    """A service of this house alone: its neighbours in the same engine have failures of their own."""
    return f"Подача заявлений {home.settings.case_queue}"


def failure(
    home: House, kind: str | None = "access", error_code: str | None = "503", **details: Any
) -> dict[str, Any]:
    """An appeal about a failure of one service; a detail set to None is left out, without a kind its failure is."""
    told = {name: value for name, value in (ANNA | {"scans": []} | details).items() if value is not None}
    met = {"failure": {"kind": kind, "error_code": error_code}} if kind else {}
    return {
        "channel": "web_form",
        "category": "technical_failure",
        "service": service(home),
        "details": told | {"description": "Страница не открывается."},
        **met,
    }


async def fixed(home: House, assessed: AssessFailure = TO_DEVELOPMENT, role: Role = Role.DEVELOPER) -> str:
    """A case whose failure was assessed and mended; the citizen is to confirm it."""
    number = await home.open(failure(home))
    await home.expecting(number, "AssessFailure")
    await home.decide(number, Role.OPERATOR, assessed)
    await home.expecting(number, "ReportFix")
    await home.decide(number, role, FIXED)
    await home.expecting(number, "ConfirmSolution")
    return number


async def repeated(home: House, appeals: int = 3, **changes: Any) -> tuple[str, list[str]]:
    """An incident with so many appeals, each of which knows of it; the incident's number and theirs."""
    numbers = [await home.open(failure(home, **changes)) for _ in range(appeals)]
    views = [await home.until(number, lambda view: view.facts.failure.joined is not None) for number in numbers]
    incidents = {view.facts.failure.joined.number for view in views if view.facts.failure.joined}
    assert len(incidents) == 1, "one failure, one incident"
    return incidents.pop(), numbers


async def joined(home: House, incident: str, appeals: int) -> CaseView:
    """The incident as soon as it has so many appeals."""

    def has_all(view: CaseView) -> bool:
        return view.facts.incident is not None and len(view.facts.incident.numbers) >= appeals

    return await home.until(incident, has_all)


def signature(home: House) -> str:
    """That of `failure(home)`."""
    fields = home.settings.policy.failure_signature
    return signature_of(Failure(kind=FailureKind.ACCESS, error_code="503"), service(home), fields)


def watch(home: House) -> WorkflowHandle[Any, Any]:
    """The process that watches over this failure."""
    return home.client.get_workflow_handle(incident_id(signature(home)))


async def flood(home: House, appeals: range, at_once: int = 20) -> list[str]:
    """Reports of so many appeals that exist nowhere else, sent side by side; their numbers."""
    incidents = Incidents(home.client, home.settings.case_queue, home.settings.policy)
    numbers = [candidate(b"a flood", home.settings.case_queue, str(nth)) for nth in appeals]
    free = asyncio.Semaphore(at_once)

    async def report(number: str) -> None:
        async with free:
            await incidents.report(
                WatchedReport(
                    number=number,
                    signature=signature(home),
                    service=service(home),
                    failure=Failure(kind=FailureKind.ACCESS, error_code="503"),
                    candidate=candidate(b"an incident", home.settings.case_queue, number),
                )
            )

    await asyncio.gather(*map(report, numbers))
    return numbers
