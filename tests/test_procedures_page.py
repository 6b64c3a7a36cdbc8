"""docs/procedures.md is drawn from the code; this keeps it fresh and whole."""

from domain.procedures import Procedure
from scripts.procedures_page import PAGE, page
from workflows.procedures import FIRST_STAGES, STAGES


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run scripts/procedures_page.py"


def test_every_stage_is_drawn() -> None:
    drawn = page()
    assert [name for name in STAGES if f"| {name} |" not in drawn] == []


def test_every_procedure_has_a_first_stage_that_can_be_entered_again() -> None:
    assert set(FIRST_STAGES) == set(Procedure) - {Procedure.TRIAGE}, "triage is a part of every beginning"
    assert [stage.__name__ for stage in FIRST_STAGES.values() if STAGES.get(stage.__name__) is not stage] == []
