"""What a case takes at any time, without having asked: the rights of its citizen and of the staff (CLS-2, CLS-3)."""

from domain.actors import Role
from domain.appeal import Status, Unit
from domain.case import CaseView
from domain.units import role_of

_CITIZENS_SIDE = frozenset({Role.CITIZEN, Role.PORTAL, Role.OPERATOR})
_SYSTEM = {"ReportDelivery": frozenset({Role.SYSTEM})}
_HANDS = frozenset({*map(role_of, Unit), Role.SUPERVISOR})
_OPEN = {
    "AddDetails": _CITIZENS_SIDE,
    "AskStatus": _CITIZENS_SIDE,
    "Withdraw": _CITIZENS_SIDE,
    "RejectAppeal": frozenset({Role.SPECIALIST, Role.SUPERVISOR}),
    "Classify": frozenset({Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR}),
    "HandOver": _HANDS,
    "TakeCase": _HANDS,
    "ReleaseCase": _HANDS,
    "TellCitizen": frozenset({Role.OPERATOR, Role.SPECIALIST, Role.LEGAL, Role.QUALITY_CONTROL, Role.SUPERVISOR}),
    "AdoptCalendar": frozenset({Role.SUPERVISOR, Role.SYSTEM}),
    "JoinIncident": frozenset({Role.SYSTEM}),
    "ResolveIncident": frozenset({Role.SYSTEM}),
}
_BESIDE = {
    "ConfirmCode": {"RequestAnotherCode": _CITIZENS_SIDE},
    # While an operator weighs what the services have answered, and not while they are still being asked.
    "ConcludeProtocol": {"RepeatRequest": frozenset({Role.OPERATOR, Role.SPECIALIST, Role.SUPERVISOR})},
}
"""What is taken only beside the decision that is awaited."""
# What was granted is not taken back by calling the appeal something else.
_NOT_ONCE_APPROVED = frozenset({"Classify", "RejectAppeal"})


def standing_decisions(view: CaseView) -> dict[str, frozenset[Role]]:
    """The decisions that this case takes now without awaiting them, and from whom."""
    if view.is_closed or view.facts.dialogue.is_ending or view.facts.incident:
        return _SYSTEM
    if view.status is Status.APPROVED:
        return _SYSTEM | {name: roles for name, roles in _OPEN.items() if name not in _NOT_ONCE_APPROVED}
    taken = _SYSTEM | _OPEN
    for open_ in view.expectations:
        taken = taken | _BESIDE.get(open_.command, {})
    return taken
