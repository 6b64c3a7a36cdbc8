"""Transitions as a workflow would write them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from domain.actors import SYSTEM, Role
from domain.appeal import Category, Channel, Status
from domain.calendar import CURRENT_VERSION
from domain.case import CaseView, fold
from domain.clocks import Budget, Clock
from domain.contracts import events
from domain.contracts.appeal import Details
from domain.contracts.events import Event
from domain.contracts.expectation import Expectation
from domain.contracts.history import HistorySearch
from domain.contracts.journal import JournalEntry, Message, Transition
from domain.notifications import DeliveryChannel, Recipient, Template

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = Details(full_name="Смирнова Анна Петровна", snils="11223344595", email="anna.smirnova@example.org")
_numbers = count(1000_0000_0000_0000)


class Case:
    """Makes the facts of one case; `minutes_later` makes them another attempt at the same ones."""

    def __init__(
        self, details: Details = ANNA, related_number: str | None = None, citizen: str | None = None
    ) -> None:
        self.number = str(next(_numbers))
        self.view: CaseView | None = None
        self.told = 0
        self.minutes_later = 0
        self.told = 0
        self.registered = events.AppealRegistered(
            portal="test-portal",
            citizen=citizen,
            channel=Channel.WEB_FORM,
            category=Category.PASSWORD_RECOVERY,
            received_at=START,
            related_number=related_number,
            calendar_version=CURRENT_VERSION,
            personal=details,
        )

    def entry(self, event: Event) -> JournalEntry:
        sequence = self.view.last_sequence + 1 if self.view else 1
        entry = JournalEntry(
            number=self.number,
            sequence=sequence,
            at=START + timedelta(minutes=sequence + self.minutes_later),
            actor=SYSTEM,
            event=event,
        )
        if entry.personal():
            entry = entry.model_copy(update={"salt": "salt"})
        self.view = fold(self.view, entry)
        return entry

    def transition(self, *following: Event) -> Transition:
        """One step of the case; the first one registers the appeal before anything else."""
        opening: list[Event] = [] if self.view else [self.registered]
        entries = [self.entry(event) for event in [*opening, *following]]
        told = [entry for entry in entries if isinstance(entry.event, events.MessageQueued)]
        return Transition(number=self.number, entries=entries, messages=[self.mail(entry) for entry in told])

    def mail(self, entry: JournalEntry) -> Message:
        template = Template.APPEAL_REGISTERED
        self.told += 1
        return Message(
            key=f"{self.number}:{template}:{self.told}:citizen:email",
            sequence=entry.sequence,
            template=template,
            occurrence=self.told,
            recipient=Recipient.CITIZEN,
            channel=DeliveryChannel.EMAIL,
        )


def search(details: Details, **terms: Any) -> HistorySearch:
    """The question of a new case of this person, at the time of the others."""
    return HistorySearch.model_validate(
        {"number": "new", "portal": "test-portal", "since": START, "details": details} | terms
    )


def expected(command: str = "RecordRequest", *roles: Role, clock: str | None = None) -> events.DecisionExpected:
    expectation = Expectation(
        id=f"{command}-1", command=command, roles=list(roles) or [Role.OPERATOR], since=START, clock=clock
    )
    return events.DecisionExpected(expectation=expectation)


def clock_started(name: str = "reaction", minutes: int = 120) -> events.ClockChanged:
    clock = Clock(name=name, budget=Budget(minutes=minutes), started_at=START, calendar_version=CURRENT_VERSION)
    return events.ClockChanged(change="started", clock=clock)


RECEIVED = events.StatusChanged(status=Status.RECEIVED, reason="Обращение зарегистрировано.")
TOLD = events.MessageQueued(template=Template.APPEAL_REGISTERED, recipient=Recipient.CITIZEN)
