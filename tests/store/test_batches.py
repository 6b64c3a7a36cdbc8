"""Batches on record, on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.actors import Actor, Role
from domain.appeal import Status
from domain.contracts.batches import BatchEnd, BatchItem, BatchOrder, ItemOutcome
from domain.contracts.commands import TellCitizen
from store.batches import Batches, BatchFilter
from store.register import Register
from tests.batches import nobodys
from tests.store.journals import RECEIVED, START, Case

CHIEF = Actor(subject="chief", role=Role.SUPERVISOR)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOLD = TellCitizen(text="Работы закончены.")


@pytest.mark.requirement("AUD-1")
async def test_a_report_says_what_became_of_each(database: AsyncEngine) -> None:
    batches, numbers = Batches(database), nobodys(5)
    order = BatchOrder(id=str(uuid4()), actor=CHIEF, ordered_at=NOW, decision=TOLD, numbers=numbers)
    for _ in range(2):
        await batches.begin(order)
    done = [
        BatchItem(position=place, number=numbers[place - 1], outcome=ItemOutcome.DONE, at=NOW) for place in (1, 2)
    ]
    refused = BatchItem(
        position=3, number=numbers[2], outcome=ItemOutcome.REFUSED, code="closed", reason="Закрыто.", at=NOW
    )
    await batches.settle(order.id, [*done, refused])
    await batches.settle(order.id, done)
    running = await batches.find(order.id)
    assert running
    assert running.counts == {ItemOutcome.DONE: 2, ItemOutcome.REFUSED: 1, ItemOutcome.WAITING: 2}
    assert (running.command, running.total, running.ended_at) == ("TellCitizen", 5, None)
    for at in (NOW, NOW + timedelta(hours=1)):
        await batches.end(BatchEnd(batch_id=order.id, cancelled_by="chief", at=at))
    over = await batches.find(order.id)
    assert over
    assert (over.ended_at, over.cancelled_by, over.counts[ItemOutcome.CANCELLED]) == (NOW, "chief", 2)
    assert await batches.items(order.id, after=2, limit=1) == [refused]
    assert [each.position for each in await batches.items(order.id, 0, 9, ItemOutcome.CANCELLED)] == [4, 5]
    assert await batches.find(str(uuid4())) is None
    for before, found in ((NOW, []), (NOW + timedelta(seconds=1), [order.id])):
        assert await batches.legible(before) == found
    await batches.forget(order.id, NOW)
    assert await batches.legible(NOW + timedelta(days=1)) == []


async def test_a_filter_finds_open_appeals(database: AsyncEngine, register: Register) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED))
    batches, view = Batches(database), case.view
    assert view
    fitting = {
        "status": view.status,
        "category": view.category,
        "service": view.service,
        "channel": view.channel,
        "portal": view.portal,
        "is_breached": False,
        "registered_from": START - timedelta(days=1),
        "registered_before": START + timedelta(days=1),
    }
    assert await batches.matching(BatchFilter.model_validate(fitting), 10) == [case.number]
    others = {
        "status": Status.APPROVED,
        "category": "legal_question",
        "service": "other",
        "channel": "email",
        "portal": "other",
        "unit": "legal",
        "is_breached": True,
        "registered_from": START + timedelta(days=1),
        "registered_before": START - timedelta(days=1),
    }
    for name, other in others.items():
        assert await batches.matching(BatchFilter.model_validate(fitting | {name: other}), 10) == [], name
