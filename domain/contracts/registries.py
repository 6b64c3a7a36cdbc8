"""What activities ask of outside registries and what these answer."""

from domain.appeal import DocumentKind
from domain.contracts.appeal import Details
from domain.contracts.contract import AwareDatetime, Contract


class RegistryCheck(Contract):
    """The question to the account registry and to the registry of each document (REC-3)."""

    details: Details
    documents: list[DocumentKind]


class AccountRecord(Contract):
    """An account as its registry holds it."""

    account_id: str
    login: str
    full_name: str
    passport: str | None = None
    snils: str | None = None
    inn: str | None = None
    phone: str | None = None
    email: str | None = None


class DocumentRecord(Contract):
    """A document as the issuing authority's registry holds it; `valid` is false for lost and void ones.

    `issued_on` is a day as 2010-05-20, of passports alone.
    """

    kind: DocumentKind
    full_name: str
    valid: bool = True
    issued_on: str | None = None


class RegistryFindings(Contract):
    """What the registries answered; what they don't know is absent."""

    account: AccountRecord | None = None
    documents: list[DocumentRecord] = []


class PasswordIssue(Contract):
    """The order to set a one-time password; `issue_id` makes a repeated order the same order (REC-4).

    `replaces` is an order that was given up; what was made for it is destroyed.
    """

    issue_id: str
    number: str
    account_id: str
    expires_at: AwareDatetime
    replaces: str | None = None


class SecurityCheck(Contract):
    """The question what the citizen has done with the account since the password of this appeal (REC-5)."""

    number: str
    account_id: str


class AccountQuestion(Contract):
    """The question for an account's audit log, asked for the sake of this appeal (ULK-1)."""

    number: str
    login: str


class LogEntry(Contract):
    """What happened to an account, in the registry's word for it; the network address is personal data."""

    at: AwareDatetime
    event: str
    address: str


class AccountLog(Contract):
    """An account, whether it is locked now, and the end of its audit log, oldest entry first; no account, no log."""

    account: AccountRecord | None = None
    is_locked: bool
    entries: list[LogEntry] = []


class AccountOrder(Contract):
    """An order to do something to an account; `order_id` makes a repeated order the same order (ULK-2, SEC-1)."""

    number: str
    account_id: str
    order_id: str


class AccountUnlocked(Contract):
    """When the registry took the lock away, by its own clock (ULK-2)."""

    at: AwareDatetime


class AccountSecured(Contract):
    """When the registry ended the sessions and shut the old password out, by its own clock (SEC-1)."""

    sessions_ended_at: AwareDatetime
    password_change_forced_at: AwareDatetime


class ScanCheck(Contract):
    """The question whether a scan can be verified; `format` is the file's true type, as `pdf` (VER-2)."""

    reference: str
    format: str
    sha256: str | None = None


class ScanVerdict(Contract):
    """Whether a scan can be verified, and if not, in which formats it could be (VER-2)."""

    accepted: bool
    accepted_formats: list[str] = []


class ConsentCheck(Contract):
    """The question whether the holder of this SNILS has signed the consent kept under the reference (DOC-1)."""

    reference: str
    sha256: str
    snils: str


class ConsentVerdict(Contract):
    """Whether the signature holds; `signed_at` is absent where there is no signature (DOC-1)."""

    valid: bool
    signed_at: AwareDatetime | None = None
