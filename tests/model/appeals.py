"""An appeal for every procedure, as a portal would send it."""

from typing import Any

from domain.procedures import Procedure
from tests.accounts import KIM_ALARMED, KUZNETSOV, compromise_report, lock_report
from tests.examples import (
    appeal,
    data_appeal,
    display_error,
    escalation,
    package,
    scan,
    several_services,
    verification,
)


def _about(category: str | None, **request: Any) -> dict[str, Any]:
    return appeal() | {"category": category, "recovery_reason": None} | request


APPEALS: dict[Procedure, dict[str, Any]] = {
    Procedure.TRIAGE: _about(None),
    Procedure.CONSULTATION: _about("payments"),
    Procedure.ACCESS_RECOVERY: appeal(),
    Procedure.ACCOUNT_UNLOCK: lock_report(KUZNETSOV),
    Procedure.COMPROMISE: compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"),
    Procedure.LEGAL_CONSULTATION: _about("legal_question"),
    Procedure.MULTI_SERVICE: several_services("pension", "taxes"),
    Procedure.DOCUMENT_PACKAGE: package("general", scan("passport", format="jpg"), scan("consent")),
    Procedure.IDENTITY_VERIFICATION: verification(),
    Procedure.TECHNICAL_FAILURE: _about("technical_failure", failure={"kind": "access", "error_code": "503"}),
    Procedure.DISPLAY_ERROR: display_error(),
    Procedure.REPEATED_CONTACT: _about("payments", relation="repeat"),
    Procedure.ESCALATION: escalation(None),
    Procedure.DATA_PROVISION: data_appeal(delivery="cabinet"),
}
"""Those with a relation follow the appeal that a walk opens for them first."""
