"""The procedures, one file each, and which stage each begins with."""

from domain.procedures import Procedure, procedure_of
from workflows.case import Case, Stage
from workflows.procedures import (
    access_recovery,
    account_unlock,
    closing,
    compromise,
    consultation,
    data_provision,
    display_error,
    document_package,
    escalation,
    identity_verification,
    multi_service,
    repeated_contact,
    technical_failure,
)
from workflows.procedures.intake import complete_details
from workflows.procedures.triage import triage

FIRST_STAGES: dict[Procedure, Stage] = {
    Procedure.ACCESS_RECOVERY: access_recovery.record_request,
    Procedure.IDENTITY_VERIFICATION: identity_verification.verify_identity,
    Procedure.ACCOUNT_UNLOCK: account_unlock.confirm_lock,
    Procedure.COMPROMISE: compromise.examine_report,
    Procedure.CONSULTATION: consultation.answer_question,
    Procedure.LEGAL_CONSULTATION: consultation.answer_question,
    Procedure.DATA_PROVISION: data_provision.check_authority,
    Procedure.DISPLAY_ERROR: display_error.begin_checklist,
    Procedure.TECHNICAL_FAILURE: technical_failure.assess_failure,
    Procedure.REPEATED_CONTACT: repeated_contact.assess_repeat,
    Procedure.ESCALATION: escalation.collect_package,
    Procedure.MULTI_SERVICE: multi_service.check_services,
    Procedure.DOCUMENT_PACKAGE: document_package.check_consent,
}
"""Where each procedure begins, once its appeal is classified and whole."""

_ASK_FOR_DETAILS_THEMSELVES = frozenset({Procedure.TECHNICAL_FAILURE, Procedure.ESCALATION})
"""Those that have something to do before the appeal is whole."""


async def begin(case: Case) -> Stage | None:
    """Every appeal is classified and completed first; then its procedure takes over.

    An escalation is not: its term runs while its package is completed, and nobody's triage may use it up (ESC-4).
    It comes here again when its category was corrected: the registries are then asked about it as it is now.
    """
    case.state.findings = None
    if procedure_of(case.journal.view) is Procedure.TRIAGE:
        await triage(case)
    procedure = procedure_of(case.journal.view)
    if procedure not in _ASK_FOR_DETAILS_THEMSELVES and not await complete_details(case):
        return None
    return FIRST_STAGES[procedure_of(case.journal.view)]


_STAGES: list[Stage] = [
    begin,
    access_recovery.record_request,
    access_recovery.check_documents,
    access_recovery.request_current_data,
    access_recovery.issue_password,
    access_recovery.await_secured_account,
    identity_verification.verify_identity,
    identity_verification.compare_passport,
    identity_verification.request_current_passport,
    identity_verification.check_scan,
    identity_verification.request_another_format,
    identity_verification.send_code,
    identity_verification.await_code,
    identity_verification.offer_another_code,
    identity_verification.decide_identity,
    account_unlock.confirm_lock,
    account_unlock.review_lock,
    account_unlock.identify_subscriber,
    account_unlock.correct_details,
    account_unlock.unlock_account,
    compromise.examine_report,
    compromise.decide_securing,
    compromise.secure_account,
    compromise.review_threat,
    consultation.answer_question,
    consultation.await_confirmation,
    display_error.begin_checklist,
    display_error.work_off_checklist,
    display_error.await_right_page,
    technical_failure.assess_failure,
    technical_failure.await_fix,
    technical_failure.confirm_fix,
    technical_failure.follow_incident,
    data_provision.check_authority,
    data_provision.decide_authority,
    data_provision.provide_data,
    data_provision.await_download,
    closing.close_withdrawn,
    closing.close_rejected,
    closing.hear_satisfaction,
    repeated_contact.assess_repeat,
    escalation.collect_package,
    escalation.decide_escalation,
    multi_service.check_services,
    multi_service.conclude_protocol,
    document_package.check_consent,
    document_package.obtain_signed_consent,
    document_package.process_package,
    document_package.decide_package,
]

STAGES: dict[str, Stage] = {stage.__name__: stage for stage in _STAGES}
"""Every stage by the name that a case's state holds; names are never reused."""
