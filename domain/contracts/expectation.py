"""What a case waits for: the task list of its people and the contents of its forms, as data."""

from domain.actors import Actor, Role
from domain.contracts.contract import AwareDatetime, Contract


class Expectation(Contract):
    """One decision that the case awaits: of which kind, from whom, since when, on which clock.

    One that `repeats` takes any number of reports until the case has heard enough. `subject` tells apart those of
    one kind, such as the systems to be asked again. A `transferable` one can be handed to another unit (CLS-2).
    """

    id: str
    command: str
    roles: list[Role]
    since: AwareDatetime
    clock: str | None = None
    repeats: bool = False
    subject: str | None = None
    transferable: bool = False

    def is_about(self, command: str, subject: str | None = None) -> bool:
        """Whether a decision of this kind on this subject answers it; one without a subject fits any."""
        return command == self.command and subject in (None, self.subject)

    def admits(self, actor: Actor) -> bool:
        return actor.role in self.roles
