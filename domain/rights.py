"""Who may see which case. What may be decided by whom is said by the case's expectations."""

from domain.actors import Actor, Role
from domain.appeal import Relation
from domain.case import CaseView

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
HANDLERS = frozenset({Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR})
OPENERS = frozenset({Role.PORTAL, Role.OPERATOR})


def may_open(actor: Actor) -> bool:
    """Whether the actor may start a case: a portal for its citizens, an operator for a caller."""
    return actor.role in OPENERS


def may_see(actor: Actor, view: CaseView) -> bool:
    """A portal sees the cases it started, a citizen their own, staff all of them."""
    match actor.role:
        case Role.PORTAL:
            return view.portal == actor.subject
        case Role.CITIZEN:
            return view.citizen == actor.subject
        case _:
            return actor.role in STAFF


def may_know_of_erased(actor: Actor, portal: str | None) -> bool:
    """Whether the actor may know that a case was erased; whose citizen it was about nobody knows any more."""
    return portal == actor.subject if actor.role is Role.PORTAL else actor.role in STAFF


def may_command(actor: Actor, view: CaseView) -> bool:
    """Whether the actor may send the case decisions at all; which ones, the case itself says."""
    return actor.role is Role.REGISTRY or may_see(actor, view)


def sees_personal_data(actor: Actor, view: CaseView) -> bool:
    """Whether the actor's work needs the citizen's data, such as to compare documents or to answer (REC-3, LAW-1)."""
    is_awaited = any(open_.admits(actor) for open_ in view.expectations)
    decides = actor.role is Role.QUALITY_CONTROL and view.relation is Relation.ESCALATION
    return actor.role in STAFF and (actor.role in HANDLERS or is_awaited or decides)


def may_read_papers(actor: Actor, view: CaseView) -> bool:
    """Whether a paper that was made for the citizen is this actor's to read: theirs, or needed for their work."""
    return may_see(actor, view) and (actor.role not in STAFF or sees_personal_data(actor, view))
