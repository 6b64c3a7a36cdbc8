"""The procedures, one file each, and which stage each begins with."""

from domain.procedures import Procedure, procedure_of
from workflows.case import Case, Stage
from workflows.procedures import (
    access_recovery,
    closing,
    consultation,
    display_error,
    document_package,
    multi_service,
)
from workflows.procedures.intake import complete_details
from workflows.procedures.triage import triage

FIRST_STAGES: dict[Procedure, Stage] = {
    Procedure.ACCESS_RECOVERY: access_recovery.record_request,
    Procedure.CONSULTATION: consultation.answer_question,
    Procedure.LEGAL_CONSULTATION: consultation.answer_question,
    Procedure.MULTI_SERVICE: multi_service.check_services,
    Procedure.DOCUMENT_PACKAGE: document_package.check_consent,
    Procedure.DISPLAY_ERROR: display_error.begin_checklist,
}
"""Where each procedure begins, once its appeal is classified and whole."""


async def begin(case: Case) -> Stage | None:
    """Every appeal is classified and completed first; then its procedure takes over.

    It comes here again when its category was corrected: the registries are then asked about it as it is now.
    """
    case.state.findings = None
    if case.journal.view.category is None:
        await triage(case)
    if not await complete_details(case):
        return None
    return FIRST_STAGES[procedure_of(case.journal.view)]


_STAGES: list[Stage] = [
    begin,
    access_recovery.record_request,
    access_recovery.check_documents,
    access_recovery.request_current_data,
    access_recovery.issue_password,
    access_recovery.await_secured_account,
    consultation.answer_question,
    consultation.await_confirmation,
    multi_service.check_services,
    multi_service.conclude_protocol,
    document_package.check_consent,
    document_package.obtain_signed_consent,
    document_package.process_package,
    document_package.decide_package,
    display_error.begin_checklist,
    display_error.work_off_checklist,
    display_error.await_right_page,
    closing.close_withdrawn,
    closing.close_rejected,
    closing.hear_satisfaction,
]

STAGES: dict[str, Stage] = {stage.__name__: stage for stage in _STAGES}
"""Every stage by the name that a case's state holds; names are never reused."""
