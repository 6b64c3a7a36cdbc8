"""Whose list a case stands in, what a search text is taken for, and what counts as a cursor."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Actor, Role
from domain.appeal import Unit
from domain.contracts import events
from domain.listing import TASKS, Place, Sort, UnknownPlace, Unsearchable, searched
from domain.rights import Operation, may, roles_that_see, sight
from tests.domain.test_rights import ENDED, awaits, case

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOLD = st.lists(
    st.one_of(
        st.lists(st.sampled_from([role for role in Role if role is not Role.SYSTEM]), min_size=1).map(
            lambda roles: awaits(*roles)
        ),
        st.just(ENDED),
        st.builds(
            lambda unit, previous: events.HandedOver(unit=unit, previous=previous, reason="Другой вопрос."),
            st.sampled_from(Unit),
            st.sampled_from(Unit),
        ),
    ),
    max_size=4,
)
PORTALS = ("portal-1", "anna", "operator:anna", "specialist:portal-1", "operator:portal-1")


@pytest.mark.requirement("CLS-2", "AUD-3")
@given(told=TOLD, portal=st.sampled_from(PORTALS), role=st.sampled_from(Role), subject=st.sampled_from(PORTALS))
def test_a_list_holds_the_cases_that_its_reader_may_open(
    told: list[events.Event], portal: str, role: Role, subject: str
) -> None:
    view, actor = case(*told, portal=portal), Actor(subject=subject, role=role)
    seen = sight(actor)
    listed = (
        seen.everything
        or (seen.opened_by is not None and seen.opened_by == view.portal)
        or (seen.citizen is not None and seen.citizen == view.citizen)
        or (seen.role is not None and seen.role in roles_that_see(view))
    )
    assert listed == may(actor, Operation.READ_APPEAL, view)


@pytest.mark.requirement("VAL-1")
@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("4821 0937 5561 2044", ["number"]),
        ("112-233-445 95", ["snils"]),
        ("+7 (900) 000-10-01", ["phone"]),
        ("771234560162", ["inn"]),
        ("Anna.Smirnova@EXAMPLE.org", ["email"]),
    ],
)
def test_a_text_is_taken_for_what_it_can_be(text: str, kinds: list[str]) -> None:
    assert searched(text).kinds == kinds


@given(text=st.text(st.characters(categories=["L", "Z", "P"], exclude_characters="@")))
def test_words_are_not_searched(text: str) -> None:
    with pytest.raises(Unsearchable):
        searched(text)


@given(at=st.datetimes(timezones=st.just(UTC)), number=st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_a_cursor_names_its_place_in_its_own_list(at: datetime, number: str) -> None:
    place, task = Place(at, number), Place(at, f"{number}|AnswerQuestion-1|operator")
    assert Place.of_cursor(place.cursor(Sort.NEWEST), Sort.NEWEST) == place
    assert Place.of_cursor(task.cursor(TASKS), TASKS) == task
    for wrong, of in ((place.cursor(Sort.NEWEST), Sort.URGENT), (place.cursor(TASKS), TASKS)):
        with pytest.raises(UnknownPlace):
            Place.of_cursor(wrong, of)


@pytest.mark.parametrize(
    "told",
    [
        [Sort.NEWEST, AT.isoformat(), "1\x00"],
        [Sort.NEWEST, AT.isoformat(), "1|2|operator"],
        [Sort.NEWEST, "0001-01-01T00:00:00+14:00", "1"],
        [Sort.NEWEST, AT.replace(tzinfo=None).isoformat(), "1"],
        [Sort.NEWEST, AT.isoformat(), 1],
        [Sort.NEWEST, None, "1"],
        {},
        1,
    ],
)
def test_a_tampered_cursor_is_refused(told: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(UnknownPlace):
        Place.of_cursor(cursor, Sort.NEWEST)


@given(cursor=st.text())
def test_anything_else_is_no_cursor(cursor: str) -> None:
    with pytest.raises(UnknownPlace):
        Place.of_cursor(cursor, Sort.NEWEST)
