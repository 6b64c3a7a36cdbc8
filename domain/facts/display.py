"""How far the checklist of a page that looks wrong is (KBA-4)."""

from domain.checklist import CheckItem
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class Check(Contract):
    """The result of one item of the checklist; `finding` is personal data (KBA-4)."""

    item: CheckItem
    passed: bool
    finding: str
    packet_loss_percent: float | None = None
    latency_ms: float | None = None
    rolled_back: str | None = None

    @property
    def outcome(self) -> str:
        """What came of it, in one sentence without personal data."""
        loss, latency = self.packet_loss_percent, self.latency_ms
        measured = "" if loss is None or latency is None else f", потери пакетов {loss:g} %, задержка {latency:g} мс"
        undone = f", возвращена прежняя версия: {self.rolled_back}" if self.rolled_back else ""
        return f"{self.item.russian}: {'замечаний нет' if self.passed else 'есть замечания'}{measured}{undone}"

    @property
    def russian(self) -> str:
        """What the citizen reads of it, in one line."""
        return f"{self.outcome}. {' '.join(self.finding.split())}"


class Checklist(Area):
    """`checks` are those of the present round; rounds are counted from 1, and 0 is before the first."""

    round: int = 0
    checks: list[Check] = []

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Checklist":
        match event:
            case events.ChecklistBegun(round=nth):
                return self.having(round=nth, checks=[])
            case events.CheckRecorded(personal=finding):
                check = Check(finding=finding, **event.model_dump(exclude={"type", "personal"}))
                return self.having(checks=[*self.checks, check])
            case _:
                return self
