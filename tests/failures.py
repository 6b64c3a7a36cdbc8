"""Technical failures that tests begin with, and what people decide on them."""

from typing import Any

from domain.actors import Role
from domain.appeal import Unit
from domain.case import CaseView
from domain.contracts.commands import AssessFailure, ReportFix
from tests.examples import ANNA
from tests.house import House

TO_DEVELOPMENT = AssessFailure(level=Unit.DEVELOPMENT, status_text="Разработчики уже ищут причину.")
TO_SECOND_LINE = AssessFailure(level=Unit.SECOND_LINE, status_text="Специалист проверяет настройки входа.")
FIXED = ReportFix(summary="Сервис снова принимает заявления.")


def failure(kind: str | None = "access", error_code: str | None = "503", **details: Any) -> dict[str, Any]:
    """An appeal about a failure of one service; a detail set to None is left out, without a kind its failure is."""
    told = {name: value for name, value in (ANNA | {"scans": []} | details).items() if value is not None}
    met = {"failure": {"kind": kind, "error_code": error_code}} if kind else {}
    return {
        "channel": "web_form",
        "category": "technical_failure",
        "service": "Подача заявлений",
        "details": told | {"description": "Страница не открывается."},
        **met,
    }


async def fixed(home: House, assessed: AssessFailure = TO_DEVELOPMENT, role: Role = Role.DEVELOPER) -> str:
    """A case whose failure was assessed and mended; the citizen is to confirm it."""
    number = await home.open(failure())
    await home.expecting(number, "AssessFailure")
    await home.decide(number, Role.OPERATOR, assessed)
    await home.expecting(number, "ReportFix")
    await home.decide(number, role, FIXED)
    await home.expecting(number, "ConfirmSolution")
    return number


async def repeated(home: House, appeals: int = 3, **changes: Any) -> tuple[str, list[str]]:
    """An incident with so many appeals, each of which knows of it; the incident's number and theirs."""
    numbers = [await home.open(failure(**changes)) for _ in range(appeals)]
    views = [await home.until(number, lambda view: view.facts.joined is not None) for number in numbers]
    incidents = {view.facts.joined.number for view in views if view.facts.joined}
    assert len(incidents) == 1, "one failure, one incident"
    return incidents.pop(), numbers


async def joined(home: House, incident: str, appeals: int) -> CaseView:
    """The incident as soon as it has so many appeals."""

    def has_all(view: CaseView) -> bool:
        return view.facts.incident is not None and len(view.facts.incident.numbers) >= appeals

    return await home.until(incident, has_all)
