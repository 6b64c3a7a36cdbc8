"""The procedures, one file each, and which stage each begins with."""

from domain.procedures import Procedure, procedure_of
from workflows.case import Case, Stage
from workflows.procedures import access_recovery, closing, consultation, escalation, repeated_contact
from workflows.procedures.intake import complete_details
from workflows.procedures.triage import triage

FIRST_STAGES: dict[Procedure, Stage] = {
    Procedure.ACCESS_RECOVERY: access_recovery.record_request,
    Procedure.CONSULTATION: consultation.answer_question,
    Procedure.LEGAL_CONSULTATION: consultation.answer_question,
    Procedure.REPEATED_CONTACT: repeated_contact.assess_repeat,
    Procedure.ESCALATION: escalation.collect_package,
}
"""Where each procedure begins, once its appeal is classified and whole."""


async def begin(case: Case) -> Stage | None:
    """Every appeal is classified and completed first; then its procedure takes over.

    An escalation is not: its term runs while its package is completed, and nobody's triage may use it up (ESC-4).
    """
    if procedure_of(case.journal.view) is Procedure.ESCALATION:
        return FIRST_STAGES[Procedure.ESCALATION]
    if procedure_of(case.journal.view) is Procedure.TRIAGE:
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
    repeated_contact.assess_repeat,
    escalation.collect_package,
    escalation.decide_escalation,
    closing.close_withdrawn,
    closing.close_rejected,
    closing.hear_satisfaction,
]

STAGES: dict[str, Stage] = {stage.__name__: stage for stage in _STAGES}
"""Every stage by the name that a case's state holds; names are never reused."""
