"""Who reaches which case, and on what ground; the page that tells it is fresh."""

from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.appeal import Channel, Unit
from domain.case import CaseView, fold
from domain.contracts import events
from domain.contracts.expectation import Expectation
from domain.contracts.journal import JournalEntry
from domain.rights import TABLE, Ground, Operation, Reach, ground, may, missing_scope, reach, shows_personal_data
from scripts.roles_page import PAGE, page

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
READ, DECIDE, PERSON = Operation.READ_APPEAL, Operation.SEND_COMMAND, Operation.READ_PERSONAL_DATA


def actor(role: Role, subject: str = "somebody") -> Actor:
    return Actor(subject=subject, role=role)


def case(*told: events.Event, portal: str = "portal-1") -> CaseView:
    view = CaseView(
        number="4821093755612044",
        portal=portal,
        citizen="anna",
        channel=Channel.CHAT,
        received_at=AT,
        registered_at=AT,
        calendar_version="1",
    )
    for sequence, event in enumerate(told, start=1):
        view = fold(view, JournalEntry(number=view.number, sequence=sequence, at=AT, actor=SYSTEM, event=event))
    return view


def awaits(*roles: Role) -> events.DecisionExpected:
    return events.DecisionExpected(
        expectation=Expectation(id="x-1", command="AnswerQuestion", roles=list(roles), since=AT)
    )


ENDED = events.ExpectationClosed(expectation_id="x-1")


@pytest.mark.requirement("CLS-2", "CLS-3")
def test_each_sees_what_is_theirs() -> None:
    view = case(awaits(Role.OPERATOR))
    assert ground(actor(Role.CITIZEN, "anna"), READ, view) is Ground.OWN_APPEAL
    assert ground(actor(Role.PORTAL, "portal-1"), READ, view) is Ground.OWN_APPEAL
    assert ground(actor(Role.OPERATOR), READ, view) is Ground.TASK
    assert ground(actor(Role.SUPERVISOR), DECIDE, view) is Ground.SUPERVISION
    assert ground(actor(Role.AUDITOR), READ, view) is Ground.AUDIT
    assert ground(actor(Role.REGISTRY), DECIDE, view) is Ground.REPORT
    assert ground(SYSTEM, DECIDE, view) is Ground.PROCESS
    strangers = [(Role.CITIZEN, "portal-1"), (Role.PORTAL, "anna"), (Role.LEGAL, "anna"), (Role.SPECIALIST, "x")]
    assert not [who for who in strangers if may(actor(*who), READ, view) or may(actor(*who), DECIDE, view)]


@pytest.mark.requirement("CLS-2")
def test_a_unit_keeps_what_it_has_handled() -> None:
    over = case(awaits(Role.SPECIALIST), ENDED)
    assert ground(actor(Role.SPECIALIST), READ, over) is Ground.UNIT
    assert not may(actor(Role.OPERATOR), READ, over)
    handed = case(events.HandedOver(unit=Unit.LEGAL, previous=Unit.SECOND_LINE, reason="Вопрос о законе."))
    assert {role for role in Role if ground(actor(role), READ, handed) is Ground.UNIT} == {
        Role.LEGAL,
        Role.SPECIALIST,
    }


@pytest.mark.requirement("CLS-2")
def test_an_operator_follows_what_they_have_opened_and_no_portal_of_their_name_does() -> None:
    opened = case(portal="operator:op-7")
    assert ground(actor(Role.OPERATOR, "op-7"), READ, opened) is Ground.OWN_APPEAL
    assert not may(actor(Role.OPERATOR, "op-8"), READ, opened)
    assert not may(actor(Role.PORTAL, "op-7"), READ, opened)
    assert not may(actor(Role.OPERATOR, "portal-1"), READ, case())


@pytest.mark.requirement("AUD-3", "LAW-1")
def test_lawyers_and_developers_see_the_person_while_they_decide() -> None:
    for role in (Role.LEGAL, Role.DEVELOPER):
        assert shows_personal_data(actor(role), READ, case(awaits(role)))
        over = case(awaits(role), ENDED)
        assert may(actor(role), READ, over)
        assert not shows_personal_data(actor(role), READ, over)
    assert shows_personal_data(actor(Role.OPERATOR), READ, case(awaits(Role.OPERATOR), ENDED))
    for role in (Role.CITIZEN, Role.PORTAL, Role.AUDITOR):
        assert not shows_personal_data(actor(role), READ, case())
        assert shows_personal_data(actor(role), Operation.READ_RESULT, case())


@pytest.mark.requirement("AUD-3")
def test_an_auditor_changes_nothing_and_reads_every_case() -> None:
    reached = {operation for operation in Operation if reach(Role.AUDITOR, operation) is Reach.ALL}
    assert {each.value.split("_")[0] for each in reached} == {
        "read",
        "decode",
        "follow",
        "list",
        "audit",
        "verify",
        "take",
    }
    assert not {Operation.SEND_COMMAND, Operation.OPEN_APPEAL, Operation.FETCH_DATA} & reached


def test_only_portals_need_scopes() -> None:
    for operation, rule in TABLE.items():
        assert missing_scope(Role.PORTAL, [], operation) == rule.scope
        assert missing_scope(Role.PORTAL, [rule.scope or ""], operation) is None
        assert missing_scope(Role.OPERATOR, [], operation) is None
        assert rule.scope or Role.PORTAL not in rule.reach, "a portal does nothing without a scope"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run scripts/roles_page.py"
    assert PERSON.value in page()
