"""Who may do what with which case: the one place that decides, for the API and for the running case alike.

Which decision a case takes, and from which role, is said by its expectations (`domain/rules.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.actors import Actor, Role
from domain.case import CaseView
from domain.rights.operations import Operation, Reach, Scope
from domain.rights.table import TABLE, Rule

STAFF = frozenset(
    {
        Role.OPERATOR,
        Role.SPECIALIST,
        Role.LEGAL,
        Role.QUALITY_CONTROL,
        Role.DEVELOPER,
        Role.SUPERVISOR,
        Role.AUDITOR,
    }
)


BY_CITIZEN = "citizen:"
"""The name that appeals keep of citizens who open them themselves."""


class Ground(StrEnum):
    """Why somebody may do something with a case; it is kept with every access to personal data (AUD-3)."""

    OWN_APPEAL = "own_appeal"
    TASK = "task"
    UNIT = "unit"
    SUPERVISION = "supervision"
    AUDIT = "audit"
    REPORT = "report"
    PROCESS = "process"


_GROUNDS_OF_ALL = {
    Role.SUPERVISOR: Ground.SUPERVISION,
    Role.QUALITY_CONTROL: Ground.SUPERVISION,
    Role.AUDITOR: Ground.AUDIT,
    Role.REGISTRY: Ground.REPORT,
    Role.SYSTEM: Ground.PROCESS,
}


def reach(role: Role, operation: Operation) -> Reach:
    """For which cases this role may do it."""
    return TABLE[operation].reach.get(role, Reach.NONE)


def missing_scope(role: Role, scopes: Collection[str], operation: Operation) -> Scope | None:
    """The scope that this caller's token would need besides; only portals have scopes."""
    needed = TABLE[operation].scope
    return needed if role is Role.PORTAL and needed and needed not in scopes else None


def ground(actor: Actor, operation: Operation, view: CaseView) -> Ground | None:
    """On what ground this actor may do it with this case, or None if they may not."""
    match reach(actor.role, operation):
        case Reach.ALL:
            return _GROUNDS_OF_ALL[actor.role]
        case Reach.OWN:
            return Ground.OWN_APPEAL if _is_own(actor, view) else None
        case Reach.TASK:
            return Ground.TASK if _is_awaited(actor, view) else None
        case Reach.UNIT if _is_own(actor, view):
            return Ground.OWN_APPEAL
        case Reach.UNIT if _is_awaited(actor, view):
            return Ground.TASK
        case Reach.UNIT if actor.role in view.facts.handling.roles:
            return Ground.UNIT
        case _:
            return None


@dataclass(frozen=True)
class Sight:
    """Which cases a list shows somebody: `everything`, or those of which one of the others is true."""

    everything: bool = False
    opened_by: str | None = None
    citizen: str | None = None
    role: Role | None = None


def sight(actor: Actor) -> Sight:
    """The cases that this actor may read, told without opening any: what `may` says of `READ_APPEAL`, for lists."""
    match reach(actor.role, Operation.READ_APPEAL):
        case Reach.ALL:
            return Sight(everything=True)
        case Reach.OWN if actor.role is Role.CITIZEN:
            return Sight(citizen=actor.subject)
        case Reach.OWN:
            return Sight(opened_by=opened_by(actor))
        case Reach.UNIT:
            return Sight(opened_by=opened_by(actor), role=actor.role)
        case _:
            return Sight()


def ground_of_search(actor: Actor) -> Ground:
    """On what ground the actor learns from a list which cases are those of a person whom they have named."""
    match reach(actor.role, Operation.READ_APPEAL):
        case Reach.ALL:
            return _GROUNDS_OF_ALL[actor.role]
        case Reach.OWN:
            return Ground.OWN_APPEAL
        case _:
            return Ground.UNIT


def roles_that_see(view: CaseView) -> list[Role]:
    """The roles of the units that have had the case or are awaited, for lists of their people."""
    awaited = (role for expectation in view.expectations for role in expectation.roles)
    return sorted({*view.facts.handling.roles, *awaited})


def may(actor: Actor, operation: Operation, view: CaseView) -> bool:
    """Whether this actor may do it with this case."""
    return ground(actor, operation, view) is not None


def shows_personal_data(actor: Actor, operation: Operation, view: CaseView) -> bool:
    """Whether the answer tells this actor of a person; an appeal tells it only to those who work with the person."""
    if operation is Operation.READ_APPEAL:
        return may(actor, Operation.READ_PERSONAL_DATA, view)
    return TABLE[operation].personal


def may_know_of_erased(actor: Actor, portal: str | None) -> bool:
    """Whether the actor may know that a case was erased; whose citizen it was about nobody knows any more."""
    return portal == actor.subject if actor.role is Role.PORTAL else actor.role in STAFF


def opened_by(actor: Actor) -> str:
    """The name that an appeal keeps of whoever opens it.

    An operator who happens to be named like a portal is not that portal, and a citizen is not named here: the name
    outlives what the appeal tells of a person.
    """
    if actor.role is Role.CITIZEN:
        return BY_CITIZEN
    return actor.subject if actor.role is Role.PORTAL else f"{actor.role}:{actor.subject}"


def _is_own(actor: Actor, view: CaseView) -> bool:
    if actor.role is Role.CITIZEN:
        return view.citizen == actor.subject
    return view.portal == opened_by(actor)


def _is_awaited(actor: Actor, view: CaseView) -> bool:
    return any(open_.admits(actor) for open_ in view.expectations)


__all__ = [
    "BY_CITIZEN",
    "STAFF",
    "TABLE",
    "Ground",
    "Operation",
    "Reach",
    "Rule",
    "Scope",
    "Sight",
    "ground",
    "ground_of_search",
    "may",
    "may_know_of_erased",
    "missing_scope",
    "opened_by",
    "reach",
    "roles_that_see",
    "shows_personal_data",
    "sight",
]
