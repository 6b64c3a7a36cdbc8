"""Account unlock: the log, then the subscriber, then the lock (ULK-1…ULK-4)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.actors import Role
from domain.appeal import Category, RecoveryReason, Status
from domain.contracts.appeal import Details
from domain.contracts.commands import (
    AnswerQuestion,
    Classify,
    DecideSecuring,
    RetryRegistry,
    ReviewLock,
    SupplyDetails,
    Withdraw,
)
from domain.contracts.events import (
    AccountUnlocked,
    AppealClassified,
    LockJudged,
    MessageQueued,
    RegistryUnavailable,
    ResultPublished,
    SubscriberIdentified,
    SubscriberNotIdentified,
)
from domain.lock import LockVerdict
from domain.notifications import Template
from store.tables import journal as incidents
from tests.accounts import (
    IDENTIFIED,
    KIM_ALARMED,
    KUZNETSOV,
    NOT_IDENTIFIED,
    ORLOVA,
    ZAITSEV,
    account_of,
    lock,
    lock_report,
    logged,
)
from tests.house import House

LOGIN = KUZNETSOV["login"]
HomeWith = Callable[..., Awaitable[House]]


async def with_operator(home: House, **details: Any) -> str:
    """A case whose lock is confirmed; an operator is to identify the subscriber."""
    await lock(home, LOGIN)
    number = await home.open(lock_report(KUZNETSOV, **details))
    await home.expecting(number, "IdentifySubscriber")
    return number


async def is_locked(home: House) -> bool:
    return bool((await account_of(home, LOGIN))["status"] == "locked")


@pytest.mark.requirement("ULK-1", "ULK-2", "ULK-3", "ULK-4")
async def test_the_lock_goes_once_the_log_and_the_subscriber_are_confirmed(home: House) -> None:
    number = await with_operator(home)
    view = await home.expecting(number, "IdentifySubscriber")
    (task,) = view.expectations
    assert (task.roles, task.clock) == ([Role.OPERATOR], "reaction")
    assert view.facts.examination.lock is not None
    assert (view.facts.examination.lock.verdict, view.facts.examination.lock.addresses) == (
        LockVerdict.LOCKED_BY_FAILURES,
        1,
    )
    assert await is_locked(home), "nothing is unlocked before the subscriber is identified"

    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    view = await home.ended(number)
    assert not await is_locked(home)
    assert view.status is Status.COMPLETED
    assert view.result is not None
    assert view.result.summary == "Учётная запись разблокирована."

    journal = await home.register.journal(number)
    steps = {"LockJudged": Role.SYSTEM, "SubscriberIdentified": Role.OPERATOR, "AccountUnlocked": Role.SYSTEM}
    told = [(entry.event.type, entry.actor.role) for entry in journal if entry.event.type in steps]
    assert told == list(steps.items()), "each step is in the register, with who took it, in this order"
    async with home.register.engine.connect() as connection:
        query = select(incidents.c.number).where(incidents.c.type == "AccountUnlocked")
        assert list((await connection.execute(query)).scalars()) == [number], "and is found over all cases"


@pytest.mark.requirement("ULK-3", "SEC-2")
async def test_after_the_unlock_safe_password_entry_is_taught(home: House) -> None:
    number = await with_operator(home)
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.closed(number)
    await home.delivered(number)
    closing = (await home.mail(number))[-1]
    assert "разблокирована" in closing["subject"]
    assert "Как безопасно ввести пароль:" in closing["text"]
    assert "Как защитить учётную запись:" in closing["text"]
    assert len(await home.journalled(number, MessageQueued)) == 2, "registered and unlocked, no moment twice"


@pytest.mark.requirement("ULK-1")
async def test_an_account_without_a_lock_is_left_alone_and_the_citizen_is_told_so(home: House) -> None:
    before = await logged(home, KIM_ALARMED["login"])
    number = await home.open(lock_report(KIM_ALARMED))
    view = await home.expecting(number, "AnswerQuestion")
    assert "Блокировки в учётной записи нет" in view.statuses[-1].reason
    assert not view.clocks["reaction"].is_running
    assert view.clocks["answer"].is_running
    await home.delivered(number)
    assert any("не заблокирована" in mail["subject"] for mail in await home.mail(number))
    assert await home.refused(number, Role.OPERATOR, IDENTIFIED) == "not_expected"

    answer = AnswerQuestion(summary="Вы набирали прежний логин.", steps=["Войдите по номеру телефона."])
    await home.decide(number, Role.OPERATOR, answer)
    await home.expecting(number, "ConfirmSolution")
    assert await logged(home, KIM_ALARMED["login"]) == before


@pytest.mark.requirement("ULK-1", "SEC-1")
async def test_an_attack_in_the_log_turns_the_case_into_a_compromise(home: House) -> None:
    number = await home.open(lock_report(ORLOVA))
    view = await home.expecting(number, "ReviewThreat")
    assert view.category is Category.ACCOUNT_SECURITY
    (classified,) = await home.journalled(number, AppealClassified)
    assert (classified.actor.role, classified.public_event()["previous"]) == (Role.SYSTEM, "registration")
    (judged,) = await home.journalled(number, LockJudged, verdict=LockVerdict.ATTACK)
    assert judged.public_event()["addresses"] > 20
    assert (await account_of(home, ORLOVA["login"]))["status"] == "locked", "secured, and not unlocked"
    assert "password_change_forced" in await logged(home, ORLOVA["login"])
    assert "unlocked" not in await logged(home, ORLOVA["login"])
    assert not view.clocks["reaction"].is_running


@pytest.mark.requirement("ULK-1", "SEC-1")
async def test_a_stranger_can_not_use_an_attack_to_have_the_owner_locked_out(home: House) -> None:
    before = await logged(home, ORLOVA["login"])
    number = await home.open(lock_report(ORLOVA, full_name="Иванов Иван Иванович"))
    await home.expecting(number, "DecideSecuring")
    await home.decide(number, Role.SPECIALIST, DecideSecuring(secure=False, reason="Учётная запись чужая."))
    await home.closed(number)
    assert await logged(home, ORLOVA["login"]) == before


@pytest.mark.requirement("ULK-1", "ULK-2")
async def test_an_attack_that_begins_before_the_unlock_stops_it(home: House) -> None:
    number = await with_operator(home)
    account = await account_of(home, LOGIN)
    for _ in range(20):
        await home.http.post(f"/accounts/{account['account_id']}/sign-in", json={"password": "guess"})
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.expecting(number, "ReviewThreat")
    assert "AccountUnlocked" not in await home.events(number)
    assert await is_locked(home)
    await home.http.post(
        f"/accounts/{account['account_id']}/unlock",
        json={"request_number": "1"},
        headers={"Idempotency-Key": f"test-{number}"},
    )


@pytest.mark.requirement("ULK-2")
async def test_another_phone_than_the_accounts_is_nobodys_identity(home: House) -> None:
    number = await with_operator(home, phone="+7 900 999-99-99")
    view = await home.expecting(number, "IdentifySubscriber")
    assert view.expectations[0].roles == [Role.SPECIALIST], "details that do not agree are the specialist's"
    assert await home.refused(number, Role.OPERATOR, IDENTIFIED) == "role_not_allowed"
    assert await home.refused(number, Role.SPECIALIST, IDENTIFIED) == "contradiction"
    assert "SubscriberIdentified" not in await home.events(number)

    await home.decide(number, Role.SPECIALIST, NOT_IDENTIFIED)
    view = await home.expecting(number, "SupplyDetails")
    assert (view.requested_items, view.clocks["reaction"].is_paused) == (["phone"], True)
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(phone="+79000001004")))
    view = await home.expecting(number, "IdentifySubscriber")
    assert view.expectations[0].roles == [Role.OPERATOR]
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.closed(number)
    assert not await is_locked(home)


@pytest.mark.requirement("ULK-2")
async def test_another_persons_details_are_for_a_specialist(home: House) -> None:
    number = await with_operator(home, full_name="Иванов Иван Иванович")
    assert await home.refused(number, Role.OPERATOR, IDENTIFIED) == "role_not_allowed"
    await home.decide(number, Role.SPECIALIST, NOT_IDENTIFIED)
    await home.expecting(number, "SupplyDetails")
    await home.forward(number, timedelta(days=14))
    view = await home.closed(number)
    assert (view.status, view.statuses[-1].reason) == (Status.REJECTED, "Уточнённые данные не получены в срок.")
    assert await is_locked(home)


@pytest.mark.requirement("ULK-2", "ULK-4")
async def test_who_can_not_be_identified_is_rejected_after_limited_tries(home_with: HomeWith) -> None:
    home = await home_with(identification_attempts=2)
    number = await with_operator(home)
    await home.decide(number, Role.OPERATOR, NOT_IDENTIFIED)
    await home.journalled(number, SubscriberNotIdentified, attempts_left=1)
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.OPERATOR, NOT_IDENTIFIED)
    view = await home.closed(number)
    assert (view.status, "не установлена" in view.statuses[-1].reason) == (Status.REJECTED, True)
    assert await is_locked(home)
    assert not [entry for entry in await home.register.journal(number) if isinstance(entry.event, AccountUnlocked)]
    await home.journalled(number, SubscriberNotIdentified, attempts_left=0)


@pytest.mark.requirement("ULK-1")
async def test_a_login_that_nobody_knows_is_asked_for_again(home: House) -> None:
    await lock(home, LOGIN)
    number = await home.open(lock_report(KUZNETSOV, login="kuznetsov.od"))
    view = await home.expecting(number, "SupplyDetails")
    assert view.requested_items == ["login"]
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(login=LOGIN)))
    await home.expecting(number, "IdentifySubscriber")


@pytest.mark.requirement("ULK-2")
async def test_an_overdue_identification_is_the_supervisors_too(home: House) -> None:
    number = await with_operator(home)
    await home.forward(number, timedelta(hours=2))
    await home.until(number, lambda view: Role.SUPERVISOR in view.expectations[0].roles)
    await home.journalled(number, MessageQueued, template=Template.DEADLINE_BREACHED)
    await home.decide(number, Role.SUPERVISOR, IDENTIFIED)
    await home.closed(number)


@pytest.mark.requirement("ULK-1", "ULK-2")
@pytest.mark.parametrize("mode", ["unavailable", "garbage", "error_inside", "malformed", "other_person"])
async def test_nothing_is_unlocked_on_the_word_of_a_registry_that_lies(home_with: HomeWith, mode: str) -> None:
    home = await home_with(registry_patience_seconds=1)
    await lock(home, LOGIN)
    await home.fault("accounts", mode)
    number = await home.open(lock_report(KUZNETSOV))
    await home.expecting(number, "RetryRegistry")
    (outage,) = await home.journalled(number, RegistryUnavailable)
    assert outage.public_event()["operation"] == "read_account_log"
    assert "IdentifySubscriber" not in [open_.command for open_ in (await home.refolded(number)).expectations]
    await home.mended()
    assert await is_locked(home)
    await home.decide(number, Role.OPERATOR, RetryRegistry(reason="Реестр снова отвечает."))
    await home.expecting(number, "IdentifySubscriber")

    await home.fault("accounts", mode)
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.journalled(number, RegistryUnavailable, times=2)
    await home.mended()
    assert await is_locked(home), "neither is it while the log can't be read again"
    await home.expecting(number, "RetryRegistry")
    await home.decide(number, Role.OPERATOR, RetryRegistry(reason="Реестр снова отвечает."))
    await home.closed(number)
    assert not await is_locked(home)


@pytest.mark.requirement("ULK-2")
async def test_an_order_whose_answer_is_lost_is_carried_out_once(home: House) -> None:
    number = await with_operator(home)
    before = (await logged(home, LOGIN)).count("unlocked")
    await home.fault("accounts", "slow", times=2, delay_s=2)  # the account and its log are asked for first
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.fault_met()
    await home.fault("accounts", "malformed", times=1)  # does its work, and nobody understands its answer
    await home.closed(number)
    await home.fault_met()
    assert (await logged(home, LOGIN)).count("unlocked") == before + 1
    (unlocked,) = await home.journalled(number, AccountUnlocked)
    assert unlocked.public_event()["order_id"] == f"{number}-unlock"


@pytest.mark.requirement("ULK-2")
async def test_a_case_that_is_withdrawn_while_the_order_is_out_ends_once_and_truly(home: House) -> None:
    number = await with_operator(home)
    await home.fault("accounts", "slow", times=2, delay_s=1)
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.fault_met()
    await home.fault("accounts", "slow", times=1, delay_s=2)
    await home.fault_met()  # now the order is with the registry
    await home.decide(number, Role.CITIZEN, Withdraw())
    view = await home.closed(number)
    assert not await is_locked(home)
    assert view.result is not None
    assert view.result.summary == "Учётная запись разблокирована."
    assert len(await home.journalled(number, ResultPublished)) == 1


@pytest.mark.requirement("ULK-1", "ULK-2")
@pytest.mark.parametrize("stage", ["IdentifySubscriber", "SupplyDetails"])
async def test_a_long_case_goes_on_where_it_was(home_with: HomeWith, stage: str) -> None:
    home = await home_with(history_events=40)
    number = await with_operator(home, phone="+7 900 999-99-99")
    if stage == "SupplyDetails":
        await home.decide(number, Role.SPECIALIST, NOT_IDENTIFIED)
    before = await home.expecting(number, stage)
    await home.continue_as_new(number)
    after = await home.expecting(number, stage)
    assert (after.expectations, after.clocks) == (before.expectations, before.clocks)
    assert after.facts == before.facts
    if stage == "IdentifySubscriber":
        await home.decide(number, Role.SPECIALIST, NOT_IDENTIFIED)
        await home.expecting(number, "SupplyDetails")
    await home.decide(number, Role.CITIZEN, SupplyDetails(details=Details(phone="+79000001004")))
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.closed(number)
    assert not await is_locked(home)
    assert await home.arrived_twice(number) == []


@pytest.mark.requirement("ULK-1")
async def test_a_lock_that_the_log_does_not_explain_is_for_a_specialist(home: House) -> None:
    number = await home.open(lock_report(ZAITSEV))  # locked, and nothing in the log that would lead to it
    view = await home.expecting(number, "ReviewLock")
    assert view.facts.examination.lock is not None
    assert view.facts.examination.lock.verdict is LockVerdict.UNEXPLAINED
    own = ReviewLock(verdict=LockVerdict.LOCKED_BY_FAILURES, reason="Администратор подтвердил ошибки входа.")
    assert await home.refused(number, Role.OPERATOR, own) == "role_not_allowed"
    nothing = ReviewLock(verdict=LockVerdict.UNEXPLAINED, reason="Не знаю.")
    assert await home.refused(number, Role.SPECIALIST, nothing) == "contradiction"
    await home.decide(number, Role.SPECIALIST, own)
    await home.expecting(number, "IdentifySubscriber")
    await home.decide(number, Role.OPERATOR, IDENTIFIED)
    await home.closed(number)
    assert (await home.journalled(number, SubscriberIdentified))[0].actor.role is Role.OPERATOR


@pytest.mark.requirement("ULK-1", "ULK-2")
async def test_a_call_without_a_category_becomes_an_unlock_by_its_operators_word(home: House) -> None:
    await lock(home, LOGIN)
    called = lock_report(KUZNETSOV)
    number = await home.open({name: called[name] for name in ("channel", "details")})
    await home.expecting(number, "Classify")
    locked = Classify(category="registration", reason="Не пускает.", recovery_reason=RecoveryReason.LOCKED)
    await home.decide(number, Role.OPERATOR, locked)
    await home.expecting(number, "IdentifySubscriber")
    assert await home.refused(number, Role.OPERATOR, locked) == "contradiction", "it is that already"
