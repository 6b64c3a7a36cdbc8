"""When two failures are the same one."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.appeal import FailureKind
from domain.contracts.appeal import Failure
from domain.contracts.incident import WatchedReport
from domain.failures import LEVELS, incident_id, signature_of, within_window

FIELDS = ["service", "kind", "error_code"]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def failure(error_code: str | None = "E503") -> Failure:
    return Failure(kind=FailureKind.ACCESS, error_code=error_code)


@pytest.mark.requirement("TEC-3")
def test_case_and_spaces_make_no_other_failure() -> None:
    signature = signature_of(failure(), "Запись на приём", FIELDS)
    assert signature_of(failure("e503 "), "запись  на приём", FIELDS) == signature
    assert incident_id(signature) != incident_id(signature_of(failure("E504"), "Запись на приём", FIELDS))


@pytest.mark.requirement("TEC-3")
def test_no_value_can_pretend_to_be_another_field() -> None:
    assert signature_of(failure(None), "приём; kind=access", FIELDS) != signature_of(failure(None), "приём", FIELDS)
    assert "приём, kind=access" in signature_of(failure(None), "приём; kind=access", FIELDS)


@pytest.mark.requirement("TEC-3")
def test_the_settings_say_which_fields_count() -> None:
    assert signature_of(failure("1"), "a", ["kind"]) == signature_of(failure("2"), "b", ["kind"]) == "kind=access"


@pytest.mark.requirement("TEC-3")
def test_a_report_leaves_the_window_at_its_very_end() -> None:
    report = WatchedReport(number="1", signature="s", failure=failure(), candidate="2", at=NOW)
    window = timedelta(minutes=60)
    assert within_window([report], NOW + window - timedelta(microseconds=1), window) == [report]
    assert within_window([report], NOW + window, window) == []


@pytest.mark.requirement("TEC-1", "TEC-2")
def test_every_kind_has_a_responsible_level() -> None:
    assert set(LEVELS) == set(FailureKind)
