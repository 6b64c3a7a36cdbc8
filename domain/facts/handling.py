"""Whose work the case is and has been (CLS-2)."""

from collections.abc import Iterable

from domain.actors import Role
from domain.appeal import Unit
from domain.contracts import events
from domain.contracts.contract import AwareDatetime
from domain.facts.area import Area
from domain.units import role_of


class Handling(Area):
    """`roles` are those of the units that have had the case, and those that it has awaited a decision from."""

    roles: list[Role] = []

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Handling":
        match event:
            case (
                events.DecisionExpected(expectation=expectation) | events.DecisionReassigned(expectation=expectation)
            ):
                return self._with(expectation.roles)
            case events.DecisionEscalated(expectation=expectation):
                return self._with(expectation.roles)
            case events.HandedOver(unit=unit, previous=previous):
                return self._with(_roles_of(unit, previous))
            case _:
                return self

    def _with(self, roles: Iterable[Role]) -> "Handling":
        known = {*self.roles}
        return self if known >= {*roles} else self.having(roles=sorted(known | {*roles}))


def _roles_of(*units: Unit | None) -> list[Role]:
    return [role_of(unit) for unit in units if unit]
