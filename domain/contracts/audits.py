"""What an auditor has done by a worker: a case verified, its evidence made (AUD-2)."""

from enum import StrEnum

from domain.contracts.contract import Contract


class Standing(StrEnum):
    """How a case came out of its verification."""

    HOLDS = "holds"
    ERASED = "erased"
    AHEAD = "ahead"
    DIVERGED = "diverged"


class Finding(Contract):
    """What one check has found: the first thing that it demands and that does not hold."""

    check: str
    text: str


class Verdict(Contract):
    """What was found out of one case; `finding` is the first thing that does not hold, `findings` the first of each
    of the `checks` that were made.

    `ahead` is an open case whose register says more than its process: a step that the engine has not kept. The
    process voids it with its next step.
    """

    number: str
    standing: Standing
    finding: str = ""
    entries: int = 0
    events: int = 0
    checks: list[str] = []
    findings: list[Finding] = []


class VerificationOrder(Contract):
    """Which case to verify."""

    number: str


class EvidenceOrder(Contract):
    """Which case to make evidence of, and where to put it."""

    number: str
    place: str


class EvidenceMade(Contract):
    """Evidence that lies where it was ordered to, sealed under the key of this name; or why there is none."""

    size_bytes: int = 0
    sha256: str = ""
    key: str = ""
    fault: str = ""
