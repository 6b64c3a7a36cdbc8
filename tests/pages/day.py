"""A day of appeals that can be counted by hand, for the board's tests and pictures."""

from datetime import timedelta

from domain.actors import SYSTEM
from domain.appeal import Category, Channel, FailureKind, Relation, Status, Unit
from domain.contracts import events
from domain.contracts.appeal import Details
from store.register import Register
from tests.store.journals import RECEIVED, START, Case, clock_started

CLOSED = events.StatusChanged(status=Status.COMPLETED, reason="Ответ дан.")
REPEATED = events.PreviousFound(relation=Relation.REPEAT, found_by="citizen", number="1")
LOGGED = events.FailureLogged(
    kind=FailureKind.ACCESS,
    service="Налоги",
    signature="service=налоги; kind=access; error_code=500",
    level=Unit.DEVELOPMENT,
)
# A day that no other test's case is of.
DAY = "2026-03-02"


async def a_day(register: Register) -> None:
    """Twelve appeals of one day: ten of the web form, two calls; and an incident that two of them have joined."""

    async def recorded(channel: Channel, category: Category, *happened: events.Event) -> Case:
        case = Case(Details())
        changes = {"channel": channel, "category": category, "service": "Налоги"}
        case.registered = case.registered.model_copy(update=changes)
        await register.record(case.transition(RECEIVED, *happened))
        return case

    for nth in range(6):
        case = await recorded(Channel.WEB_FORM, Category.PAYMENTS, *([REPEATED] if nth < 2 else []))
        case.minutes_later = 60
        await register.record(case.transition(CLOSED, events.SatisfactionRated(score=4 if nth else 1)))
    clock = clock_started().clock
    missed = clock.model_copy(update={"breached_at": START + timedelta(hours=2)})
    for _ in range(2):
        rang = events.ClockRang(share=1.0, breached=True, clock=missed)
        await recorded(Channel.PHONE, Category.LEGAL_QUESTION, clock_started(), rang)
    for _ in range(2):
        said = events.AppealClassified(category=Category.PAYMENTS, previous=Category.OTHER, reason="Прочитано.")
        await recorded(Channel.WEB_FORM, Category.OTHER, said)
    reported = [await recorded(Channel.WEB_FORM, Category.TECHNICAL_FAILURE, LOGGED) for _ in range(2)]
    incident = Case(Details())
    changes = {"portal": SYSTEM.subject, "channel": Channel.INTERNAL, "category": Category.TECHNICAL_FAILURE}
    incident.registered = incident.registered.model_copy(update=changes)
    joined = [events.AppealJoined(appeal_number=case.number) for case in reported]
    begun = events.IncidentOpened(signature=LOGGED.signature, run_id="run")
    await register.record(incident.transition(begun, *joined, events.FailureFixed(summary="Исправлено."), CLOSED))
