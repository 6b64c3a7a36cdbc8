"""Decisions of access recovery (REC-2…REC-5)."""

from typing import Literal

from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.text import Text


class RecordRequest(Contract):
    """The operator takes the request on record and sets the time for its processing (REC-2)."""

    type: Literal["RecordRequest"] = "RecordRequest"
    processing_hours: int | None = None
    processing_working_days: int | None = None
    note: Text | None = None


class CheckDocuments(Contract):
    """The specialist decides whether the documents match the registered data, and says why (REC-3)."""

    type: Literal["CheckDocuments"] = "CheckDocuments"
    match: bool
    reason: Text


class ReportAccountSecurity(Contract):
    """The account registry reports what the citizen has done since the one-time password (REC-5)."""

    type: Literal["ReportAccountSecurity"] = "ReportAccountSecurity"
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None
