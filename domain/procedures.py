"""Which procedure serves an appeal (CLS-2)."""

from enum import StrEnum

from domain.appeal import Category, RecoveryReason, Relation, RepeatWay
from domain.case import CaseView


class Procedure(StrEnum):
    """The procedures of the requirements; each has its file in `workflows/procedures/`."""

    TRIAGE = "triage"
    CONSULTATION = "consultation"
    ACCESS_RECOVERY = "access_recovery"
    ACCOUNT_UNLOCK = "account_unlock"
    COMPROMISE = "compromise"
    IDENTITY_VERIFICATION = "identity_verification"
    TECHNICAL_FAILURE = "technical_failure"
    DISPLAY_ERROR = "display_error"
    LEGAL_CONSULTATION = "legal_consultation"
    MULTI_SERVICE = "multi_service"
    DOCUMENT_PACKAGE = "document_package"
    DATA_PROVISION = "data_provision"
    REPEATED_CONTACT = "repeated_contact"
    ESCALATION = "escalation"


_BY_CATEGORY = {
    Category.PASSWORD_RECOVERY: Procedure.ACCESS_RECOVERY,
    Category.IDENTITY_VERIFICATION: Procedure.IDENTITY_VERIFICATION,
    Category.TECHNICAL_FAILURE: Procedure.TECHNICAL_FAILURE,
    Category.LEGAL_QUESTION: Procedure.LEGAL_CONSULTATION,
}


# There each new appeal is work of its own, or can't wait for anybody's judgement.
_NEVER_TAKEN_FOR_REPEATS = frozenset(
    {
        Procedure.TRIAGE,
        Procedure.COMPROMISE,
        Procedure.TECHNICAL_FAILURE,
        Procedure.MULTI_SERVICE,
        Procedure.DOCUMENT_PACKAGE,
        Procedure.DATA_PROVISION,
    }
)


def follows_previous(view: CaseView) -> bool:
    """Whether an earlier appeal on the same matter makes this one a repeat, or whatever its sender says (REP-1)."""
    return view.relation is not None or own_procedure_of(view) not in _NEVER_TAKEN_FOR_REPEATS


def procedure_of(view: CaseView) -> Procedure:
    """The procedure an appeal begins with: that of its relation to an earlier one, else that of what it is about.

    A repeat that is to be solved anew goes on with the latter (REP-4).
    """
    if view.relation is Relation.ESCALATION:
        return Procedure.ESCALATION
    own, previous = own_procedure_of(view), view.facts.relations.previous
    is_repeat = previous and previous.relation is Relation.REPEAT and own is not Procedure.COMPROMISE
    if is_repeat and view.facts.relations.repeat_way is not RepeatWay.SOLVE:
        return Procedure.REPEATED_CONTACT
    return own


def is_legal_question(view: CaseView) -> bool:
    """Whether only a lawyer answers, and cites acts: a repeat is judged by what it is about (LAW-1)."""
    return own_procedure_of(view) is Procedure.LEGAL_CONSULTATION


def own_procedure_of(view: CaseView) -> Procedure:
    """The procedure for what the appeal itself is about; without a category, a person has to say that first."""
    if view.category is None:
        return Procedure.TRIAGE
    if view.category is Category.ACCOUNT_SECURITY:
        return Procedure.COMPROMISE  # whatever else is asked for with it
    if len(view.services) > 1:
        return Procedure.MULTI_SERVICE
    if view.package and view.category is Category.FORMS_AND_DOCUMENTS:
        return Procedure.DOCUMENT_PACKAGE
    if view.data_request and view.category is Category.DATA_REQUEST:
        return Procedure.DATA_PROVISION
    if view.category is Category.REGISTRATION and view.recovery_reason is RecoveryReason.LOCKED:
        return Procedure.ACCOUNT_UNLOCK
    if view.category is Category.TECHNICAL_FAILURE and view.failure and view.failure.is_display_error:
        return Procedure.DISPLAY_ERROR
    return _BY_CATEGORY.get(view.category, Procedure.CONSULTATION)
