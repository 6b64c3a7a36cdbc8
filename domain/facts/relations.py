"""How the appeal hangs together with others of the citizen (REP-1…REP-4, SEC-1)."""

from typing import Literal

from domain.appeal import Relation, RepeatWay
from domain.contracts import events
from domain.contracts.contract import AwareDatetime, Contract
from domain.facts.area import Area


class Previous(Contract):
    """The earlier appeal that this one follows (REP-1, ESC-2)."""

    number: str
    relation: Relation
    found_by: Literal["number", "citizen"]


class Linked(Contract):
    """A later appeal that this case has started (SEC-1)."""

    number: str
    relation: Relation


class Relations(Area):
    """`comparison` is personal data; `repeat_way` is how a repeat is answered."""

    previous: Previous | None = None
    linked: list[Linked] = []
    comparison: events.RepeatComparison | None = None
    repeat_way: RepeatWay | None = None

    def changed_by(self, event: events.Event, at: AwareDatetime) -> "Relations":
        match event:
            case events.PreviousFound():
                return self.having(previous=Previous(**event.model_dump(exclude={"type"})))
            case events.LinkedAppealOpened(number=number, relation=relation):
                return self.having(linked=[*self.linked, Linked(number=number, relation=relation)])
            case events.RepeatCompared(personal=comparison):
                return self.having(comparison=comparison)
            case events.RepeatAssessed(way=way):
                return self.having(repeat_way=way)
            case _:
                return self
