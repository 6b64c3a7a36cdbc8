"""How urgent an appeal is: the queue order of the engine, 1 before 3 (TEC-3, SEC-1)."""

from enum import IntEnum

from domain.appeal import Category, Relation
from domain.contracts.appeal import Request


class Urgency(IntEnum):
    """Critical failures and compromised accounts go ahead of everything; then what a higher authority decides."""

    CRITICAL = 1
    HIGH = 2
    NORMAL = 3


def urgency_of(request: Request) -> Urgency:
    """The urgency that follows from what the appeal asks for."""
    if request.category is Category.ACCOUNT_SECURITY:
        return Urgency.CRITICAL
    if request.relation is Relation.ESCALATION:
        return Urgency.HIGH
    return Urgency.NORMAL
