"""The procedures, one file each, and which category is served by which."""

from domain.appeal import Category
from workflows.case import Case, Stage
from workflows.procedures import access_recovery
from workflows.procedures.intake import complete_details

FIRST_STAGES: dict[Category, Stage] = {Category.PASSWORD_RECOVERY: access_recovery.record_request}
"""Where a category's procedure begins, once its appeal is whole."""


async def begin(case: Case) -> Stage | None:
    """Every appeal is completed first; then its category's procedure takes over."""
    return FIRST_STAGES[case.journal.view.category] if await complete_details(case) else None


_STAGES: list[Stage] = [
    begin,
    access_recovery.record_request,
    access_recovery.check_documents,
    access_recovery.request_current_data,
    access_recovery.issue_password,
    access_recovery.await_secured_account,
]

STAGES: dict[str, Stage] = {stage.__name__: stage for stage in _STAGES}
"""Every stage by the name that a case's state holds; names are never reused."""
