"""Technical failures: who answers for which kind, and when two of them are the same one (TEC-2, TEC-3)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from domain.appeal import FailureKind, Unit
from domain.contracts.appeal import Failure
from domain.contracts.incident import WatchedReport
from domain.digest import digest

LEVELS = {
    FailureKind.AUTHENTICATION: Unit.SECOND_LINE,
    FailureKind.ACCESS: Unit.DEVELOPMENT,
    FailureKind.COMPATIBILITY: Unit.SECOND_LINE,
    FailureKind.DATA_ENTRY: Unit.SECOND_LINE,
}
"""The level that is told of a failure as soon as it is logged (TEC-2)."""

MENDING_LEVELS = (Unit.FIRST_LINE, Unit.SECOND_LINE, Unit.DEVELOPMENT)


def signature_of(failure: Failure, service: str | None, fields: Sequence[str]) -> str:
    """What two reports of one failure have in common: these fields, whatever their case and spaces."""
    values = {"service": service, "kind": failure.kind, "error_code": failure.error_code}
    return "; ".join(f"{field}={_plain(values[field])}" for field in fields)


INCIDENT = "incident-"
"""How the engine's ids of incidents begin."""


def incident_id(signature: str) -> str:
    """The engine's id of the one process that watches over a signature."""
    return f"{INCIDENT}{digest([signature])[:32]}"


def within_window(reports: Collection[WatchedReport], now: datetime, window: timedelta) -> list[WatchedReport]:
    """The reports that still count."""
    return [report for report in reports if report.at is not None and report.at + window > now]


def _plain(value: str | None) -> str:
    return " ".join((value or "").casefold().replace(";", ",").split())
