"""An appeal for every procedure, as a portal would send it."""

from typing import Any

from domain.procedures import Procedure
from tests.accounts import KIM, KUZNETSOV, compromise_report, lock_report
from tests.examples import appeal, data_appeal


def _about(category: str | None, **request: Any) -> dict[str, Any]:
    return appeal() | {"category": category, "recovery_reason": None} | request


APPEALS: dict[Procedure, dict[str, Any]] = {
    Procedure.TRIAGE: _about(None),
    Procedure.CONSULTATION: _about("payments"),
    Procedure.ACCESS_RECOVERY: appeal(),
    Procedure.ACCOUNT_UNLOCK: lock_report(KUZNETSOV),
    Procedure.COMPROMISE: compromise_report(KIM, phone="+7 900 999-99-99"),
    Procedure.LEGAL_CONSULTATION: _about("legal_question"),
    Procedure.DATA_PROVISION: data_appeal(delivery="cabinet"),
}
