"""Facts of identity verification (VER-1…VER-3). No fact holds a code, and none a contact it was sent to."""

from typing import Literal

from domain.contracts.contract import AwareDatetime, Contract, Personal
from domain.notifications import DeliveryChannel

Obstacle = Literal["refused", "no_contact"]


class ScanAccepted(Contract):
    type: Literal["ScanAccepted"] = "ScanAccepted"
    format: str


class ScanRefused(Contract):
    """The scan can't be verified in its format; in these it could be."""

    type: Literal["ScanRefused"] = "ScanRefused"
    format: str
    accepted_formats: list[str]
    attempts_left: int


class CodeSent(Contract):
    """A code is on its way to the account's own contact; `code_id` is also the salt of its digest."""

    type: Literal["CodeSent"] = "CodeSent"
    code_id: str
    channel: DeliveryChannel
    expires_at: AwareDatetime


class CodeUndelivered(Contract):
    """The code did not go out over this channel: the gateway refused, or the account has no such contact."""

    type: Literal["CodeUndelivered"] = "CodeUndelivered"
    channel: DeliveryChannel
    reason: Obstacle


class AnotherCodeRequested(Contract):
    type: Literal["AnotherCodeRequested"] = "AnotherCodeRequested"


class CodeMismatched(Contract):
    type: Literal["CodeMismatched"] = "CodeMismatched"
    attempts_left: int


class CodeExpired(Contract):
    type: Literal["CodeExpired"] = "CodeExpired"


class IdentityConfirmed(Contract):
    """The citizen is who they say; a `reason` is given where a person has decided so."""

    type: Literal["IdentityConfirmed"] = "IdentityConfirmed"
    reason: Personal[str | None] = None


class IdentityDenied(Contract):
    """A person has decided that the identity is not confirmed; the citizen reads the reason."""

    type: Literal["IdentityDenied"] = "IdentityDenied"
    reason: Personal[str]
