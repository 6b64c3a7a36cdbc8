"""Incidents: one failure that many report is mended once, first of all, and everybody learns of it once."""

import pytest
from temporalio.client import WorkflowHandle

from domain.actors import Role
from domain.appeal import Channel, Status
from domain.failures import incident_id
from tests.failures import failure
from tests.house import House


async def handle_of(home: House, incident: str) -> WorkflowHandle[object, object]:
    view = await home.until(incident, lambda view: view.facts.incident is not None)
    assert view.facts.incident is not None
    return home.client.get_workflow_handle(incident_id(view.facts.incident.signature))


@pytest.mark.requirement("TEC-3")
async def test_the_third_report_of_a_failure_makes_it_an_incident(home: House) -> None:
    first, second = [await home.open(failure()) for _ in range(2)]
    other = await home.open(failure(error_code="500"))
    for number in (first, second, other):
        view = await home.expecting(number, "AssessFailure")
        assert view.facts.joined is None
    third = await home.open(failure(error_code=" 503 "))
    views = [await home.until(each, lambda view: view.facts.is_in_incident) for each in (first, second, third)]
    (incident,) = {view.facts.joined.number for view in views if view.facts.joined}

    view = await home.expecting(incident, "ReportFix")
    assert (view.channel, view.status) == (Channel.INTERNAL, Status.IN_PROGRESS)
    assert view.expectations[0].roles == [Role.DEVELOPER, Role.SUPERVISOR]
    assert view.clocks["critical"].budget.minutes == 30
    assert view.facts.incident is not None
    assert sorted(view.facts.incident.numbers) == sorted([first, second, third])
    described = await (await handle_of(home, incident)).describe()
    assert described.priority.priority_key == 1
    await home.delivered(incident)
    addressed = [mail["to"] for mail in await home.mail(incident)]
    assert sorted(addressed) == sorted([home.settings.supervisor_email, home.settings.development_email])
    assert (await home.expecting(other, "AssessFailure")).facts.joined is None
