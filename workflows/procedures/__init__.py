"""The procedures, one file each, and which stage each begins with."""

from domain.procedures import Procedure, procedure_of
from workflows.case import Case, Stage
from workflows.procedures import access_recovery, closing, consultation, data_provision
from workflows.procedures.intake import complete_details
from workflows.procedures.triage import triage

FIRST_STAGES: dict[Procedure, Stage] = {
    Procedure.ACCESS_RECOVERY: access_recovery.record_request,
    Procedure.CONSULTATION: consultation.answer_question,
    Procedure.LEGAL_CONSULTATION: consultation.answer_question,
    Procedure.DATA_PROVISION: data_provision.check_authority,
}
"""Where each procedure begins, once its appeal is classified and whole."""


async def begin(case: Case) -> Stage | None:
    """Every appeal is classified and completed first; then its procedure takes over."""
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
    data_provision.check_authority,
    data_provision.decide_authority,
    data_provision.provide_data,
    data_provision.await_download,
    closing.close_withdrawn,
    closing.close_rejected,
    closing.hear_satisfaction,
]

STAGES: dict[str, Stage] = {stage.__name__: stage for stage in _STAGES}
"""Every stage by the name that a case's state holds; names are never reused."""
