"""The ledger of messages: what was to be sent, and honestly how that went (RES-2)."""

from datetime import UTC, datetime

import pytest

from domain.contracts.journal import Moment
from domain.notifications import MessageState, Template
from store.messages import REASON_CHARACTERS, Ledger
from store.register import Register
from tests.store.journals import RECEIVED, START, TOLD, Case


async def queued(register: Register) -> tuple[Ledger, Case, list[str]]:
    """A case that has told the same thing twice; the keys of its messages."""
    case = Case()
    transition = case.transition(RECEIVED, TOLD, TOLD)
    await register.record(transition)
    return Ledger(register.engine, register.keyring), case, [message.key for message in transition.messages]


@pytest.mark.requirement("RES-2")
async def test_a_message_is_queued_at_the_moment_of_its_fact(register: Register) -> None:
    ledger, case, keys = await queued(register)
    entries = await ledger.of_case(case.number)
    assert [entry.message.key for entry in entries] == keys
    assert [entry.state for entry in entries] == [MessageState.QUEUED] * 2
    assert [(entry.queued_at - START).seconds // 60 for entry in entries] == [3, 4]
    assert [entry.attempts for entry in entries] == [0, 0]


@pytest.mark.requirement("RES-2")
async def test_a_moment_has_its_own_messages_only(register: Register) -> None:
    ledger, case, (_, second) = await queued(register)
    moment = Moment(number=case.number, template=Template.APPEAL_REGISTERED, occurrence=2)
    assert [entry.message.key for entry in await ledger.of_moment(moment)] == [second]
    for other in ({"occurrence": 3}, {"number": "another"}, {"template": Template.APPEAL_REJECTED}):
        assert await ledger.of_moment(moment.model_copy(update=other)) == []


@pytest.mark.requirement("RES-2")
async def test_the_states_of_a_message_from_queue_to_gateway(register: Register) -> None:
    ledger, case, (key, other) = await queued(register)
    for _ in range(2):
        await ledger.settle(key, MessageState.QUEUED, "SMTP 451")
        entry, _other = await ledger.of_case(case.number)
        assert await ledger.begin_sending(entry, datetime.now(UTC))
    first, second = await ledger.of_case(case.number)
    assert (first.state, first.attempts) == (MessageState.SENDING, 2)
    await ledger.settle(key, MessageState.ACCEPTED)
    first, second = await ledger.of_case(case.number)
    assert (first.state, first.reason) == (MessageState.ACCEPTED, None)
    assert first.changed_at > first.queued_at
    assert (second.message.key, second.state, second.changed_at) == (other, MessageState.QUEUED, second.queued_at)


@pytest.mark.requirement("RES-2")
async def test_of_two_attempts_one_begins_to_send_and_the_other_settles_nothing(register: Register) -> None:
    ledger, case, (key, _) = await queued(register)
    entry, _other = await ledger.of_case(case.number)
    assert await ledger.begin_sending(entry, START)
    assert not await ledger.begin_sending(entry, START)
    await ledger.settle(key, MessageState.QUEUED, "SMTP 451", attempt=0)
    entry, _other = await ledger.of_case(case.number)
    assert (entry.state, entry.attempts, entry.changed_at, entry.reason) == (MessageState.SENDING, 1, START, None)


@pytest.mark.requirement("RES-2")
async def test_what_was_accepted_stays_so_whatever_a_slower_attempt_says(register: Register) -> None:
    ledger, case, (key, _) = await queued(register)
    for _attempt in range(2):
        entry, _other = await ledger.of_case(case.number)
        assert await ledger.begin_sending(entry, START)
    await ledger.settle(key, MessageState.ACCEPTED)
    await ledger.settle(key, MessageState.SENDING, "no answer", attempt=2)
    await ledger.settle(key, MessageState.FAILED, "no such subscriber")
    entry, _other = await ledger.of_case(case.number)
    assert (entry.state, entry.reason) == (MessageState.ACCEPTED, None)
    assert not await ledger.begin_sending(entry, START)


@pytest.mark.requirement("RES-2")
async def test_a_long_reason_is_cut_to_its_column(register: Register) -> None:
    ledger, case, (key, _) = await queued(register)
    await ledger.settle(key, MessageState.FAILED, "Ы" * (REASON_CHARACTERS + 1))
    first, _ = await ledger.of_case(case.number)
    assert first.reason == "Ы" * REASON_CHARACTERS


@pytest.mark.requirement("RES-2")
async def test_recording_again_does_not_queue_again_what_was_sent(register: Register) -> None:
    case = Case()
    transition = case.transition(TOLD)
    await register.record(transition)
    ledger = Ledger(register.engine, register.keyring)
    await ledger.settle(transition.messages[0].key, MessageState.ACCEPTED)
    await register.record(transition)
    (entry,) = await ledger.of_case(case.number)
    assert entry.state is MessageState.ACCEPTED
