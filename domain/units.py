"""The units of the support line and the roles of their people (CLS-2)."""

from domain.actors import Role
from domain.appeal import Unit

_ROLES = {
    Unit.FIRST_LINE: Role.OPERATOR,
    Unit.SECOND_LINE: Role.SPECIALIST,
    Unit.LEGAL: Role.LEGAL,
    Unit.DEVELOPMENT: Role.DEVELOPER,
    Unit.QUALITY_CONTROL: Role.QUALITY_CONTROL,
}

UNIT_ROLES = frozenset(_ROLES.values())


def role_of(unit: Unit) -> Role:
    """The role that the unit's people act in."""
    return _ROLES[unit]
