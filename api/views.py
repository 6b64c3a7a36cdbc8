"""What callers read: the case as its register row tells it, without what they have no need to see."""

from collections.abc import Collection
from typing import Annotated, Any, get_args

from pydantic import AwareDatetime, BaseModel, Field

from api.strangers import told_of
from domain.actors import Actor, Role
from domain.appeal import Category, Channel, Relation, Status
from domain.calendar import ExplainedDay
from domain.case import CaseView
from domain.clocks import Clock, Span
from domain.comparison import FieldComparison
from domain.contracts.appeal import Details
from domain.contracts.commands import Receipt
from domain.contracts.events import Answer, Event
from domain.contracts.expectation import Expectation
from domain.contracts.journal import RecordedEntry
from domain.deadlines import ClockName
from domain.facts import Facts, IssuedDecision
from domain.intake import item_name
from domain.number import format_number
from domain.rights import STAFF, Operation, may
from domain.rules import accepted_from

_EVENT_TYPES = sorted(each.model_fields["type"].default for each in get_args(get_args(Event)[0]))


class OpenedOut(BaseModel):
    """An appeal is on record; `number` is what the citizen quotes."""

    number: str
    number_text: str
    status: Status
    status_text: str


class StatusOut(BaseModel):
    status: Status
    status_text: str
    at: AwareDatetime
    reason: str


class ClockOut(BaseModel):
    """A clock with its due instant (UTC) and the explanation a citizen can read.

    `ran` and `paused` are the spans it is counted from. Of a term in working days, `days` says which one counts, and
    why another does not; `is_provisional`, that one is in a year whose calendar is not official yet.
    """

    name: str
    name_text: str
    budget_text: str
    due_at: AwareDatetime | None
    is_running: bool
    is_breached: bool
    explanation: str
    ran: list[Span] = []
    paused: list[Span] = []
    days: list[ExplainedDay] = []
    is_provisional: bool = False


class ExpectationOut(BaseModel):
    """What the case waits for, from whom, until when.

    `trouble` tells the staff what was wrong with the answer of the system that they are to have asked again.
    """

    command: str
    roles: list[Role]
    since: AwareDatetime
    subject: str | None = None
    trouble: str | None = None
    due_at: AwareDatetime | None = None


class ItemOut(BaseModel):
    item: str
    name: str


class AppealOut(BaseModel):
    """One appeal. `accepts` are the decisions that this caller may send at any time; `details`, `comparison`,
    `facts`, `plan` and `assignee`, who has taken it, are for those who work on it. `incident` is the one it has
    joined, `joined_numbers` are those that have joined this one."""

    number: str
    number_text: str
    status: Status
    status_text: str
    incident: str | None = None
    joined_numbers: list[str] | None = None
    statuses: list[StatusOut]
    channel: Channel
    category: Category | None
    service: str | None
    received_at: AwareDatetime
    registered_at: AwareDatetime
    clocks: list[ClockOut]
    expects: list[ExpectationOut]
    accepts: list[str]
    requested_items: list[ItemOut]
    result_ready: bool
    assignee: str | None = None
    related_numbers: list[str] | None = None
    plan: list[str] | None = None
    details: Details | None = None
    comparison: list[FieldComparison] | None = None
    facts: Facts | None = None


class LinkOut(BaseModel):
    """One appeal of a chain; `relation` says how it follows `previous`."""

    number: str
    number_text: str
    relation: Relation | None
    previous: str | None
    status: Status
    status_text: str
    category: Category | None
    registered_at: AwareDatetime


class ChainOut(BaseModel):
    """The appeals that follow one another, oldest first: those of them that the caller may see."""

    appeals: list[LinkOut]


class ReceiptOut(BaseModel):
    """The decision is durable and will be acted on."""

    command_id: str
    type: str
    accepted_at: AwareDatetime


class JournalEntryOut(BaseModel):
    """One fact: who, when, what. What it tells of a person is left out."""

    position: int
    sequence: int
    at: AwareDatetime
    type: Annotated[str, Field(description="Ignore those that you do not know.", examples=_EVENT_TYPES)]
    actor: Actor
    event: dict[str, Any]
    personal_digest: str
    previous_hash: str
    hash: str


class ChainEntryOut(JournalEntryOut):
    number: str


class ChainJournalOut(BaseModel):
    """A page of the one journal of a chain in the order of time; `next_after` continues it."""

    entries: list[ChainEntryOut]
    next_after: str | None


class JournalOut(BaseModel):
    number: str
    entries: list[JournalEntryOut]
    next_after: int | None


class ResultOut(BaseModel):
    """The result, or the sentence that it is not there yet (RES-1)."""

    number: str
    ready: bool
    status: Status
    status_text: str
    message: str
    steps: list[str] = []
    published_at: AwareDatetime | None = None
    answer: Answer | None = None
    acts: list[str] = []
    official_decision: IssuedDecision | None = None


def appeal_out(view: CaseView, actor: Actor) -> AppealOut:
    """The case as this actor may see it."""
    staff = actor.role in STAFF
    personal = may(actor, Operation.READ_PERSONAL_DATA, view)
    return AppealOut(
        number=view.number,
        number_text=format_number(view.number),
        status=view.status,
        status_text=view.status.russian,
        incident=view.facts.failure.joined.number if view.facts.failure.joined else None,
        joined_numbers=view.facts.incident.numbers if staff and view.facts.incident else None,
        statuses=[
            StatusOut(status=c.status, status_text=c.status.russian, at=c.at, reason=c.reason) for c in view.statuses
        ],
        channel=view.channel,
        category=view.category,
        service=view.service,
        received_at=view.received_at,
        registered_at=view.registered_at,
        clocks=[_clock_out(clock) for clock in view.clocks.values()],
        expects=[_expectation_out(view, expectation, staff) for expectation in view.expectations],
        accepts=sorted(accepted_from(view, actor)),
        requested_items=[ItemOut(item=item, name=item_name(item)) for item in view.requested_items],
        result_ready=view.is_closed,
        assignee=view.assignee.subject if staff and view.assignee else None,
        related_numbers=view.related_numbers if staff else None,
        plan=view.plan if staff else None,
        details=view.details if personal else None,
        comparison=view.comparison if personal else None,
        facts=view.facts if personal else None,
    )


def result_out(view: CaseView) -> ResultOut:
    """The result of a closed case; for an open one, that it has to be waited for."""
    if view.result is None:
        message = f"Результата ещё нет. Статус обращения: «{view.status.russian}»."
        return ResultOut(
            number=view.number, ready=False, status=view.status, status_text=view.status.russian, message=message
        )
    return ResultOut(
        number=view.number,
        ready=view.is_closed,
        status=view.status,
        status_text=view.status.russian,
        message=view.result.summary,
        steps=view.result.steps,
        published_at=view.result.published_at,
        answer=view.facts.dialogue.answer,
        acts=view.facts.dialogue.acts,
        official_decision=view.facts.escalation.decision,
    )


def journal_out(
    number: str, entries: list[RecordedEntry], limit: int, known: Collection[str] | None = None
) -> JournalOut:
    """A page of the journal and, if it is full, where the next one begins; of other appeals it names `known` ones."""
    return JournalOut(
        number=number,
        entries=[JournalEntryOut(**_entry_fields(entry, known)) for entry in entries],
        next_after=entries[-1].position if len(entries) == limit else None,
    )


def chain_out(views: list[CaseView]) -> ChainOut:
    """The chain, without a link to an appeal that is not shown."""
    shown = {view.number for view in views}
    return ChainOut(appeals=[_link_out(view, shown) for view in views])


def chain_journal_out(
    entries: list[RecordedEntry], limit: int, known: Collection[str] | None = None
) -> ChainJournalOut:
    """A page of the chain's journal and, if it is full, where the next one begins."""
    last = entries[-1] if len(entries) == limit else None
    return ChainJournalOut(
        entries=[ChainEntryOut(number=entry.number, **_entry_fields(entry, known)) for entry in entries],
        next_after=f"{last.number}-{last.position}" if last else None,
    )


def _entry_fields(entry: RecordedEntry, known: Collection[str] | None) -> dict[str, Any]:
    return {
        "position": entry.position,
        "sequence": entry.sequence,
        "at": entry.at,
        "type": entry.event.type,
        "actor": entry.actor,
        "event": told_of(entry, known),
        "personal_digest": entry.personal_digest,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }


def _link_out(view: CaseView, shown: set[str]) -> LinkOut:
    previous = view.facts.relations.previous
    linked = previous if previous and previous.number in shown else None
    return LinkOut(
        number=view.number,
        number_text=format_number(view.number),
        relation=linked.relation if linked else None,
        previous=linked.number if linked else None,
        status=view.status,
        status_text=view.status.russian,
        category=view.category,
        registered_at=view.registered_at,
    )


def receipt_out(receipt: Receipt, key: str) -> ReceiptOut:
    """The receipt of the command that came under this key."""
    return ReceiptOut(command_id=key, type=receipt.type, accepted_at=receipt.accepted_at)


def _clock_out(clock: Clock) -> ClockOut:
    explained = clock.explain()
    return ClockOut(
        name=clock.name,
        name_text=ClockName(clock.name).russian,
        budget_text=clock.budget.russian,
        due_at=clock.due_at(),
        is_running=clock.is_running,
        is_breached=clock.breached_at is not None,
        explanation=explained.sentence,
        ran=explained.ran,
        paused=explained.paused,
        days=explained.days,
        is_provisional=explained.provisional,
    )


def _expectation_out(view: CaseView, expectation: Expectation, staff: bool) -> ExpectationOut:
    is_about_trouble = staff and expectation.command == "RetryRegistry"
    clock = view.clocks.get(expectation.clock or "")
    return ExpectationOut(
        command=expectation.command,
        roles=list(expectation.roles),
        since=expectation.since,
        subject=expectation.subject,
        trouble=view.facts.systems.troubles.get(expectation.subject or "") if is_about_trouble else None,
        due_at=clock.due_at() if clock else None,
    )
