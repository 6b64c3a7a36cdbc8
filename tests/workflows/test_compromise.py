"""Suspected compromise: secured at once on evidence, by a person's decision without it (SEC-1, SEC-2)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.actors import Role
from domain.appeal import Channel, RecoveryReason, Relation, Status
from domain.contracts.appeal import Details
from domain.contracts.commands import (
    Classify,
    DecideSecuring,
    RecordRequest,
    RetryRegistry,
    ReviewThreat,
    SupplyDetails,
)
from domain.contracts.events import (
    AccountSecured,
    LinkedAppealOpened,
    MessageQueued,
    RegistryUnavailable,
    SecuringDecided,
    ThreatReviewed,
)
from domain.notifications import Template
from domain.number import format_number
from domain.procedures import Procedure, procedure_of
from domain.threat import Threat
from tests.accounts import KIM_ALARMED, account_of, compromise_report, logged
from tests.examples import RECORDED, appeal
from tests.house import House

SECURE = DecideSecuring(secure=True, reason="Позвонил владельцу по номеру из учётной записи: просит защитить.")
REFUSE = DecideSecuring(secure=False, reason="Данные не совпали с данными учётной записи.")
REVIEWED = ReviewThreat(threat=Threat.STOLEN_CREDENTIALS, measures=["Поддельный сайт передан на блокировку."])
HomeWith = Callable[..., Awaitable[House]]


async def orders(home: House) -> int:
    """How many times Kim's account has been secured."""
    return (await logged(home, KIM_ALARMED["login"])).count("password_change_forced")


async def sign_in(home: House, password: str) -> int:
    account = await account_of(home, KIM_ALARMED["login"])
    return (
        await home.http.post(f"/accounts/{account['account_id']}/sign-in", json={"password": password})
    ).status_code


@pytest.mark.requirement("SEC-1", "SEC-2")
async def test_the_account_is_secured_before_any_person_has_decided(home: House) -> None:
    before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED))
    view = await home.expecting(number, "ReviewThreat")

    assert await orders(home) == before + 1
    assert await sign_in(home, "Залив-Золотой-рог-19") == 401, "the stolen password opens nothing"
    assert "DecisionTaken" not in await home.events(number)
    assert view.status is Status.APPROVED
    assert view.clocks["compromise"].budget.minutes == 15
    assert not view.clocks["compromise"].is_running
    (secured,) = await home.journalled(number, AccountSecured)
    assert secured.actor.role is Role.SYSTEM

    await home.decide(number, Role.SPECIALIST, REVIEWED)
    view = await home.ended(number)
    assert (view.status, view.facts.examination.threat) == (Status.COMPLETED, Threat.STOLEN_CREDENTIALS)
    assert view.result is not None
    assert "на поддельном сайте" in view.result.summary
    assert view.result.steps == REVIEWED.measures
    (reviewed,) = await home.journalled(number, ThreatReviewed)
    assert reviewed.actor.role is Role.SPECIALIST


@pytest.mark.requirement("SEC-1", "SEC-2")
async def test_recovery_is_begun_as_a_linked_appeal_and_its_number_is_told_with_the_advice(home: House) -> None:
    number = await home.open(compromise_report(KIM_ALARMED) | {"citizen": "kim"})
    view = await home.expecting(number, "ReviewThreat")
    (linked,) = view.facts.relations.linked
    (opened,) = await home.journalled(number, LinkedAppealOpened)
    assert opened.public_event() | {"type": ""} == {"type": "", "relation": "recovery", "number": linked.number}

    recovery = await home.expecting(linked.number, "SupplyDetails")
    assert recovery.requested_items == ["scan:snils"], "only the scan is missing"
    assert (recovery.relation, recovery.related_number) == (Relation.RECOVERY, number)
    assert (recovery.channel, recovery.recovery_reason) == (Channel.INTERNAL, RecoveryReason.INTRUSION_SUSPECTED)
    assert (recovery.portal, recovery.citizen, recovery.details) == (view.portal, "kim", view.details)
    assert procedure_of(recovery) is Procedure.ACCESS_RECOVERY

    await home.delivered(number)
    (mail,) = [mail for mail in await home.mail(number) if "защищена" in mail["subject"]]
    assert format_number(linked.number) in mail["text"]
    assert "Как защитить учётную запись:" in mail["text"]
    assert any(format_number(linked.number) in sms["text"] for sms in await home.sms(number))


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize(
    "doubt",
    [
        {"full_name": "Сидоров Пётр Петрович"},
        {"phone": "+7 900 999-99-99"},
        {"email": "thief@example.org"},
        {"snils": "112-233-445 95"},
        {"snils": None},
    ],
)
async def test_without_evidence_nobody_is_locked_out_by_machine(home: House, doubt: dict[str, str | None]) -> None:
    before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED, **doubt))
    view = await home.expecting(number, "DecideSecuring")
    (task,) = view.expectations
    assert (task.roles, task.clock) == ([Role.SPECIALIST], "compromise")
    assert view.comparison, "the specialist sees what agrees and what does not"
    assert await home.refused(number, Role.OPERATOR, SECURE) == "role_not_allowed"
    assert await home.refused(number, Role.CITIZEN, SECURE) == "role_not_allowed"

    await home.decide(number, Role.SPECIALIST, REFUSE)
    view = await home.closed(number)
    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, REFUSE.reason)
    assert await orders(home) == before
    assert not view.facts.relations.linked


@pytest.mark.requirement("SEC-1")
async def test_a_specialist_may_secure_what_was_not_shown_to_be_the_reporters(home: House) -> None:
    before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"))
    await home.expecting(number, "DecideSecuring")
    await home.decide(number, Role.SPECIALIST, SECURE)
    await home.expecting(number, "ReviewThreat")
    (decided,) = await home.journalled(number, SecuringDecided)
    assert (decided.actor.role, decided.public_event()["secure"]) == (Role.SPECIALIST, True)
    assert await orders(home) == before + 1


@pytest.mark.requirement("SEC-1")
async def test_a_mistyped_login_is_asked_for_again_and_not_for_ever(home_with: HomeWith) -> None:
    home = await home_with(details_attempts=2)
    before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED, login="kim.vs"))
    view = await home.expecting(number, "SupplyDetails")
    assert (view.requested_items, view.clocks["compromise"].is_paused) == (["login"], True)
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(login="kim.sv")))
    await home.expecting(number, "ReviewThreat")
    assert await orders(home) == before + 1

    number = await home.open(compromise_report(KIM_ALARMED, login="kim.vs"))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(login="kim.v")))
    view = await home.closed(number)
    assert "не найдена" in view.statuses[-1].reason
    assert await orders(home) == before + 1


@pytest.mark.requirement("SEC-1")
async def test_a_person_may_find_out_in_any_case_that_an_account_is_endangered(home: House) -> None:
    before = await orders(home)
    number = await home.open(appeal(**KIM_ALARMED))
    await home.expecting(number, "RecordRequest")
    found = Classify(category="account_security", reason="Заявитель видит чужие входы.")
    await home.decide(number, Role.OPERATOR, found)
    view = await home.expecting(number, "ReviewThreat")
    assert await orders(home) == before + 1
    assert not view.clocks["reaction"].is_running
    assert await home.refused(number, Role.OPERATOR, RecordRequest(processing_hours=1)) == "not_expected"


@pytest.mark.requirement("SEC-1")
async def test_an_overdue_decision_is_the_supervisors_too_after_fifteen_minutes(home: House) -> None:
    number = await home.open(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"))
    await home.expecting(number, "DecideSecuring")
    await home.forward(number, timedelta(minutes=15))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.journalled(number, MessageQueued, template=Template.DEADLINE_BREACHED)
    await home.decide(number, Role.SUPERVISOR, SECURE)
    await home.expecting(number, "ReviewThreat")


@pytest.mark.requirement("SEC-1")
async def test_an_overdue_review_is_the_supervisors_too(home: House) -> None:
    number = await home.open(compromise_report(KIM_ALARMED))
    await home.expecting(number, "ReviewThreat")
    assert await home.refused(number, Role.OPERATOR, REVIEWED) == "role_not_allowed"
    await home.forward(number, timedelta(hours=4))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, REVIEWED)
    await home.closed(number)


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("mode", ["unavailable", "garbage", "error_inside", "malformed", "other_person"])
async def test_while_the_registry_lies_a_person_is_asked_and_nothing_is_claimed(
    home_with: HomeWith, mode: str
) -> None:
    home = await home_with(registry_patience_seconds=1)
    before = await orders(home)
    await home.fault("accounts", mode)
    number = await home.open(compromise_report(KIM_ALARMED))
    await home.expecting(number, "RetryRegistry")
    (outage,) = await home.journalled(number, RegistryUnavailable)
    assert outage.public_event()["operation"] == "read_account_log"
    assert KIM_ALARMED["login"] not in str(outage.public_event())
    assert "AccountSecured" not in await home.events(number)
    await home.mended()
    await home.decide(number, Role.SPECIALIST, RetryRegistry(reason="Реестр снова отвечает."))
    await home.expecting(number, "ReviewThreat")
    assert await orders(home) == before + 1


@pytest.mark.requirement("SEC-1")
async def test_a_lost_answer_secures_once_and_opens_one_recovery(home: House) -> None:
    before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"))
    await home.expecting(number, "DecideSecuring")
    await home.fault("accounts", "malformed", times=1)  # does its work, and nobody understands its answer
    await home.decide(number, Role.SPECIALIST, SECURE)
    view = await home.expecting(number, "ReviewThreat")
    assert await orders(home) == before + 1
    assert len(view.facts.relations.linked) == 1


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize("stage", ["DecideSecuring", "ReviewThreat"])
async def test_a_long_case_goes_on_where_it_was(home_with: HomeWith, stage: str) -> None:
    home = await home_with(history_events=40)
    orders_before = await orders(home)
    number = await home.open(compromise_report(KIM_ALARMED, phone="+7 900 999-99-99"))
    await home.expecting(number, "DecideSecuring")
    if stage == "ReviewThreat":
        await home.decide(number, Role.SPECIALIST, SECURE)
    before = await home.expecting(number, stage)
    await home.continue_as_new(number)
    after = await home.expecting(number, stage)
    assert (after.expectations, after.clocks, after.facts) == (before.expectations, before.clocks, before.facts)
    if stage == "DecideSecuring":
        await home.decide(number, Role.SPECIALIST, SECURE)
        await home.expecting(number, "ReviewThreat")
    await home.decide(number, Role.SPECIALIST, REVIEWED)
    view = await home.closed(number)
    assert (await orders(home), len(view.facts.relations.linked)) == (orders_before + 1, 1)
    assert await home.arrived_twice(number) == []


@pytest.mark.requirement("SEC-1")
async def test_nothing_that_is_asked_for_besides_holds_a_compromise_up(home: House) -> None:
    first = await home.open(compromise_report(KIM_ALARMED))
    await home.expecting(first, "ReviewThreat")
    again = compromise_report(KIM_ALARMED) | {
        "relation": "repeat",
        "related_number": first,
        "services": ["taxes", "pension"],
    }
    await home.expecting(await home.open(again), "ReviewThreat")


@pytest.mark.requirement("SEC-1")
async def test_case_and_activities_go_ahead_of_everything(home: House) -> None:
    urgent, plain = await home.open(compromise_report(KIM_ALARMED)), await home.open(appeal(**KIM_ALARMED))
    await home.expecting(urgent, "ReviewThreat")
    await home.expecting(plain, "RecordRequest")
    assert (await priorities(home, urgent), await priorities(home, plain)) == ({1}, {3})

    await home.decide(plain, Role.OPERATOR, RECORDED)
    await home.expecting(plain, "CheckDocuments")
    await home.decide(plain, Role.SPECIALIST, Classify(category="account_security", reason="Чужой вход."))
    await home.expecting(plain, "ReviewThreat")
    assert await priorities(home, plain) == {1, 3}, "what is asked since it was found out is urgent"


async def priorities(home: House, number: str) -> set[int]:
    """Those of the case's start and of all that it has asked of systems."""
    events = (await home.history(number)).events
    asked = [
        event.activity_task_scheduled_event_attributes.priority.priority_key
        for event in events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert asked
    return {events[0].workflow_execution_started_event_attributes.priority.priority_key, *asked}
