"""Decisions of identity verification (VER-3)."""

from typing import Literal

from domain.contracts.contract import Contract
from domain.contracts.text import Text


class ConfirmCode(Contract):
    """The citizen has entered a confirmation code; of what was entered only the keyed digest is told (VER-3)."""

    type: Literal["ConfirmCode"] = "ConfirmCode"
    code_id: str
    code_digest: str


class RequestAnotherCode(Contract):
    """The confirmation code did not arrive, or has expired: the next channel is to be tried (VER-3)."""

    type: Literal["RequestAnotherCode"] = "RequestAnotherCode"


class DecideIdentity(Contract):
    """The specialist decides, on the evidence there is, what could not be confirmed by itself (VER-3)."""

    type: Literal["DecideIdentity"] = "DecideIdentity"
    confirmed: bool
    reason: Text
