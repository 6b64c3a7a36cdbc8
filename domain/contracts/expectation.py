"""What a case waits for: the task list of its people and the contents of its forms, as data."""

from domain.actors import Actor, Role
from domain.contracts.contract import AwareDatetime, Contract


class Expectation(Contract):
    """One decision that the case awaits: of which kind, from whom, since when, on which clock.

    One that `repeats` takes any number of reports until the case has heard enough.
    """

    id: str
    command: str
    roles: list[Role]
    since: AwareDatetime
    clock: str | None = None
    repeats: bool = False

    def admits(self, command: str, actor: Actor) -> bool:
        return command == self.command and actor.role in self.roles
