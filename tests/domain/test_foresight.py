"""What is foreseen for standing decisions keeps up with what cases do with them."""

from domain.foresight import STANDING
from tests.model.decisions import ONLY_OF_THE_SYSTEM
from workflows.standing import HANDLERS


def test_every_standing_decision_of_people_is_foreseen() -> None:
    assert {each.__name__ for each in STANDING} == {each.__name__ for each in HANDLERS} - ONLY_OF_THE_SYSTEM
