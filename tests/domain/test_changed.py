"""Whether a case is still as somebody saw it who decides."""

import pytest

from domain.actors import Actor, Role
from domain.contracts.commands import AskStatus, Command
from domain.rules import Refusal, refuse_if_changed
from tests.store.journals import RECEIVED, Case

CHIEF = Actor(subject="chief", role=Role.SUPERVISOR)


@pytest.mark.requirement("AUD-1")
def test_what_is_decided_and_not_acted_on_yet_is_a_change_too() -> None:
    case = Case()
    case.transition(RECEIVED)
    view = case.view
    assert view

    def refused(seen: int | None, *answered: str) -> str:
        command = Command(id="late", actor=CHIEF, decision=AskStatus(), seen=seen)
        try:
            refuse_if_changed(view, command, answered)
        except Refusal as refusal:
            return refusal.kind
        return ""

    last = view.last_sequence
    assert [refused(last), refused(None), refused(None, "AnswerQuestion-1")] == ["", "", ""]
    assert [refused(last - 1), refused(last + 1), refused(last, "AnswerQuestion-1")] == ["changed"] * 3
