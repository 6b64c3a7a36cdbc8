"""The signature under the consent of a document package (DOC-1)."""

from domain.contracts import events
from domain.contracts.contract import AwareDatetime
from domain.facts.area import Area


class Consent(Area):
    """How often it was refused, and whether the one refused last bore any signature."""

    refusals: int = 0
    is_signed: bool = False

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Consent":
        match event:
            case events.ConsentRefused(is_signed=is_signed):
                return self.having(refusals=self.refusals + 1, is_signed=is_signed)
            case _:
                return self
