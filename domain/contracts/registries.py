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
    """A document as the issuing authority's registry holds it; `valid` is false for lost and void ones."""

    kind: DocumentKind
    full_name: str
    valid: bool = True


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
