"""Incidents: one failure that many report is mended once, first of all, and everybody learns of it once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.views import appeal_out
from domain.actors import Actor, Role
from domain.appeal import Category, Channel, Status
from domain.contracts.appeal import Details
from domain.contracts.commands import Classify, ConfirmSolution, ReportDelivery, SupplyDetails, Withdraw
from domain.contracts.events import AppealJoined, ClockRang, DecisionRefused, MessageQueued, MessageUndelivered
from domain.notifications import Template
from infra.engine import CaseReports
from store.failures import analyse_failures
from store.tables import appeal
from tests.failures import FIXED, TO_SECOND_LINE, failure, flood, joined, repeated, service, signature, watch
from tests.house import House

HomeWith = Callable[..., Awaitable[House]]


async def told(home: House, number: str, template: Template) -> int:
    """How many times the case has queued this message."""
    queued = [entry.event for entry in await home.register.journal(number)]
    return sum(isinstance(event, MessageQueued) and event.template == template for event in queued)


@pytest.mark.requirement("TEC-3")
async def test_the_third_report_of_a_failure_makes_it_an_incident(home: House) -> None:
    first, second = [await home.open(failure(home)) for _ in range(2)]
    other = await home.open(failure(home, error_code="500"))
    for number in (first, second, other):
        view = await home.expecting(number, "AssessFailure")
        assert view.facts.failure.joined is None
    third = await home.open(failure(home, error_code=" 503 "))
    views = [
        await home.until(each, lambda view: view.facts.failure.is_in_incident) for each in (first, second, third)
    ]
    (incident,) = {view.facts.failure.joined.number for view in views if view.facts.failure.joined}

    view = await home.expecting(incident, "ReportFix")
    assert (view.channel, view.status) == (Channel.INTERNAL, Status.IN_PROGRESS)
    assert view.expectations[0].roles == [Role.DEVELOPER, Role.SUPERVISOR]
    assert view.clocks["critical"].budget.minutes == 30
    assert view.facts.incident is not None
    assert sorted(view.facts.incident.numbers) == sorted([first, second, third])
    described = await watch(home).describe()
    assert described.raw_description.workflow_execution_info.priority.priority_key == 1
    await home.delivered(incident)
    addressed = [mail["to"] for mail in await home.mail(incident)]
    assert sorted(addressed) == sorted([home.settings.supervisor_email, home.settings.development_email])
    assert (await home.expecting(other, "AssessFailure")).facts.failure.joined is None


@pytest.mark.requirement("TEC-3")
async def test_one_fix_informs_everybody_who_joined_once(home: House) -> None:
    incident, numbers = await repeated(home)
    late = await home.open(failure(home))
    await home.until(late, lambda view: view.facts.failure.is_in_incident)
    numbers.append(late)
    for number in numbers:
        # Nobody is waited for and no clock of its own runs: the incident's clock counts.
        view = await home.until(
            number, lambda view: not view.expectations and not any(c.is_running for c in view.clocks.values())
        )
        assert view.statuses[-1].reason.startswith("Это критический сбой")
        assert await home.refused(number, Role.OPERATOR, FIXED) == "not_expected"
        assert appeal_out(view, Actor(subject="anna", role=Role.CITIZEN)).incident == incident
    shown = appeal_out(await joined(home, incident, 4), Actor(subject="developer", role=Role.DEVELOPER))
    assert shown.joined_numbers is not None
    assert sorted(shown.joined_numbers) == sorted(numbers)
    assert await home.refused(incident, Role.OPERATOR, FIXED) == "role_not_allowed"
    assert await home.refused(incident, Role.OPERATOR, Withdraw()) == "not_expected"

    receipt = await home.decide(incident, Role.DEVELOPER, FIXED, key="the-fix-itself")
    assert receipt.type == "ReportFix"
    view = await home.until(incident, lambda view: view.is_closed)
    async with asyncio.timeout(20):
        assert await watch(home).result() == Status.COMPLETED
    assert view.result is not None
    assert view.result.summary == FIXED.summary
    assert await home.refolded(incident) == view
    assert await home.refused(incident, Role.DEVELOPER, FIXED) == "closed"
    for number in numbers:
        await home.expecting(number, "ConfirmSolution")
        await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=True))
        closed = await home.closed(number)
        assert closed.status is Status.COMPLETED
        assert await told(home, number, Template.INCIDENT_JOINED) == 1
        assert await told(home, number, Template.FAILURE_FIXED) == 1
        await home.delivered(number)
        assert await home.arrived_twice(number) == []
        assert await home.refolded(number) == closed


@pytest.mark.requirement("TEC-3")
async def test_reports_that_have_left_the_window_do_not_count(home: House) -> None:
    numbers = [await home.open(failure(home))]
    await _reported(home, numbers[0])
    await home.skipper.fast_forward(watch(home), timedelta(minutes=45))
    numbers.append(await home.open(failure(home)))
    await _reported(home, numbers[1])
    await home.skipper.fast_forward(watch(home), timedelta(minutes=30))
    numbers.append(await home.open(failure(home)))  # 75 minutes after the first, 30 after the second
    await _reported(home, numbers[2])
    await home.skipper.fast_forward(watch(home), timedelta(minutes=61))
    async with asyncio.timeout(20):
        assert await watch(home).result() == "quiet"
    for number in numbers:
        assert (await home.expecting(number, "AssessFailure")).facts.failure.joined is None


@pytest.mark.requirement("TEC-3")
async def test_an_appeal_that_reports_twice_counts_once(home: House) -> None:
    for _ in range(2):
        await flood(home, range(2))
    await home.open(failure(home))
    incident = await _incident(home)
    view = await joined(home, incident, 3)
    assert view.facts.incident is not None
    assert len(view.facts.incident.numbers) == 3


@pytest.mark.requirement("TEC-3", "TEC-4")
async def test_the_critical_clock_runs_while_the_reaction_waits_for_the_citizen(home: House) -> None:
    incomplete = await home.open(failure(home, email=None))
    await home.expecting(incomplete, "SupplyDetails")
    incident, _ = await repeated(home, appeals=2)
    waiting = await home.until(incomplete, lambda view: view.facts.failure.is_in_incident)
    assert [each.command for each in waiting.expectations] == ["SupplyDetails"], "it joins, and is still asked"

    await home.forward(incomplete, timedelta(hours=3))
    for minutes in (15, 9, 6):
        await home.skipper.fast_forward(watch(home), timedelta(minutes=minutes))
    rang = await home.journalled(incident, ClockRang, times=3)
    assert [entry.public_event()["share"] for entry in rang] == [0.5, 0.8, 1.0]
    assert rang[-1].at - (await joined(home, incident, 3)).registered_at >= timedelta(minutes=30)
    await home.journalled(incident, MessageQueued, template=Template.DEADLINE_BREACHED)
    waiting = await home.expecting(incomplete, "SupplyDetails")
    assert waiting.clocks["reaction"].is_paused
    assert waiting.clocks["reaction"].breached_at is None
    assert waiting.clocks["reaction"].spent(await home.now(incomplete)) == 0

    await home.decide(incomplete, Role.CITIZEN, SupplyDetails(details=Details(email="anna@example.org")))
    followed = await home.until(incomplete, lambda view: not view.expectations)
    assert followed.facts.failure.is_in_incident
    await home.decide(incident, Role.SUPERVISOR, FIXED)
    await home.expecting(incomplete, "ConfirmSolution")


@pytest.mark.requirement("TEC-3")
async def test_a_fix_reaches_who_is_still_asked_for_details_and_not_who_has_left(home: House) -> None:
    incomplete = await home.open(failure(home, email=None))
    await home.expecting(incomplete, "SupplyDetails")
    incident, (withdrawn, reclassified) = await repeated(home, appeals=2)
    await home.decide(withdrawn, Role.CITIZEN, Withdraw())
    await home.closed(withdrawn)
    other = Classify(category=Category.PAYMENTS, reason="Вопрос об оплате.")
    await home.decide(reclassified, Role.OPERATOR, other)
    await home.expecting(reclassified, "AnswerQuestion")
    await home.decide(incident, Role.DEVELOPER, FIXED)
    await home.expecting(incomplete, "ConfirmSolution")
    await home.journalled(reclassified, DecisionRefused, command="ResolveIncident")
    await home.until(incident, lambda view: view.is_closed)
    assert [await told(home, each, Template.FAILURE_FIXED) for each in (incomplete, withdrawn, reclassified)] == [
        1,
        0,
        0,
    ]


@pytest.mark.requirement("TEC-3")
async def test_reports_while_the_fix_is_told_begin_another_watch(home: House) -> None:
    incident, _ = await repeated(home)
    async with home.register_locked():  # the incident can't close before everything is on record
        await home.decide(incident, Role.DEVELOPER, FIXED)
        again = await flood(home, range(3))
    first = await home.until(incident, lambda view: view.is_closed, seconds=40)
    second = await _incident(home, other_than=incident)
    view = await joined(home, second, 3)
    assert first.facts.incident is not None
    assert view.facts.incident is not None
    assert sorted(view.facts.incident.numbers) == sorted(again)
    assert not set(again) & set(first.facts.incident.numbers)
    assert await home.refused(incident, Role.DEVELOPER, FIXED) == "closed"
    await home.decide(second, Role.DEVELOPER, FIXED)
    await home.until(second, lambda view: view.is_closed, seconds=40)


@pytest.mark.requirement("TEC-3")
async def test_who_says_that_it_is_not_solved_reports_anew(home: House) -> None:
    incident, numbers = await repeated(home)
    await home.decide(incident, Role.DEVELOPER, FIXED)
    for number in numbers:
        await home.expecting(number, "ConfirmSolution")
        await home.decide(number, Role.CITIZEN, ConfirmSolution(solved=False))
    second = await _incident(home, other_than=incident)
    for number in numbers:
        view = await home.until(number, lambda view: view.facts.failure.is_in_incident)
        assert view.facts.failure.joined is not None
        assert view.facts.failure.joined.number == second
        assert await told(home, number, Template.INCIDENT_JOINED) == 2


@pytest.mark.requirement("TEC-3")
async def test_reports_that_are_too_few_are_watched_over_several_runs(home_with: HomeWith) -> None:
    home = await home_with(history_events=20)
    await flood(home, range(2))
    begun = (await watch(home).describe()).run_id
    async with asyncio.timeout(40):
        while (await watch(home).describe()).run_id == begun:
            await flood(home, range(2))
    real = await home.open(failure(home))
    view = await joined(home, await _incident(home), 3)
    assert view.facts.incident is not None
    assert real in view.facts.incident.numbers


@pytest.mark.requirement("TEC-3")
async def test_a_thousand_appeals_are_joined_over_several_runs_and_none_is_lost(home_with: HomeWith) -> None:
    home = await home_with(history_events=400)
    incident, real = await repeated(home)
    sent = await flood(home, range(500))
    real.append(await home.open(failure(home)))
    sent += await flood(home, range(500, 996))
    view = await joined(home, incident, 1000)
    assert view.facts.incident is not None
    assert sorted(view.facts.incident.numbers) == sorted([*real, *sent])
    await home.until(real[-1], lambda view: view.facts.failure.is_in_incident)
    await home.decide(incident, Role.DEVELOPER, FIXED)
    await home.until(incident, lambda view: view.is_closed, seconds=40)

    entries = await home.register.journal(incident, limit=5000)
    names = [entry.public_event()["appeal_number"] for entry in entries if isinstance(entry.event, AppealJoined)]
    assert len(names) == len(set(names)) == 1000
    runs = await home.histories(incident)
    assert len(runs) > 1
    assert max(len(run.events) for run in runs) < 10_000
    for number in real:
        await home.expecting(number, "ConfirmSolution")
        assert await told(home, number, Template.INCIDENT_JOINED) == 1
        assert await told(home, number, Template.FAILURE_FIXED) == 1


async def _reported(home: House, number: str) -> None:
    """Return when the watch has the appeal's report."""
    await home.expecting(number, "AssessFailure")
    await home.at_rest(number)


async def _incident(home: House, other_than: str = "") -> str:
    """The open incident of this house's failure."""
    async with asyncio.timeout(40):
        while True:
            for number in await _incidents(home):
                if number != other_than:
                    return number
            await asyncio.sleep(0.05)


async def _incidents(home: House) -> list[str]:
    async with home.register.engine.connect() as connection:
        query = select(appeal.c.number).where(appeal.c.channel == Channel.INTERNAL.value)
        return list((await connection.execute(query)).scalars())


@pytest.mark.requirement("TEC-5", "ANA-3")
async def test_the_log_tells_repeated_failures_and_how_soon_somebody_reacted(home: House) -> None:
    alone = await home.open(failure(home, kind="authentication", error_code=None))
    await home.expecting(alone, "AssessFailure")
    await home.forward(alone, timedelta(minutes=30))
    await home.decide(alone, Role.OPERATOR, TO_SECOND_LINE)
    await home.expecting(alone, "ReportFix")
    for _ in range(2):
        await home.expecting(await home.open(failure(home)), "AssessFailure")
    now = datetime.now(UTC)
    found = await analyse_failures(home.register.engine, now - timedelta(hours=1), now + timedelta(hours=1))
    assert [(group.value, group.count, group.unanswered) for group in found.by_kind] == [
        ("access", 2, 2),
        ("authentication", 1, 0),
    ]
    assert [(group.value, group.count) for group in found.by_service] == [(service(home), 3)]
    assert [group.count for group in found.by_signature] == [2, 1]
    assert found.by_signature[0].value == signature(home)
    reaction = found.by_kind[1].median_minutes
    assert reaction is not None
    assert 30 <= reaction < 32
    later = await analyse_failures(home.register.engine, now + timedelta(hours=1), now + timedelta(hours=2))
    assert later.by_kind == []


@pytest.mark.requirement("TEC-3", "RES-2")
async def test_a_letter_that_does_not_arrive_is_told_to_the_incident(home: House) -> None:
    incident, _ = await repeated(home)
    view = await joined(home, incident, 3)
    report = ReportDelivery(message_key=f"{incident}:letter", outcome="failed", reason="no such box")
    await CaseReports(home.client).report(view, report)
    await home.journalled(incident, MessageUndelivered)
    await CaseReports(home.client).report(view.model_copy(update={"number": "another"}), report)
    await home.journalled(incident, DecisionRefused)
