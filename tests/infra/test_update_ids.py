"""The engine takes two requests under one id for the same: whatever may differ in them is in the id (INT-6)."""

import pytest

from domain.actors import Actor, Role
from domain.contracts.commands import Command, RecordRequest
from infra.engine import update_id

SENT = Command(
    id="once",
    actor=Actor(subject="operator", role=Role.OPERATOR),
    decision=RecordRequest(processing_hours=4),
    attempt="1",
)


@pytest.mark.requirement("INT-6")
def test_what_is_decided_is_in_the_id_and_which_sending_it_is_is_not() -> None:
    assert update_id(SENT.model_copy(update={"attempt": "2", "seen": 7})) == update_id(SENT)
    other = SENT.model_copy(update={"decision": RecordRequest(processing_hours=8)})
    assert update_id(other) != update_id(SENT)
    assert update_id(other).startswith("once:")
