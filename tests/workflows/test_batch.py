"""A batch tells each of its appeals once, over crashes, runs and cancellations, and reports on each."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.batches import BatchKeeper
from activities.retention import RetentionKeeper
from domain.actors import Role
from domain.appeal import Unit
from domain.contracts.batches import BatchPiece, ItemOutcome
from domain.contracts.commands import HandOver, TellCitizen, Withdraw
from domain.contracts.events import CitizenTold
from domain.contracts.retention import RetentionOrder
from domain.sealing import Erased
from infra.batches import BatchSender, process_of
from infra.codec import key_name
from infra.engine import histories_of
from store.answers import Answers
from store.batches import Batches
from store.erasures import Erasures
from store.helps import Helps
from tests.batches import CHIEF, items, nobodys, ordered, over
from tests.examples import KIM, question
from tests.house import House
from tests.walks import with_question
from workflows.batch import PIECE

TOLD = TellCitizen(text="Приём заявлений продлён до 30 ноября.")
HomeWith = Callable[..., Awaitable[House]]


@pytest.mark.requirement("CLS-2", "AUD-1")
async def test_every_run_goes_on_where_the_last_one_ended(home_with: HomeWith) -> None:
    home = await home_with(history_events=60)
    number = await with_question(home)
    batch_id = await ordered(home, HandOver(unit=Unit.SECOND_LINE, reason="Сложный вопрос."), [*nobodys(450), number])
    record = await over(home, batch_id)
    assert record.counts == {ItemOutcome.REFUSED: 450, ItemOutcome.DONE: 1}
    assert [each.position for each in await items(home, batch_id)] == list(range(1, 452))
    view = await home.until(number, lambda view: view.unit is Unit.SECOND_LINE)
    assert view.expectations[0].roles == [Role.SPECIALIST]
    runs = await histories_of(home.client, process_of(batch_id))
    assert len(runs) > 1
    assert key_name(process_of(batch_id)) == process_of(batch_id)
    assert not any(TOLD.text.encode() in event.SerializeToString() for run in runs for event in run.events)


@pytest.mark.requirement("AUD-1")
async def test_a_piece_that_was_cut_off_tells_nobody_twice(home: House) -> None:
    first, second = await with_question(home), await with_question(home, **KIM)
    batches = Batches(home.register.engine)
    batch_id = await ordered(home, TOLD, [first, second])
    await over(home, batch_id)
    piece = BatchPiece(batch_id=batch_id, actor=CHIEF, decision=TOLD, first=0, numbers=[first, second])
    again = BatchKeeper(batches, home.register, BatchSender(home.client))
    await ActivityEnvironment().run(again.decide_piece, piece)
    assert [each.outcome for each in await items(home, batch_id)] == [ItemOutcome.DONE] * 2
    for number in (first, second):
        await home.at_rest(number)
        (told,) = await home.journalled(number, CitizenTold)
        assert told.actor == CHIEF
        await home.delivered(number)
        assert any("продлён до 30 ноября" in str(mail) for mail in await home.mail(number))
        assert await home.arrived_twice(number) == []


async def test_a_case_that_does_not_answer_is_reported_as_unknown(home: House) -> None:
    """Nobody works on its queue: whether it has taken the decision nobody can say."""
    nobody = replace(home.cases.opener, queue=f"nobody-{uuid4().hex[:8]}")
    cases = replace(home.cases, opener=nobody)
    number = await replace(home, cases=cases).open(question())
    piece = BatchPiece(batch_id=uuid4().hex, actor=CHIEF, decision=TOLD, first=0, numbers=[number])
    impatient = BatchSender(home.client, patience=timedelta(milliseconds=300))
    assert (await impatient.send(piece, number)).outcome is ItemOutcome.UNKNOWN


@pytest.mark.requirement("AUD-1")
async def test_a_cancelled_batch_sends_nothing_more(home: House) -> None:
    number = await with_question(home)
    await home.at_rest(number)
    async with home.register_locked():  # the first piece cannot be put on record
        batch_id = await ordered(home, TOLD, [*nobodys(PIECE), number])
        handle = home.client.get_workflow_handle(process_of(batch_id))
        await asyncio.gather(*(handle.signal("cancel", CHIEF) for _ in range(2)))
    record = await over(home, batch_id)
    assert record.cancelled_by == "chief"
    assert set(record.counts) <= {ItemOutcome.REFUSED, ItemOutcome.CANCELLED}
    assert (await items(home, batch_id))[-1].outcome is ItemOutcome.CANCELLED
    assert await handle.result() in (0, PIECE)
    await home.at_rest(number)
    assert Counter(await home.events(number))["CitizenTold"] == 0
    await home.decide(number, Role.CITIZEN, Withdraw())


async def test_what_a_batch_said_is_forgotten_with_its_key(home: House) -> None:
    batch_id = await ordered(home, TOLD, nobodys(1))
    await over(home, batch_id)
    engine, keyring = home.register.engine, home.keyring
    answers = Answers(engine, keyring, b"for tests")
    await answers.begin(answers.keyed(["key"], None), datetime.now(UTC))
    helps = Helps(engine, keyring, b"for tests")
    keeper = RetentionKeeper(
        home.client, Erasures(engine, keyring), home.settings.retention, answers, Batches(engine), helps
    )
    for days, is_legible in ((29, True), (31, False)):
        order = RetentionOrder(now=datetime.now(UTC) + timedelta(days=days))
        await ActivityEnvironment().run(keeper.erase_overdue, order)
        if is_legible:
            assert await keyring.key(process_of(batch_id), may_make=False)
    with pytest.raises(Erased):
        await keyring.key(process_of(batch_id), may_make=False)
    assert await answers.sweep(datetime.now(UTC) + timedelta(days=31)) == 0, "it was swept"
    assert (await over(home, batch_id)).counts == {ItemOutcome.REFUSED: 1}
