"""Several services at once: checked side by side, sent to again where needed and only there, put on protocol."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.actors import Role
from domain.appeal import Status
from domain.contracts.commands import RepeatRequest, RetryRegistry, Withdraw
from domain.contracts.events import AgesCompared, DataResent, ServiceAnswered, ServiceAsked
from domain.protocol import steps_of
from tests.examples import AKHMETOV, ALL_SERVICES, ANNA, CONCLUDED, KIM, several_services
from tests.house import House, house
from tests.sandbox_process import SandboxProcess

HomeWith = Callable[..., Awaitable[House]]

KIM_SNILS, ANNA_SNILS = "14025631719", "11223344595"
LATE_S = 12  # clients wait ten seconds


@pytest.fixture
async def old_data_in_taxes(home: House) -> AsyncIterator[None]:
    """Afterwards the taxes know Akhmetov by his former passport again."""
    yield
    (await home.http.post("/services/taxes/records/17632059471/reset")).raise_for_status()


def again(operation: str) -> RetryRegistry:
    return RetryRegistry(reason="Сервис снова отвечает.", operation=operation)


async def unknown_to_the_clinic(home: House) -> dict[str, Any]:
    """An appeal of a person whom the clinic has no record of, or not any more."""
    await home.http.delete(f"/services/clinic/records/{KIM_SNILS}")
    return several_services("pension", "clinic", person=KIM)


async def submissions(home: House, number: str) -> dict[str, int]:
    """How often each order of this case was seen, by service and order."""
    seen = {}
    for service in ALL_SERVICES:
        for each in (await home.http.get(f"/services/{service}/submissions")).json():
            if each["request_number"] == number:
                seen[each["idempotency_key"]] = each["seen"]
    return seen


async def lookups(home: House, snils: str) -> dict[str, int]:
    """How often each service was asked for a person's record, ever."""
    asked = {
        service: (await home.http.get(f"/services/{service}/records/{snils}/lookups")).json()
        for service in ALL_SERVICES
    }
    return {service: answer["count"] for service, answer in asked.items()}


async def until_taken(home: House, system: str) -> None:
    """Return when a request has met the fault that was ordered for once."""
    async with asyncio.timeout(20):
        while True:
            if system not in (await home.http.get("/faults")).json():
                return
            await asyncio.sleep(0.02)


async def next_reply_is_lost(home: House, service: str, delay_s: float) -> None:
    """Let the present lookup take its time, so that the request after it is the one that gets no reply."""
    await until_taken(home, service)
    await home.fault(service, "timeout_after_work", delay_s=delay_s, times=1)


@pytest.mark.requirement("MSV-1", "MSV-2", "MSV-4", "STS-1")
async def test_each_service_is_checked_and_an_operator_concludes(home: House) -> None:
    before = await lookups(home, ANNA_SNILS)
    number = await home.open(several_services())
    view = await home.expecting(number, "ConcludeProtocol")
    assert view.status is Status.IN_PROGRESS
    assert await lookups(home, ANNA_SNILS) == {service: count + 1 for service, count in before.items()}
    answers = [entry.event for entry in await home.journalled(number, ServiceAnswered, times=4)]
    assert {answer.service for answer in answers if isinstance(answer, ServiceAnswered)} == set(ALL_SERVICES)
    assert await home.refused(number, Role.SPECIALIST, CONCLUDED) == "role_not_allowed"

    await home.decide(number, Role.OPERATOR, CONCLUDED)
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert sorted(view.result.steps)[0] == "Запись к врачу: запись есть, данные совпадают"
    assert not view.clocks["processing"].is_running
    told = [step.step for step in steps_of(view.facts.protocol)]
    assert told.count("Запрос сведений") == told.count("Запрос сведений: ответ") == 4
    assert told[-2:] == ["Сравнение временных меток", "Вывод"]
    await home.delivered(number)
    assert CONCLUDED.conclusion in (await home.mail(number))[-1]["text"]
    assert await submissions(home, number) == {}


@pytest.mark.requirement("MSV-2")
async def test_the_comparison_names_who_holds_older_data_and_what_differs(home: House) -> None:
    number = await home.open(several_services("taxes", "property", person=AKHMETOV))
    view = await home.expecting(number, "ConcludeProtocol")
    (compared,) = await home.journalled(number, AgesCompared)
    assert compared.event == AgesCompared(newest=["property"], older=["taxes"], without_record=[])
    (answered,) = await home.journalled(number, ServiceAnswered, service="taxes")
    assert isinstance(answered.event, ServiceAnswered)
    assert answered.event.disagreeing_fields == ["passport"]
    assert answered.event.recorded_at is not None
    asked, received = answered.event.asked_at, answered.event.answered_at
    assert abs(received - asked) < timedelta(minutes=1), "both clocks are told, by their own time"
    results = {step.service: step.result for step in steps_of(view.facts.protocol) if step.step.endswith("ответ")}
    assert results["taxes"] == "Запись есть, не совпадает: паспорт"
    assert await submissions(home, number) == {}, "whose data are right, a person says"


@pytest.mark.requirement("MSV-3")
async def test_data_go_again_only_to_the_service_that_misses_them(home: House) -> None:
    number = await home.open(await unknown_to_the_clinic(home))
    view = await home.expecting(number, "ConcludeProtocol")
    assert await submissions(home, number) == {f"{number}-clinic-1": 1}
    asked = [entry.event for entry in await home.journalled(number, ServiceAsked)]
    requests = [(event.service, event.purpose) for event in asked if isinstance(event, ServiceAsked)]
    assert sorted(requests) == [
        *(("clinic", "check"), ("clinic", "check"), ("clinic", "resend"), ("pension", "check"))
    ]
    clinic = [step for step in steps_of(view.facts.protocol) if step.service == "clinic"]
    assert [step.result for step in clinic if step.step.endswith("ответ")] == [
        *("Записи нет", "Данные приняты", "Запись есть, данные совпадают")
    ]


@pytest.mark.requirement("MSV-1", "MSV-3")
async def test_a_person_repeats_one_request_and_no_other_service_is_asked_again(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=1)
    before = await lookups(home, ANNA_SNILS)
    await home.fault("services.taxes", "unavailable")
    await home.fault("services.property", "unavailable")
    number = await home.open(several_services())
    view = await home.until(number, lambda view: len(view.expectations) == 2)
    subjects = {open_.subject for open_ in view.expectations}
    assert subjects == {"check:taxes", "check:property"}, "both are asked, side by side"
    for wrong in ("check:pension", "resend:taxes"):
        assert await home.refused(number, Role.OPERATOR, again(wrong)) == "not_expected"

    await home.http.delete("/faults/services.taxes")
    await home.decide(number, Role.OPERATOR, again("check:taxes"))
    await home.journalled(number, ServiceAnswered, service="taxes")
    view = await home.until(number, lambda view: len(view.expectations) == 1)
    assert view.expectations[0].subject == "check:property", "it still waits for its own person"
    expected = {"pension": 1, "taxes": 1, "property": 0, "clinic": 1}
    after = await lookups(home, ANNA_SNILS)
    assert {service: after[service] - before[service] for service in after} == expected

    await home.mended()
    await home.decide(number, Role.SPECIALIST, again("check:property"))
    await home.expecting(number, "ConcludeProtocol")
    after = await lookups(home, ANNA_SNILS)
    assert {service: after[service] - before[service] for service in after} == expected | {"property": 1}


@pytest.mark.requirement("MSV-3")
async def test_a_lost_reply_sends_nothing_twice(home: House) -> None:
    sent = await unknown_to_the_clinic(home)
    await home.fault("services.clinic", "slow", delay_s=2, times=1)
    number = await home.open(sent)
    await next_reply_is_lost(home, "services.clinic", LATE_S)
    await home.until(number, lambda view: bool(view.expectations), seconds=40)
    assert await submissions(home, number) == {f"{number}-clinic-1": 2}, "seen twice, taken once"
    (resent,) = await home.journalled(number, DataResent)
    assert isinstance(resent.event, DataResent)
    assert resent.event.order_id == f"{number}-clinic-1"


@pytest.mark.requirement("MSV-3")
async def test_an_attempt_that_its_worker_gives_up_sends_nothing_twice(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path
) -> None:
    queues: dict[str, Any] = {"case_queue": f"cases-{uuid4().hex}", "delivery_queue": f"deliveries-{uuid4().hex}"}
    async with house(environment, world, tmp_path, **queues) as home:
        sent = await unknown_to_the_clinic(home)
        await home.fault("services.clinic", "slow", delay_s=2, times=1)
        number = await home.open(sent)
        await next_reply_is_lost(home, "services.clinic", LATE_S)
        await until_taken(home, "services.clinic")
    async with house(environment, world, tmp_path, **queues) as home:
        await home.until(number, lambda view: bool(view.expectations), seconds=40)
        assert await submissions(home, number) == {f"{number}-clinic-1": 2}
        assert len(await home.journalled(number, DataResent)) == 1


@pytest.mark.requirement("MSV-3", "AUD-1")
async def test_a_step_that_the_register_holds_up_and_the_engine_repeats_sends_nothing_twice(home: House) -> None:
    sent = await unknown_to_the_clinic(home)
    await home.fault("services.clinic", "slow", delay_s=1, times=1)
    number = await home.open(sent)
    await until_taken(home, "services.clinic")
    async with home.register_locked(), asyncio.timeout(40):
        await home.handle(number).signal("decide", {"not": "a command"})
        while not await submissions(home, number):  # noqa: ASYNC110 - the sandbox has no event
            await asyncio.sleep(0.1)
    view = await home.expecting(number, "ConcludeProtocol")
    assert await submissions(home, number) == {f"{number}-clinic-1": 1}
    assert len(await home.journalled(number, DataResent)) == 1
    assert await home.refolded(number) == view


@pytest.mark.requirement("MSV-3", "MSV-4")
@pytest.mark.parametrize(
    ("mode", "defect"),
    [("other_person", "somebody else"), ("error_inside", "an error inside"), ("malformed", "malformed")],
)
async def test_a_service_that_lies_is_evidence_and_a_task_for_a_person(
    home_with: HomeWith, mode: str, defect: str
) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("services.taxes", mode)
    number = await home.open(several_services("pension", "taxes"))
    view = await home.expecting(number, "RetryRegistry")
    (failed,) = [step for step in steps_of(view.facts.protocol) if step.defect]
    assert (failed.service, failed.result) == ("taxes", "Пригодного ответа нет")
    assert defect in str(failed.defect)
    assert await home.refused(number, Role.OPERATOR, CONCLUDED) == "not_expected"
    await home.mended()
    await home.decide(number, Role.OPERATOR, again("check:taxes"))
    await home.expecting(number, "ConcludeProtocol")


@pytest.mark.requirement("MSV-3")
async def test_after_a_withdrawal_nothing_more_is_sent(home: House) -> None:
    sent = await unknown_to_the_clinic(home)
    await home.fault("services.clinic", "slow", delay_s=2, times=1)
    number = await home.open(sent)
    await until_taken(home, "services.clinic")
    await home.decide(number, Role.CITIZEN, Withdraw())
    view = await home.closed(number)
    assert view.statuses[-1].reason == "Обращение отозвано заявителем."
    assert await submissions(home, number) == {}
    assert not view.clocks["processing"].is_running


@pytest.mark.requirement("MSV-3", "MSV-4")
async def test_an_operator_has_data_sent_to_the_one_service_that_holds_other_ones(
    home: House, old_data_in_taxes: None
) -> None:
    repeat = RepeatRequest(service="taxes", reason="В сервисе указан прежний паспорт.")
    number = await home.open(several_services("taxes", "property", person=AKHMETOV))
    await home.expecting(number, "ConcludeProtocol")
    assert await home.refused(number, Role.CITIZEN, repeat) == "role_not_allowed"
    other = RepeatRequest(service="clinic", reason="Данные устарели.")
    assert await home.refused(number, Role.OPERATOR, other) == "contradiction"
    for _ in ("the same key", "sent twice"):
        await home.decide(number, Role.OPERATOR, repeat, key="a repeated request")

    await home.journalled(number, AgesCompared, newest=["taxes"], older=["property"])
    view = await home.expecting(number, "ConcludeProtocol")
    assert await submissions(home, number) == {f"{number}-taxes-1": 1}
    assert len(await home.journalled(number, ServiceAnswered, service="property")) == 1, "it is not asked again"
    steps = [step for step in steps_of(view.facts.protocol) if step.service == "taxes"]
    assert [step.result for step in steps if step.step != "Запрос сведений"] == [
        "Запись есть, не совпадает: паспорт",
        repeat.reason,
        "Отправлен",
        "Данные приняты",
        "Запись есть, данные совпадают",
    ]
    await home.decide(number, Role.OPERATOR, repeat)
    await home.journalled(number, DataResent, times=2)
    assert await submissions(home, number) == {f"{number}-taxes-1": 1, f"{number}-taxes-2": 1}
    await home.expecting(number, "ConcludeProtocol")
    await home.decide(number, Role.OPERATOR, CONCLUDED)
    await home.closed(number)
    assert await home.refused(number, Role.OPERATOR, repeat) == "closed"


@pytest.mark.requirement("MSV-3")
async def test_nothing_is_repeated_while_the_services_are_still_asked(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=1)
    await home.fault("services.taxes", "unavailable")
    number = await home.open(several_services("pension", "taxes"))
    await home.expecting(number, "RetryRegistry")
    repeat = RepeatRequest(service="pension", reason="Данные устарели.")
    assert await home.refused(number, Role.OPERATOR, repeat) == "not_expected"


@pytest.mark.requirement("MSV-4")
async def test_a_conclusion_that_is_late_may_be_drawn_by_the_supervisor(home_with: HomeWith) -> None:
    home = await home_with(services_minutes=60)
    number = await home.open(several_services("pension", "taxes"))
    await home.expecting(number, "ConcludeProtocol")
    assert await home.refused(number, Role.SUPERVISOR, CONCLUDED) == "role_not_allowed"
    await home.forward(number, timedelta(hours=1))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, CONCLUDED)
    await home.ended(number)


@pytest.mark.requirement("MSV-1", "MSV-3")
async def test_over_several_runs_nothing_is_asked_again(home_with: HomeWith) -> None:
    home = await home_with(history_events=40)
    before = await lookups(home, ANNA_SNILS)
    number = await home.open(several_services())
    await home.expecting(number, "ConcludeProtocol")
    await home.continue_as_new(number)
    await home.decide(number, Role.OPERATOR, CONCLUDED)
    view = await home.closed(number)
    assert len(await home.journalled(number, AgesCompared)) == 1
    assert await lookups(home, ANNA_SNILS) == {service: count + 1 for service, count in before.items()}
    assert await home.refolded(number) == view


@pytest.mark.requirement("INT-3", "MSV-1")
async def test_without_the_number_that_services_ask_by_it_is_asked_for(home: House) -> None:
    number = await home.open(several_services(person=ANNA, snils=None, scans=None))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["snils"]
    assert "ServiceAsked" not in await home.events(number)
