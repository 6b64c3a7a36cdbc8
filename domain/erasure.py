"""Why what a case tells of a person is erased (ADR 18)."""

from datetime import timedelta
from enum import StrEnum

REQUEST_VALID = timedelta(days=7)
"""So long another person can consent to a request."""


class ErasureGround(StrEnum):
    """The ground, as a code: a reason in words would tell of the person again."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
    COURT_ORDER = "court_order"
    RETENTION = "retention"
    """The retention period is over; no person can name it."""
