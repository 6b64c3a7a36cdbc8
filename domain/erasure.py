"""Why what a case tells of a person is erased, and who may have it done (ADR 18)."""

from datetime import timedelta
from enum import StrEnum

from domain.actors import Actor, Role

REQUEST_VALID = timedelta(days=7)
"""So long another person can consent to a request."""


class ErasureGround(StrEnum):
    """The ground, as a code: a reason in words would tell of the person again."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL = "unlawful"
    COURT_ORDER = "court_order"
    RETENTION = "retention"
    """The retention period is over; no person can name it."""


def may_ask(actor: Actor) -> bool:
    """Whether the actor may ask for an erasure."""
    return actor.role is Role.SUPERVISOR


def may_consent(actor: Actor) -> bool:
    """Whether the actor may consent to an erasure that another person has asked for."""
    return actor.role is Role.QUALITY_CONTROL
