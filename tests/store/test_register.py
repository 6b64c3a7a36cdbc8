"""The register takes a transition whole, once, and only if it continues what is on record (AUD-1)."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.contracts import events
from domain.contracts.appeal import Details
from domain.contracts.journal import JournalEntry, Transition
from domain.rights import BY_CITIZEN
from store.messages import Ledger
from store.register import JournalDiverged, Register
from tests.store.journals import ANNA, RECEIVED, START, TOLD, Case, expected, search


def said(entries: Sequence[JournalEntry]) -> list[str]:
    """What the entries say, wherever they stand."""
    return [entry.digest() for entry in entries]


async def facts(register: Register, case: Case) -> list[JournalEntry]:
    """What the register holds of a case, without the links of its chain."""
    fields = set(JournalEntry.model_fields)
    return [JournalEntry(**entry.model_dump(include=fields)) for entry in await register.journal(case.number)]


@pytest.mark.requirement("AUD-1")
async def test_what_was_recorded_is_read_back_unchanged(register: Register) -> None:
    case = Case()
    first, second = case.transition(RECEIVED, TOLD), case.transition(expected())
    await register.record(first)
    await register.record(second)
    assert await facts(register, case) == [*first.entries, *second.entries]
    assert [entry.sequence for entry in await register.journal(case.number, after=2, limit=1)] == [3]
    assert await register.view(case.number) == case.view
    assert await register.view("another") is None


@pytest.mark.requirement("AUD-1")
async def test_recorded_again_it_changes_nothing(register: Register) -> None:
    case = Case()
    first, second = case.transition(RECEIVED, TOLD), case.transition(TOLD)
    for again in (first, first, second, first, second):
        await register.record(again)
        await register.record(again, supersede=True)
    assert await facts(register, case) == [*first.entries, *second.entries]
    assert len(await Ledger(register.engine, register.keyring).of_case(case.number)) == 2


@pytest.mark.requirement("AUD-1")
async def test_a_batch_that_begins_with_known_entries_adds_the_others(register: Register) -> None:
    case = Case()
    first, second = case.transition(RECEIVED), case.transition(TOLD)
    await register.record(first)
    both = Transition(number=case.number, entries=[*first.entries, *second.entries], messages=second.messages)
    await register.record(both)
    assert await register.view(case.number) == case.view


@pytest.mark.requirement("AUD-1")
async def test_a_message_that_fails_leaves_nothing_of_its_transition(register: Register) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED))
    before = await register.view(case.number)
    broken = case.transition(TOLD, expected())
    broken.messages.append(broken.messages[0])  # the same key twice
    with pytest.raises(IntegrityError):
        await register.record(broken)
    assert await register.view(case.number) == before
    assert len(await register.journal(case.number)) == 2
    assert await Ledger(register.engine, register.keyring).of_case(case.number) == []


@pytest.mark.requirement("AUD-1")
async def test_another_fact_under_a_known_sequence_is_refused(register: Register) -> None:
    case = Case()
    first = case.transition(RECEIVED)
    await register.record(first)
    other = first.entries[1].model_copy(update={"at": START + timedelta(days=1)})
    with pytest.raises(JournalDiverged):
        await register.record(Transition(number=case.number, entries=[other]))
    assert await facts(register, case) == first.entries


@pytest.mark.requirement("AUD-1")
async def test_a_gap_is_refused(register: Register) -> None:
    case = Case()
    await register.record(case.transition(RECEIVED))
    case.transition(TOLD)  # is lost on the way
    with pytest.raises(JournalDiverged):
        await register.record(case.transition(TOLD))
    assert len(await register.journal(case.number)) == 2


@pytest.mark.requirement("INT-3", "INT-4", "REP-1")
async def test_related_appeals_share_an_identifier(register: Register) -> None:
    cases = [Case(), Case(ANNA.model_copy(update={"full_name": "Другая", "snils": "08765430300"})), Case(Details())]
    for case in cases:
        await register.record(case.transition(RECEIVED))
    by_snils, by_email, stranger = (case.number for case in cases)

    async def related(details: Details, named: str | None = None) -> list[str]:
        return (await register.history(search(details, related_number=named))).related

    assert await related(Details(snils=ANNA.snils)) == [by_snils]
    assert set(await related(Details(email="Anna.Smirnova@Example.org"))) == {by_snils, by_email}
    assert await related(Details(full_name=ANNA.full_name)) == [], "a namesake is nobody's relative"
    assert await related(Details()) == []
    assert (await register.history(search(ANNA, number=by_snils))).related == [by_email], "none is related to itself"
    assert await related(Details(snils=ANNA.snils), named=stranger) == [by_snils], "a stranger's number opens nothing"
    assert await related(Details(phone=ANNA.snils)) == [], "the same digits, but another kind"


@pytest.mark.requirement("REP-1")
async def test_the_previous_appeal_is_the_one_named_or_the_latest_on_the_same_matter(register: Register) -> None:
    first, second = Case(), Case()
    second.minutes_later = 60
    for case in (first, second):
        await register.record(case.transition(RECEIVED))
    named = await register.history(search(ANNA, related_number=first.number))
    assert (named.previous, named.found_by) == (first.number, "number")

    view = await register.view(second.number)
    assert view is not None
    same = search(ANNA, category=view.category, service=view.service)
    found = await register.history(same)
    assert (found.previous, found.found_by) == (second.number, "citizen")
    assert (await register.history(same.model_copy(update={"service": "Другая услуга"}))).previous is None
    later = same.model_copy(update={"since": view.registered_at + timedelta(seconds=1)})
    assert (await register.history(later)).previous is None, "too long ago to be about the same"
    meanwhile = same.model_copy(update={"registered_at": view.registered_at})
    assert (await register.history(meanwhile)).previous == first.number, "what comes later is no previous one"


@pytest.mark.requirement("REP-1", "ESC-2")
async def test_who_has_signed_in_is_known_by_that_alone_and_a_portal_is_not_taken_at_its_word(
    register: Register,
) -> None:
    case = Case(Details(), citizen="citizen-7")
    await register.record(case.transition(RECEIVED))
    named = {"citizen": "citizen-7", "related_number": case.number}
    assert (await register.history(search(Details(), portal=BY_CITIZEN, **named))).previous == case.number
    assert (await register.history(search(Details(), portal="another-portal", **named))).previous is None
    other = search(Details(), portal=BY_CITIZEN, **named | {"citizen": "citizen-8"})
    assert (await register.history(other)).related == []


@pytest.mark.requirement("REP-1")
async def test_a_portals_citizen_is_known_without_any_identifier(register: Register) -> None:
    case = Case(Details(), citizen="citizen-7")
    await register.record(case.transition(RECEIVED))
    own = search(Details(), citizen="citizen-7")
    assert (await register.history(own)).related == [case.number]
    assert (await register.history(own.model_copy(update={"portal": "another"}))).related == []


@pytest.mark.requirement("INT-3")
async def test_an_identifier_that_was_corrected_relates_no_more(register: Register) -> None:
    case = Case(ANNA)
    await register.record(case.transition(RECEIVED))
    corrected = Details(snils="08765430300")
    await register.record(case.transition(events.DetailsSupplied(items=["snils"], personal=corrected)))
    assert (await register.history(search(Details(snils=ANNA.snils)))).related == []
    assert (await register.history(search(corrected))).related == [case.number]
