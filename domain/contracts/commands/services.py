"""Decisions on services asked together (MSV-4) and on document packages (DOC-3)."""

from typing import Literal

from domain.contracts.contract import Contract
from domain.contracts.text import Line, Text


class ConcludeProtocol(Contract):
    """The operator says what came of the check in all services; the citizen reads it (MSV-4)."""

    type: Literal["ConcludeProtocol"] = "ConcludeProtocol"
    conclusion: Text


class RepeatRequest(Contract):
    """A person has the citizen's data sent to one service again, such as where they differ (MSV-3)."""

    type: Literal["RepeatRequest"] = "RepeatRequest"
    service: Line
    reason: Text


class DecidePackage(Contract):
    """A specialist decides on a package that the service would not process by itself (DOC-3)."""

    type: Literal["DecidePackage"] = "DecidePackage"
    accept: bool
    reason: Text
