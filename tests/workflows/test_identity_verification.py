"""Identity verification, walked through on the real engine: registry, scan, code, and whoever decides at last."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.actors import Actor, Role
from domain.appeal import Category, DocumentKind, FileFormat, Status
from domain.contracts import events
from domain.contracts.appeal import Details, DocumentScan
from domain.contracts.commands import (
    Classify,
    Command,
    ConfirmCode,
    DecideIdentity,
    RejectAppeal,
    RequestAnotherCode,
    RetryRegistry,
    SupplyDetails,
)
from domain.notifications import DeliveryChannel
from tests.codes import another, arrived, blocked, code, entered
from tests.examples import verification
from tests.house import House, house
from tests.sandbox_process import SandboxProcess

PHONE, EMAIL = "+79000001001", "anna.smirnova@example.org"
ANOTHER = RequestAnotherCode()
SEEN = DecideIdentity(confirmed=True, reason="Личность установлена по видеосвязи.")
HomeWith = Callable[..., Awaitable[House]]


def scan(file_format: FileFormat) -> SupplyDetails:
    given = DocumentScan(kind=DocumentKind.PASSPORT, reference="portal:scan:2", format=file_format)
    return SupplyDetails(details=Details(scans=[given]))


def png(**changes: object) -> dict[str, object]:
    return verification(scans=[{"kind": "passport", "reference": "portal:scan:1", "format": "png"}], **changes)


async def confirm(home: House, number: str) -> None:
    await home.decide(number, Role.CITIZEN, await entered(home, number, await code(home, number)))


async def sent_anew(home: House, number: str, times: int = 2) -> None:
    await home.journalled(number, events.CodeSent, times=times)
    await home.expecting(number, "ConfirmCode")


@pytest.mark.requirement("VER-1", "VER-2", "VER-3", "STS-1", "RES-1")
async def test_registry_scan_and_code_confirm_an_identity_without_a_person(home: House) -> None:
    number = await home.open(verification())
    await confirm(home, number)
    view = await home.closed(number)

    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert view.result.summary == "Личность подтверждена."
    (confirmed,) = await home.journalled(number, events.IdentityConfirmed)
    assert confirmed.actor.role is Role.SYSTEM
    assert await home.refolded(number) == view
    assert [name for name, clock in view.clocks.items() if clock.is_running] == ["satisfaction"]
    await home.delivered(number)
    subjects = " ".join(mail["subject"] for mail in await home.mail(number))
    assert "отправлен код подтверждения" in subjects
    assert "завершено" in subjects


@pytest.mark.requirement("VER-1")
async def test_what_is_needed_is_asked_for_before_anything_is_checked(home: House) -> None:
    number = await home.open(verification(passport=None, scans=None))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["passport", "scan:passport"]


@pytest.mark.requirement("VER-1", "VAL-1")
@pytest.mark.parametrize(
    ("item", "declared", "right"),
    [("passport", "45 10 738216", "4510738215"), ("passport_issued_on", "21.05.2010", "2010-05-20")],
)
async def test_differing_passport_data_are_asked_for_and_checked_again(
    home: House, item: str, declared: str, right: str
) -> None:
    number = await home.open(verification(**{item: declared}))
    view = await home.expecting(number, "SupplyDetails")
    assert item in view.requested_items
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(**{item: right})))
    await confirm(home, number)
    assert (await home.closed(number)).status is Status.COMPLETED
    answers = await home.journalled(number, events.RegistriesAnswered, times=2)
    disagreeing = [entry.public_event()["disagreeing_fields"] for entry in answers]
    assert item in disagreeing[0]
    assert disagreeing[1] == []


@pytest.mark.requirement("VER-1")
async def test_after_the_last_difference_the_appeal_is_rejected_with_the_reason(home_with: HomeWith) -> None:
    home = await home_with(details_attempts=2)
    number = await home.open(verification(passport="45 10 738216"))
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(passport="4510738217")))
    view = await home.closed(number)
    assert view.status is Status.REJECTED
    assert "серия и номер паспорта" in view.statuses[-1].reason
    assert "CodeSent" not in await home.events(number)


@pytest.mark.requirement("VER-1")
@pytest.mark.parametrize("passport", ["36 17 204893", "50 09 615347"])
async def test_a_name_that_differs_and_a_lost_passport_are_differences(home: House, passport: str) -> None:
    people = {
        "36 17 204893": {"full_name": "Лебедева Ольга Николаевна", "login": "lebedeva.on"},
        "50 09 615347": {"full_name": "Фёдоров Павел Андреевич", "login": "fedorov.pa"},
    }
    number = await home.open(verification(passport=passport, **people[passport]))
    await home.expecting(number, "SupplyDetails")
    assert "CodeSent" not in await home.events(number)


@pytest.mark.requirement("VER-2")
async def test_another_format_is_asked_for_and_taken_in_the_same_appeal(home: House) -> None:
    number = await home.open(png())
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["scan:passport"]
    await home.delivered(number)
    (asking,) = [mail for mail in await home.mail(number) if "нужны ваши данные" in mail["subject"]]
    assert "Подойдёт: PDF, JPG." in asking["text"]
    await home.decide(number, Role.CITIZEN, scan(FileFormat.JPG))
    await confirm(home, number)
    view = await home.closed(number)
    assert (view.status, view.number) == (Status.COMPLETED, number)
    (accepted,) = await home.journalled(number, events.ScanAccepted)
    assert accepted.public_event()["format"] == "jpg"


@pytest.mark.requirement("VER-2")
async def test_a_scan_refused_too_often_is_a_specialists_task(home_with: HomeWith) -> None:
    home = await home_with(details_attempts=2)
    number = await home.open(png())
    await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, scan(FileFormat.DOCX))
    view = await home.expecting(number, "DecideIdentity")
    assert view.facts.verification.scan_refusals == 2
    assert "CodeSent" not in await home.events(number)


@pytest.mark.requirement("VER-1", "VER-2")
async def test_data_changed_along_with_a_scan_are_checked_too(home: House) -> None:
    number = await home.open(png())
    await home.expecting(number, "SupplyDetails")
    supplied = scan(FileFormat.PDF)
    supplied.details.full_name = "Орлова Марина Игоревна"
    await home.decide(number, Role.CITIZEN, supplied)
    await home.journalled(number, events.DocumentsMismatched)
    assert (await home.expecting(number, "SupplyDetails")).requested_items == ["full_name"]
    assert "CodeSent" not in await home.events(number)


@pytest.mark.requirement("VER-3")
async def test_a_code_goes_to_the_accounts_contact_and_to_no_other(home: House) -> None:
    number = await home.open(verification(phone="+7 900 999-99-99", email="thief@example.org"))
    await code(home, number)
    await home.decide(number, Role.CITIZEN, ANOTHER)
    assert [(sent["channel"], sent["to"]) for sent in await arrived(home, number, times=2)] == [
        ("sms", PHONE),
        ("email", EMAIL),
    ]


@pytest.mark.requirement("VER-3")
async def test_a_phone_that_takes_no_messages_leads_to_mail_by_itself(home: House) -> None:
    async with blocked(home, PHONE):
        number = await home.open(verification())
        await confirm(home, number)
        assert (await home.closed(number)).status is Status.COMPLETED
    (undelivered,) = await home.journalled(number, events.CodeUndelivered)
    assert undelivered.event == events.CodeUndelivered(channel=DeliveryChannel.SMS, reason="refused")
    assert [sent["channel"] for sent in await arrived(home, number)] == ["email"]


@pytest.mark.requirement("VER-3")
async def test_another_code_comes_over_the_next_channel_and_ends_the_first_one(home: House) -> None:
    number = await home.open(verification())
    first = await entered(home, number, await code(home, number))
    assert await home.refused(number, Role.SPECIALIST, ANOTHER) == "role_not_allowed"
    await home.decide(number, Role.CITIZEN, ANOTHER)
    await sent_anew(home, number)
    assert await home.refused(number, Role.CITIZEN, first) == "contradiction"
    await confirm(home, number)
    view = await home.closed(number)
    assert view.status is Status.COMPLETED
    assert [each.outcome for each in view.facts.verification.codes] == ["another_requested", "confirmed"]


@pytest.mark.requirement("VER-3")
async def test_when_no_channel_is_left_a_specialist_decides(home: House) -> None:
    number = await home.open(verification())
    await home.expecting(number, "ConfirmCode")
    await home.decide(number, Role.CITIZEN, ANOTHER)
    await sent_anew(home, number)
    await home.decide(number, Role.CITIZEN, ANOTHER)
    view = await home.expecting(number, "DecideIdentity")
    assert "ConfirmCode" not in [open_.command for open_ in view.expectations]
    assert all(row.agrees for row in view.comparison), "the evidence is before the specialist"
    assert await home.refused(number, Role.OPERATOR, SEEN) == "role_not_allowed"
    assert await home.refused(number, Role.CITIZEN, ANOTHER) == "not_expected"
    await home.decide(number, Role.SPECIALIST, SEEN)
    assert (await home.closed(number)).status is Status.COMPLETED
    (confirmed,) = await home.journalled(number, events.IdentityConfirmed)
    assert confirmed.actor.role is Role.SPECIALIST


@pytest.mark.requirement("VER-3")
async def test_wrong_codes_are_limited_and_then_a_specialist_decides(home: House) -> None:
    number = await home.open(verification())
    digits = await code(home, number)
    wrong, right = [await entered(home, number, each) for each in (another(digits), digits)]
    assert await home.refused(number, Role.OPERATOR, right) == "role_not_allowed"
    for nth in (1, 2, 3):
        await home.expecting(number, "ConfirmCode")
        await home.decide(number, Role.CITIZEN, wrong)
        await home.journalled(number, events.CodeMismatched, times=nth)
    await home.expecting(number, "DecideIdentity")
    assert await home.refused(number, Role.CITIZEN, right) == "not_expected"
    denied = DecideIdentity(confirmed=False, reason="Личность не подтверждена: код введён неверно.")
    await home.decide(number, Role.SPECIALIST, denied)
    view = await home.closed(number)
    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, denied.reason)


@pytest.mark.requirement("VER-3")
async def test_one_wrong_code_does_not_end_the_right_one(home: House) -> None:
    number = await home.open(verification())
    digits = await code(home, number)
    await home.decide(number, Role.CITIZEN, await entered(home, number, another(digits)))
    await home.journalled(number, events.CodeMismatched, attempts_left=2)
    await home.decide(number, Role.CITIZEN, await entered(home, number, digits))
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("VER-3")
async def test_a_change_of_category_gives_no_try_back_and_leaves_no_code_behind(home: House) -> None:
    number = await home.open(verification())
    wrong = await entered(home, number, another(await code(home, number)))
    await home.decide(number, Role.CITIZEN, wrong)
    await home.journalled(number, events.CodeMismatched)
    await home.expecting(number, "ConfirmCode")
    away = Classify(category=Category.OTHER, reason="Вопрос о другом.")
    await home.decide(number, Role.SUPERVISOR, away)
    await home.expecting(number, "AnswerQuestion")
    assert await home.refused(number, Role.CITIZEN, wrong) == "not_expected"
    assert await home.refused(number, Role.CITIZEN, ANOTHER) == "not_expected"

    back = Classify(category=Category.IDENTITY_VERIFICATION, reason="Всё же о личности.")
    await home.decide(number, Role.SUPERVISOR, back)
    view = await home.expecting(number, "ConfirmCode")
    assert [each.outcome for each in view.facts.verification.codes] == ["given_up", "sent"]
    assert [sent["channel"] for sent in await arrived(home, number, times=2)] == ["sms", "email"]
    await home.decide(number, Role.CITIZEN, await entered(home, number, another(await code(home, number))))
    await home.journalled(number, events.CodeMismatched, attempts_left=1)


@pytest.mark.requirement("VER-3")
async def test_a_code_expires_and_another_one_can_be_asked_for(home: House) -> None:
    number = await home.open(verification())
    late = await entered(home, number, await code(home, number))
    await home.forward(number, timedelta(minutes=10))
    await home.expecting(number, "RequestAnotherCode")
    assert await home.refused(number, Role.CITIZEN, late) == "not_expected"
    await home.decide(number, Role.CITIZEN, ANOTHER)
    await sent_anew(home, number)
    await home.forward(number, timedelta(minutes=10))
    view = await home.expecting(number, "DecideIdentity")
    assert [each.outcome for each in view.facts.verification.codes] == ["expired", "expired"]


@pytest.mark.requirement("VER-3")
async def test_who_never_enters_a_code_is_not_confirmed(home: House) -> None:
    number = await home.open(verification())
    await home.expecting(number, "ConfirmCode")
    await home.forward(number, timedelta(minutes=10))
    await home.expecting(number, "RequestAnotherCode")
    await home.forward(number, timedelta(days=14))
    view = await home.closed(number)
    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, "Код подтверждения не введён в срок.")


@pytest.mark.requirement("VER-3")
async def test_a_specialist_who_is_late_is_joined_by_the_supervisor(home_with: HomeWith) -> None:
    home = await home_with(code_channels=[])
    number = await home.open(verification())
    await home.expecting(number, "DecideIdentity")
    await home.forward(number, timedelta(days=1))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.decide(number, Role.SUPERVISOR, SEEN)
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("VER-3")
async def test_a_send_whose_answer_was_lost_is_the_same_code_and_comes_once(home: House) -> None:
    await home.fault("codes", "malformed", times=1)  # the code has gone out, and the answer does not say so
    number = await home.open(verification())
    await confirm(home, number)
    assert (await home.closed(number)).status is Status.COMPLETED
    assert len(await arrived(home, number)) == 1


@pytest.mark.requirement("VER-3")
async def test_a_gateway_that_stays_silent_is_a_persons_task_and_loses_nothing(home_with: HomeWith) -> None:
    home = await home_with(registry_patience_seconds=2)
    await home.fault("codes", "unavailable")
    number = await home.open(verification())
    view = await home.expecting(number, "RetryRegistry")
    assert view.expectations[0].subject == "send_code"
    await home.mended()
    await home.decide(number, Role.OPERATOR, RetryRegistry(reason="Шлюз снова отвечает."))
    await confirm(home, number)
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("VER-1")
@pytest.mark.parametrize("system", ["passports", "accounts"])
@pytest.mark.parametrize("lie", ["error_inside", "malformed", "other_person"])
async def test_a_registry_that_lies_is_a_persons_task_and_never_a_confirmation(
    home_with: HomeWith, system: str, lie: str
) -> None:
    home = await home_with(registry_patience_seconds=2)
    await home.fault(system, lie)
    number = await home.open(verification())
    await home.expecting(number, "RetryRegistry")
    (trouble,) = await home.journalled(number, events.RegistryUnavailable, operation="check_registries")
    assert trouble.event.model_dump()["reason"], "what is wrong with the answer is on record"
    assert not {"DocumentsMatched", "CodeSent", "IdentityConfirmed"} & set(await home.events(number))
    await home.decide(number, Role.SPECIALIST, RejectAppeal(reason="Реестр ответил о другом человеке."))
    assert (await home.closed(number)).status is Status.REJECTED


@pytest.mark.requirement("VER-3")
async def test_a_code_holds_over_continue_as_new(home_with: HomeWith) -> None:
    home = await home_with(history_events=60)
    number = await home.open(verification())
    await home.expecting(number, "ConfirmCode")
    await home.continue_as_new(number)
    await confirm(home, number)
    assert (await home.closed(number)).status is Status.COMPLETED


@pytest.mark.requirement("VER-3")
async def test_a_code_that_was_entered_in_time_and_comes_too_late_is_not_taken(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path
) -> None:
    queues: dict[str, Any] = {"case_queue": f"cases-{tmp_path.name}", "delivery_queue": f"deliveries-{tmp_path.name}"}
    async with house(environment, world, tmp_path, **queues) as home:
        number = await home.open(verification())
        right = await entered(home, number, await code(home, number))
        citizen = Actor(subject=await home.subject(number, Role.CITIZEN), role=Role.CITIZEN)
        await home.at_rest(number)
    # The alarm rings while nobody works, so this is over only when somebody does again.
    soon = await home.now(number) + timedelta(minutes=9)
    forwarding = asyncio.create_task(home.forward(number, timedelta(minutes=10)))
    while await home.now(number) < soon:  # noqa: ASYNC110 - the engine's clock is no event
        await asyncio.sleep(0.1)
    await signalled(home, number, citizen, right)
    async with house(environment, world, tmp_path, **queues) as later:
        await later.journalled(number, events.CodeExpired)
        await forwarding
        assert "IdentityConfirmed" not in await later.events(number)


@pytest.mark.requirement("VER-3")
@pytest.mark.parametrize("code_first", [True, False], ids=["code first", "another first"])
async def test_of_a_code_and_the_wish_for_another_one_the_first_counts(
    environment: WorkflowEnvironment, world: SandboxProcess, tmp_path: Path, code_first: bool
) -> None:
    queues: dict[str, Any] = {"case_queue": f"cases-{tmp_path.name}", "delivery_queue": f"deliveries-{tmp_path.name}"}
    async with house(environment, world, tmp_path, **queues) as home:
        number = await home.open(verification())
        right = await entered(home, number, await code(home, number))
        citizen = Actor(subject=await home.subject(number, Role.CITIZEN), role=Role.CITIZEN)
        await home.at_rest(number)
    first, second = (right, ANOTHER) if code_first else (ANOTHER, right)
    await signalled(home, number, citizen, first, second)
    async with house(environment, world, tmp_path, **queues) as later:
        if code_first:
            assert (await later.ended(number)).status is Status.COMPLETED
        else:
            await sent_anew(later, number)
        assert (await later.events(number)).count("CodeSent") == (1 if code_first else 2)


async def signalled(home: House, number: str, citizen: Actor, *decisions: ConfirmCode | RequestAnotherCode) -> None:
    """Decisions that wait at the engine, in this order, until somebody works."""
    for decision in decisions:
        command = Command(id=uuid4().hex, actor=citizen, decision=decision)
        await home.handle(number).signal("decide", command)
