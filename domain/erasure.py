"""Why what a case tells of a person is erased (ADR 18)."""

import unicodedata
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


def is_one_person(one: str | None, other: str | None) -> bool:
    """Whether two names of an issuer may be of the same person: directories take «Boss» and «boss » for one."""
    return _plain(one) == _plain(other)


def _plain(name: str | None) -> str:
    return unicodedata.normalize("NFKC", name or "").strip().casefold()
