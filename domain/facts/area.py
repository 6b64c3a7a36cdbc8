"""One area of what is known of a case."""

from typing import Self

from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract


class Area(Contract):
    """Findings and decisions that belong together, folded from the journal; every field has a default."""

    def changed_by(self, event: events.Event, at: AwareDatetime) -> Self:
        """This area after one more event, recorded `at`; the same object where the event is none of its own."""
        raise NotImplementedError

    def having(self, **changes: object) -> Self:
        """This area with some fields changed."""
        return self.model_copy(update=changes)
