"""What outside systems did and failed to do for the case."""

from domain.contracts import events
from domain.contracts.contract import AwareDatetime
from domain.facts.area import Area


class Systems(Area):
    """For each operation what was wrong the last time it was not answered; when the one-time password was issued."""

    troubles: dict[str, str] = {}
    password_issued_at: AwareDatetime | None = None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Systems":
        match event:
            case events.RegistryUnavailable(operation=operation, reason=reason):
                return self.having(troubles=self.troubles | {operation: reason})
            case events.PasswordIssued():
                return self.having(password_issued_at=at)
            case _:
                return self
