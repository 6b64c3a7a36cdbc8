"""Decisions of the provision of data (DAT-1, DAT-2)."""

from typing import Literal

from domain.contracts.contract import Contract
from domain.contracts.text import Text


class ConfirmAuthority(Contract):
    """A specialist decides whether the requester may have the data; a refusal's reason is for the citizen (DAT-1)."""

    type: Literal["ConfirmAuthority"] = "ConfirmAuthority"
    confirmed: bool
    reason: Text


class FetchData(Contract):
    """The citizen's side takes the data out of the cabinet: the API says so before it hands them over (DAT-2)."""

    type: Literal["FetchData"] = "FetchData"
