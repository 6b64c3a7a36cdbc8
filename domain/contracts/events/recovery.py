"""Facts of access recovery (REC-2…REC-5)."""

from typing import Literal

from domain.contracts.contract import AwareDatetime, Contract, Personal


class RequestRecorded(Contract):
    type: Literal["RequestRecorded"] = "RequestRecorded"
    processing_time: Personal[str]
    note: Personal[str | None] = None


class DocumentsMatched(Contract):
    type: Literal["DocumentsMatched"] = "DocumentsMatched"
    reason: Personal[str]


class DocumentsMismatched(Contract):
    type: Literal["DocumentsMismatched"] = "DocumentsMismatched"
    reason: Personal[str]
    attempts_left: int


class PasswordIssued(Contract):
    type: Literal["PasswordIssued"] = "PasswordIssued"
    issue_id: str
    expires_at: AwareDatetime


class AccountSecurityReported(Contract):
    type: Literal["AccountSecurityReported"] = "AccountSecurityReported"
    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None
