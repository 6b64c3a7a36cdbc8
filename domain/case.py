"""The case as its journal tells it: a fold over the events, used by the workflow and by the register alike."""

from domain.actors import Actor
from domain.appeal import Channel, Status, Unit
from domain.clocks import Clock
from domain.comparison import FieldComparison
from domain.contracts import events
from domain.contracts.appeal import Details, Request
from domain.contracts.contract import AwareDatetime, Contract
from domain.contracts.expectation import Expectation
from domain.contracts.journal import JournalEntry
from domain.facts import Facts


class StatusChange(Contract):
    """A status with the moment and the short reason the citizen reads (STS-1)."""

    status: Status
    at: AwareDatetime
    reason: str


class Result(Contract):
    """What the citizen gets in the end (RES-1)."""

    summary: str
    steps: list[str]
    published_at: AwareDatetime


class AccountSecurity(Contract):
    """What the account registry has reported since the one-time password (REC-5)."""

    signed_in_at: AwareDatetime | None = None
    password_changed_at: AwareDatetime | None = None
    two_factor_enabled_at: AwareDatetime | None = None

    @property
    def is_complete(self) -> bool:
        return not self.remaining_steps()

    def remaining_steps(self) -> list[str]:
        """What the citizen still has to do, in Russian."""
        steps = {
            "Войти с одноразовым паролем": self.signed_in_at,
            "Сменить пароль": self.password_changed_at,
            "Включить двухфакторную аутентификацию": self.two_factor_enabled_at,
        }
        return [step for step, done_at in steps.items() if done_at is None]

    def merged(self, later: "AccountSecurity") -> "AccountSecurity":
        """What is known from both reports; the first instant reported for a step stands."""
        return AccountSecurity(
            **{name: getattr(self, name) or getattr(later, name) for name in type(self).model_fields}
        )


class CaseView(Request):
    """All that can be read of a case. `details`, `comparison` and parts of `facts` are personal data."""

    number: str
    portal: str
    citizen: str | None = None
    channel: Channel
    received_at: AwareDatetime
    registered_at: AwareDatetime
    unit: Unit | None = None
    assignee: Actor | None = None
    related_numbers: list[str] = []
    calendar_version: str
    request_digest: str = ""
    body_digest: str = ""
    plan: list[str] = []
    statuses: list[StatusChange] = []
    clocks: dict[str, Clock] = {}
    expectations: list[Expectation] = []
    requested_items: list[str] = []
    account_found: bool = False
    security: AccountSecurity = AccountSecurity()
    result: Result | None = None
    last_sequence: int = 0
    details: Details = Details()
    comparison: list[FieldComparison] = []
    facts: Facts = Facts()

    @property
    def status(self) -> Status:
        return self.statuses[-1].status if self.statuses else Status.RECEIVED

    @property
    def is_closed(self) -> bool:
        return self.status.is_final

    @property
    def due_at(self) -> AwareDatetime | None:
        """When the nearest of the running terms ends (UTC), None without one."""
        return min((due for clock in self.clocks.values() if (due := clock.due_at())), default=None)

    @property
    def is_breached(self) -> bool:
        """Whether some term of the case was missed."""
        return any(clock.breached_at for clock in self.clocks.values())


def begin(entry: JournalEntry) -> CaseView:
    """The view after the first entry of a journal, which registers the appeal."""
    event = entry.event
    if not isinstance(event, events.AppealRegistered):
        raise ValueError(f"a journal begins with AppealRegistered, not {event.type}")
    return CaseView(
        number=entry.number,
        registered_at=entry.at,
        details=event.personal,
        related_numbers=[event.related_number] if event.related_number else [],
        last_sequence=entry.sequence,
        **event.model_dump(exclude={"type", "personal"}),
    )


def fold(view: CaseView | None, entry: JournalEntry) -> CaseView:
    """The view after one more entry; entries come in order, without a gap."""
    if view is None:
        return begin(entry)
    if entry.sequence != view.last_sequence + 1:
        raise ValueError(f"entry {entry.sequence} of {entry.number} does not follow {view.last_sequence}")
    facts = view.facts.changed_by(entry.event, entry.at)
    return view.model_copy(update={**_changes(view, entry), "facts": facts, "last_sequence": entry.sequence})


def _changes(view: CaseView, entry: JournalEntry) -> dict[str, object]:  # noqa: C901 - a table of events
    match entry.event:
        case events.PlanDrafted() as event:
            return {"plan": event.steps, "related_numbers": event.related_numbers}
        case events.StatusChanged() as event:
            change = StatusChange(status=event.status, at=entry.at, reason=event.reason)
            return {"statuses": [*view.statuses, change]}
        case events.ClockChanged(clock=clock) | events.ClockRang(clock=clock):
            return {"clocks": view.clocks | {clock.name: clock}}
        case events.DecisionExpected(expectation=expectation):
            return {"expectations": [*view.expectations, expectation]}
        case events.DecisionEscalated(expectation=expectation) | events.DecisionReassigned(expectation=expectation):
            return {"expectations": [*_without(view, expectation.id), expectation]}
        case events.DecisionTaken(expectation_id=taken):
            return {"expectations": [open_ for open_ in view.expectations if open_.id != taken or open_.repeats]}
        case events.ExpectationClosed(expectation_id=closed):
            return {"expectations": _without(view, closed)}
        case events.AppealClassified() as event:
            return {
                "category": event.category,
                "service": event.service or view.service,
                "failure": event.failure or view.failure,
                "unit": None,
                "assignee": None,
                "requested_items": [],
                "recovery_reason": event.recovery_reason or view.recovery_reason,
            }
        case events.FailureAssessed(failure=failure):
            return {"failure": failure}
        case events.CalendarAdopted(version=version):
            return {"calendar_version": version}
        case events.HandedOver(unit=unit):
            return {"unit": unit, "assignee": None}
        case events.CaseTaken():
            return {"assignee": Actor(subject=entry.actor.subject, role=entry.actor.role)}
        case events.CaseReleased():
            return {"assignee": None}
        case events.DetailsAdded(personal=added):
            # A later word never changes who the citizen is: only files are taken over.
            return {"details": view.details.with_supplied(Details(scans=added.scans))}
        case events.DetailsRequested() as event:
            return {"requested_items": event.items}
        case events.DetailsSupplied() as event:
            return {"details": view.details.with_supplied(event.personal), "requested_items": []}
        case events.RegistriesAnswered() as event:
            return {"comparison": event.personal, "account_found": event.account_found}
        case events.AccountSecurityReported() as event:
            return {"security": AccountSecurity(**event.model_dump(exclude={"type"}))}
        case events.ResultPublished() as event:
            return {"result": Result(summary=event.summary, steps=event.steps, published_at=entry.at)}
        case _:
            return {}


def _without(view: CaseView, expectation_id: str) -> list[Expectation]:
    return [open_ for open_ in view.expectations if open_.id != expectation_id]
