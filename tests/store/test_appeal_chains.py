"""Appeals that follow one another, and their one journal (REP-5)."""

import pytest

from domain.appeal import Relation
from domain.contracts.events import PreviousFound
from store.chain import BACK_AT_MOST, Chains, Position
from store.register import Register
from tests.store.journals import RECEIVED, Case

pytestmark = pytest.mark.requirement("REP-5")


def follows(previous: Case, relation: Relation = Relation.REPEAT) -> PreviousFound:
    return PreviousFound(relation=relation, found_by="number", number=previous.number)


async def chain_of_three(register: Register) -> list[Case]:
    """A first appeal, its repeat, and the escalation of that; with a fourth one that has nothing to do with them."""
    first, second, third, other = Case(), Case(), Case(), Case()
    await register.record(first.transition(RECEIVED))
    await register.record(second.transition(follows(first)))
    await register.record(third.transition(follows(second, Relation.ESCALATION)))
    await register.record(other.transition(RECEIVED))
    return [first, second, third]


async def test_each_appeal_of_a_chain_leads_to_all_of_it(register: Register) -> None:
    cases = await chain_of_three(register)
    for case in cases:
        found = await Chains(register).of(case.number)
        assert [view.number for view in found] == [each.number for each in cases]
    assert await Chains(register).of("unknown") == []


async def test_two_appeals_that_name_each_other_are_a_chain_with_an_end(register: Register) -> None:
    first, second = Case(), Case()
    await register.record(first.transition(RECEIVED))
    await register.record(second.transition(follows(first)))
    await register.record(first.transition(follows(second)))
    chains = Chains(register)
    assert {view.number for view in await chains.of(first.number)} == {first.number, second.number}
    assert [view.number for view in await chains.back_from(first.number)] == [first.number, second.number]


async def test_the_way_back_is_as_long_as_a_reader_can_take_in(register: Register) -> None:
    cases = [Case()]
    await register.record(cases[0].transition(RECEIVED))
    for _ in range(BACK_AT_MOST + 1):
        cases.append(Case())
        await register.record(cases[-1].transition(follows(cases[-2])))
    found = await Chains(register).back_from(cases[-1].number)
    assert [view.number for view in found] == [case.number for case in cases[: -BACK_AT_MOST - 1 : -1]]


async def test_the_one_journal_is_in_the_order_of_time_and_can_be_paged(register: Register) -> None:
    cases = await chain_of_three(register)
    numbers = [case.number for case in cases]
    chains = Chains(register)
    whole = await chains.journal(numbers)
    assert len(whole) == 6
    assert [(e.at, e.number, e.position) for e in whole] == sorted((e.at, e.number, e.position) for e in whole)
    assert {entry.number for entry in whole} == set(numbers)

    paged, after = [], None
    while page := await chains.journal(numbers, after=after, limit=1):
        paged += page
        after = Position(page[-1].number, page[-1].position)
    assert paged == whole


async def test_a_place_in_another_journal_leads_nowhere(register: Register) -> None:
    first, second, _ = await chain_of_three(register)
    chains = Chains(register)
    assert await chains.journal([first.number], after=Position(second.number, 1)) == []
    assert await chains.journal([first.number], after=Position(first.number, 99)) == []
